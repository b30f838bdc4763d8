package io.dromedary.tier.gate;

import io.dromedary.config.Lane;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A guest that remembers what it was told, and does nothing by itself. */
class Visitor implements Guest {
    final Lane lane;
    private final Executor loop;

    @Nullable
    Ticket ticket;

    @Nullable
    Waiting waiting;

    @Nullable
    Refused refused;

    boolean preempted;

    /** What it was told since it came, and since it went back to the queue. */
    int answers;

    Visitor(Lane lane, Executor loop) {
        this.lane = lane;
        this.loop = loop;
    }

    Visitor enter(Gate gate, String project, long deadline) {
        on(gate.enter(new Visit(lane, project, deadline, this)));
        return this;
    }

    Visitor tryEnter(Gate gate) {
        ticket = gate.tryEnter(new Visit(lane, "p", 0, this));
        return this;
    }

    boolean isIn() {
        return ticket != null;
    }

    Ticket ticket() {
        if (ticket == null) {
            throw new AssertionError("it is not in");
        }
        return ticket;
    }

    void leave() {
        if (ticket != null) {
            ticket.leave();
        }
        if (waiting != null) {
            waiting.leave();
        }
    }

    void again() {
        var lost = ticket();
        ticket = null;
        waiting = null;
        preempted = false;
        answers = 0;
        on(lost.again());
    }

    private void on(Entry entry) {
        switch (entry) {
            case Ticket at -> admitted(at);
            case Waiting in -> waiting = in;
            case Refused why -> refused(why);
        }
    }

    @Override
    public Executor loop() {
        return loop;
    }

    @Override
    public void admitted(Ticket its) {
        answers++;
        ticket = its;
    }

    @Override
    public void refused(Refused why) {
        answers++;
        refused = why;
    }

    @Override
    public void preempted(Ticket its) {
        if (its != ticket) {
            throw new AssertionError("preempted before it was admitted");
        }
        preempted = true;
    }
}
