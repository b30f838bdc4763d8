package io.dromedary.architecture.canary.files;

import software.amazon.awssdk.services.s3.S3Client;

interface AsksAnObjectStore {
    S3Client store();
}
