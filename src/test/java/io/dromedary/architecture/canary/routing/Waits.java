package io.dromedary.architecture.canary.routing;

import org.apache.hc.client5.http.classic.HttpClient;

interface Waits {
    HttpClient client();
}
