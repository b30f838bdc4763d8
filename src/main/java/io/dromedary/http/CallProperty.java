package io.dromedary.http;

import io.dromedary.call.Call;
import org.apache.camel.Exchange;

/** The exchange property that holds the {@link Call}. */
public final class CallProperty {
    public static final String NAME = "dromedary.call";

    private CallProperty() {}

    /** It came in over HTTP. */
    public static boolean isIn(Exchange exchange) {
        return exchange.getIn() instanceof CallMessage || exchange.getProperty(NAME) != null;
    }

    public static Call of(Exchange exchange) {
        // where no step has put another message there, which is nearly always, a look-up is spared
        if (exchange.getIn() instanceof CallMessage message) {
            return message.call();
        }
        var call = exchange.getProperty(NAME, Call.class);
        if (call == null) {
            throw new IllegalStateException("this exchange did not come in over HTTP");
        }
        return call;
    }
}
