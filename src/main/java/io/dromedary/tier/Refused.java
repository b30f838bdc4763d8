package io.dromedary.tier;

/** Why a visit did not get in. */
public enum Refused implements Entrance {
    /** As many wait in its lane as may. */
    QUEUE_FULL,
    /** Its time is up. */
    DEADLINE
}
