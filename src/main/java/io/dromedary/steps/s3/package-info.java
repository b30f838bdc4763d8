/** Object stores, through Camel's component for S3. No class of it is loaded before a store is configured and asked. */
@NullMarked
package io.dromedary.steps.s3;

import org.jspecify.annotations.NullMarked;
