package io.dromedary.guard;

import io.dromedary.api.EventSource;
import io.dromedary.api.error.Refusal;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Looks at an answer before its caller gets it. Called on the event loop of the call. */
interface AnswerGuard {
    /**
     * An answer that is whole.
     *
     * @param body JSON, an object
     * @return as it may go out; fails with {@link io.dromedary.api.error.RefusedException} where it may not; complete on any
     *     thread
     */
    CompletionStage<byte[]> whole(byte[] body);

    /**
     * An answer that is whole, and text.
     *
     * @return as {@link #whole}
     */
    CompletionStage<String> text(String text);

    /**
     * An answer that still arrives.
     *
     * @param blocked told why, when it ends here
     */
    EventSource stream(EventSource events, Consumer<Refusal> blocked);
}
