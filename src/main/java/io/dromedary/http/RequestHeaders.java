package io.dromedary.http;

import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Reads one header of the request without copying all of them into the message. */
public final class RequestHeaders {
    private RequestHeaders() {}

    public static @Nullable String get(Exchange exchange, String name) {
        return exchange.getIn() instanceof CallMessage message && !message.touched()
                ? message.request(name)
                : exchange.getIn().getHeader(name, String.class);
    }

    /** A parameter of the query, percent-decoded, or null. */
    public static @Nullable String query(Exchange exchange, String name) {
        return exchange.getIn() instanceof CallMessage message
                ? message.query(name)
                : CallMessage.query(exchange.getIn().getHeader(Exchange.HTTP_QUERY, "", String.class), name);
    }

    /** A parameter of the route's path, percent-decoded, or null; without copying the headers where nobody has yet. */
    public static @Nullable String parameter(Exchange exchange, String name) {
        return exchange.getIn() instanceof CallMessage message && !message.touched()
                ? message.parameter(name)
                : exchange.getIn().getHeader(name, String.class);
    }
}
