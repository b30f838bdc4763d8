package io.dromedary.http;

import io.dromedary.api.Loop;
import io.dromedary.call.Arrival;
import io.dromedary.call.Call;
import io.vertx.core.MultiMap;

/** Makes the {@link Call} of a request, with the configuration of that moment. */
@FunctionalInterface
public interface CallStart {
    /**
     * A call that has just come in.
     *
     * @param headers of the request
     */
    Call of(Arrival arrival, MultiMap headers, Loop loop);
}
