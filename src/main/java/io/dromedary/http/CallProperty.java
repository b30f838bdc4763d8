package io.dromedary.http;

import io.dromedary.call.Call;
import org.apache.camel.Exchange;

/** The exchange property that holds the {@link Call}. */
public final class CallProperty {
    public static final String NAME = "dromedary.call";

    private CallProperty() {}

    public static Call of(Exchange exchange) {
        var call = exchange.getProperty(NAME, Call.class);
        if (call == null) {
            throw new IllegalStateException("this exchange did not come in over HTTP");
        }
        return call;
    }
}
