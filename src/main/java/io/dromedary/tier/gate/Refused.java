package io.dromedary.tier.gate;

/** Why a visit did not get in. */
public enum Refused implements Entry {
    /** As many wait in its lane as may. */
    QUEUE_FULL,
    /** Its time is up. */
    DEADLINE
}
