package io.dromedary.jobs.batch;

import io.dromedary.jobs.Attempt;
import io.dromedary.jobs.Attempt.Stop;

/** What an attempt was told about its end. */
final class Stops {
    private volatile boolean cancelled;
    private volatile boolean lost;
    private volatile boolean draining;
    private volatile boolean givesWay;
    private volatile Runnable woken = () -> {};

    Stops(Attempt attempt) {
        cancelled = attempt.job().cancelled();
        attempt.whenStopped(this::told);
    }

    private void told(Stop stop) {
        switch (stop) {
            case CANCELLED -> cancelled = true;
            case LOST -> lost = true;
            case DRAINING -> draining = true;
        }
        woken.run();
    }

    /** @param what run on any thread when something is told */
    void wake(Runnable what) {
        woken = what;
    }

    /** It was told something: what takes long ends as soon as it can. */
    boolean any() {
        return cancelled || lost || draining;
    }

    /** Its caller does not want the batch any more. */
    boolean cancelled() {
        return cancelled;
    }

    /** The batch's own record says so. */
    void cancel() {
        cancelled = true;
    }

    /** Somebody else has the batch now. */
    boolean lost() {
        return lost;
    }

    /** Its place is wanted by others. */
    void giveWay() {
        givesWay = true;
    }

    boolean givesWay() {
        return givesWay;
    }

    /** Nothing new is begun here. */
    boolean draining() {
        return draining || givesWay;
    }
}
