package io.dromedary.jobs.deferred;

/** What there is under an id that a caller asks for. */
public sealed interface Found {
    /** Nothing for this caller: it never was, or was handed out, or is too old. */
    record Nothing() implements Found {}

    /** It is still to come, or somebody else is getting it at this moment. */
    record Later() implements Found {}

    /** How it ended; it stays there. */
    record Seen(Result result) implements Found {}

    /** How it ended, for this caller alone. */
    record Handed(Result result, Handover handover) implements Found {}

    Found NOTHING = new Nothing();
    Found LATER = new Later();
}
