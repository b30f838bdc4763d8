package io.dromedary.architecture.canary.http;

import org.apache.camel.Exchange;

/** May use Camel here. */
public final class Guest {
    public Exchange greeted(Exchange exchange) {
        return exchange;
    }
}
