package io.dromedary.jobs.batch;

import io.dromedary.call.InnerCalls;
import org.jspecify.annotations.Nullable;

/** A line that is under way, from when it was read until its result is written. */
final class LineTask {
    final int number;

    /** Where the next line begins. */
    final long end;

    final String customId;
    final byte[] body;

    int tries;

    /** Failures while other lines were answered. */
    int strikes;

    /** When it was begun for the first time, on the monotonic clock. */
    long since;

    /** How many lines had been answered when it was begun, or when it has failed last. */
    long answersBefore;

    String requestId = "";

    /** Its call, or null while it has none. */
    InnerCalls.@Nullable Running running;

    /** On the monotonic clock: not tried again before. */
    long due;

    /** Its result is made; what comes now comes too late. */
    boolean over;

    LineTask(int number, long end, String customId, byte[] body) {
        this.number = number;
        this.end = end;
        this.customId = customId;
        this.body = body;
    }
}
