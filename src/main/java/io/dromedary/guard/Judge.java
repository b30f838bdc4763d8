package io.dromedary.guard;

import java.util.concurrent.CompletionStage;

/** A guard outside of the gateway. */
@FunctionalInterface
public interface Judge {
    /**
     * Asks it.
     *
     * @return UTF-8 JSON of a {@link Verdict}; fails where it does not answer; complete on any thread
     */
    CompletionStage<byte[]> ask(Question question);
}
