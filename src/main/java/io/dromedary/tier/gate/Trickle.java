package io.dromedary.tier.gate;

import org.jspecify.annotations.Nullable;

/**
 * One call of a spare lane at a time that may use a slot that is free, though the lanes above of late wanted all there are: so
 * that spare lanes go on while those above come in bursts. An answer cannot be taken back, so it is followed by a rest that is
 * many times as long; all answers together then take some thirtieth of one slot, which those above hardly notice.
 */
final class Trickle {
    private static final int REST = 32;

    private @Nullable Ticket ticket;
    private long begunAt;
    private boolean resting;
    private long restsUntil;

    boolean isOpen(long now) {
        return ticket == null && (!resting || now - restsUntil >= 0);
    }

    /** Nanoseconds until it is open again; {@link Long#MAX_VALUE} where time changes nothing. */
    long untilOpen(long now) {
        return ticket == null && resting && restsUntil - now > 0 ? restsUntil - now : Long.MAX_VALUE;
    }

    void take(Ticket taken) {
        ticket = taken;
    }

    void begun(Ticket begun, long now) {
        if (begun == ticket) {
            begunAt = now;
        }
    }

    void left(Ticket left, long now) {
        if (left != ticket) {
            return;
        }
        ticket = null;
        resting = left.begun;
        restsUntil = now + REST * (now - begunAt);
    }
}
