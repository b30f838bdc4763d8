package io.dromedary.routing;

import io.dromedary.config.Lane;
import io.dromedary.tier.gate.Refused;
import java.util.Locale;

/** Is told, on event loops, what becomes of calls in front of the gates. Takes no time. */
public interface GateObserver {
    /** How a wait ended. */
    enum End {
        /** The call got in. */
        ADMITTED,
        /** It waited for nothing. */
        DEADLINE,
        /** Its caller left, or had no more time. */
        LEFT;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** As metrics write it, e.g. {@code admitted}. */
        public String word() {
            return word;
        }
    }

    /** A wait is over, at however many gates it was. */
    void waited(Lane lane, long nanos, End end);

    /** A call got in nowhere; it may go on in a lower lane. */
    void turnedAway(Lane lane, Refused why);

    /** An attempt had to end for a call of a higher lane. */
    void preempted(Lane lane);
}
