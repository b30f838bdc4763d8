package io.dromedary.jobs.batch;

import io.dromedary.call.InnerCalls;
import java.util.function.Consumer;

/** The route that each line of a batch is run through. */
public interface LineRoute {
    /**
     * A line.
     *
     * @param batch id of its batch
     * @param number of the line, from 1
     * @param ask what is asked of the gateway, unless a step before that changes it
     */
    record Line(String batch, int number, String customId, InnerCalls.Ask ask) {}

    /**
     * Begins with a line. Does not wait.
     *
     * @param told once, on any thread, what came of it
     */
    InnerCalls.Running begin(Line line, Consumer<InnerCalls.Told> told);
}
