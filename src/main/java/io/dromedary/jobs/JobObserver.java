package io.dromedary.jobs;

import java.util.Locale;

/** Is told what happens to jobs, when it does. */
public interface JobObserver {
    /** How an attempt ended. */
    enum End {
        DONE,
        /** It is to be tried again, and counts. */
        AGAIN,
        /** It is to be tried again, and does not count. */
        PAUSED,
        FAILED,
        /** All attempts had been made, and that is written. */
        GIVEN_UP,
        /** Somebody else has the job. */
        LOST,
        /** The gateway stopped, and left it to others. */
        RELEASED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void ended(Kind kind, End end);

    /** This gateway works on a job that another one, which is gone, had claimed. */
    void takenOver(Kind kind);

    /** This gateway was silent for so long that others have its jobs. */
    void leaseLost();

    JobObserver NONE = new JobObserver() {
        @Override
        public void ended(Kind kind, End end) {}

        @Override
        public void takenOver(Kind kind) {}

        @Override
        public void leaseLost() {}
    };
}
