package io.dromedary.http;

import io.dromedary.call.Call;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/**
 * A request as Camel users know it: the HTTP headers, {@code CamelHttpMethod} and the like, and path parameters are
 * message headers. They are only copied when a step looks at one.
 */
final class CallMessage extends DefaultMessage {
    private final Call call;
    private final MultiMap http;
    private final String query;
    private final Map<String, String> parameters;

    CallMessage(Exchange exchange, Call call, MultiMap http, String query, Map<String, String> parameters) {
        super(exchange);
        this.call = call;
        this.http = http;
        this.query = query;
        this.parameters = parameters;
    }

    @Override
    public DefaultMessage newInstance() {
        return new DefaultMessage(getCamelContext());
    }

    @Override
    protected boolean isPopulateHeadersSupported() {
        return true;
    }

    @Override
    protected void populateInitialHeaders(Map<String, Object> headers) {
        for (var header : http) {
            if (!header.getKey().regionMatches(true, 0, "camel", 0, 5)) {
                headers.put(header.getKey(), header.getValue());
            }
        }
        parameters.forEach(headers::put);
        headers.put(Exchange.HTTP_METHOD, call.arrival().method());
        headers.put(Exchange.HTTP_PATH, call.arrival().endpoint());
        if (!query.isEmpty()) {
            headers.put(Exchange.HTTP_QUERY, query);
        }
    }

    Call call() {
        return call;
    }

    /** A header of the request itself, without making the map. */
    @Nullable
    String request(String name) {
        return http.get(name);
    }

    /** A parameter of the path, without making the map. */
    @Nullable
    String parameter(String name) {
        return parameters.get(name);
    }

    @Nullable
    String query(String name) {
        return query(query, name);
    }

    static @Nullable String query(String query, String name) {
        if (query.isEmpty()) {
            return null;
        }
        var values = new QueryStringDecoder(query, false).parameters().get(name);
        return values == null ? null : values.getFirst();
    }

    /** A step has set headers, or at least looked at them. */
    boolean touched() {
        return hasPopulatedHeaders();
    }
}
