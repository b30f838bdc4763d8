package io.dromedary.routing;

import java.time.Duration;

/** What is tried after a failed attempt, while nothing was sent to the client. */
public sealed interface Ruling {
    /** The same backend once more, after this pause; asked for with {@link Standing#admitAnyway()}. */
    record Again(Duration pause) implements Ruling {}

    /** The next candidate. */
    record Next() implements Ruling {}

    /**
     * The next candidate that serves another model, with a larger window: this one cannot take the prompt.
     *
     * @param largerThanWindow in tokens; 0 where the window of the model that failed is not known, so that any other will do
     */
    record NextModel(int largerThanWindow) implements Ruling {}

    /** Nobody: it is the caller's own fault. */
    record Stop() implements Ruling {}
}
