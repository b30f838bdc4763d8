package io.dromedary.tier.gate;

import java.util.concurrent.Executor;

/** An attempt in front of a gate. What the return value of a call does not say, it is told here. */
public interface Guest {
    /** Where it is told, e.g. its event loop. Takes what it is given without waiting, or throws. */
    Executor loop();

    /** Its turn has come. It owes {@link Ticket#leave()}. */
    void admitted(Ticket ticket);

    /** It waited for nothing. */
    void refused(Refused why);

    /**
     * Somebody of a higher lane needs its slot, and gets it when this one has left. The upstream is to be reset now, and then
     * one of {@link Ticket#leave()} and {@link Ticket#again()} follows.
     */
    void preempted(Ticket ticket);
}
