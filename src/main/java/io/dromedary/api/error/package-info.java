/** Every refusal the gateway can make, and the one place that renders it in OpenAI's error shape. */
@NullMarked
package io.dromedary.api.error;

import org.jspecify.annotations.NullMarked;
