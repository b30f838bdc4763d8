package io.dromedary.steps;

import io.dromedary.api.Reply;
import java.util.concurrent.CompletionStage;

/** What the management port shows. */
public interface Operations {
    /** The process runs. */
    Reply live();

    /** A backend is usable, and the gateway is not stopping. */
    Reply ready();

    /** All of it, for people. */
    Reply health();

    /** Prometheus text. */
    Reply metrics();

    /** Work that outlives its request, for the operator. */
    CompletionStage<Reply> jobs();

    /** A page. */
    Reply console();
}
