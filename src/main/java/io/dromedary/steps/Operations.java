package io.dromedary.steps;

import io.dromedary.api.Reply;

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

    /** A page. */
    Reply console();
}
