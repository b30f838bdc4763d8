package io.dromedary.http;

/** Notices a client that reads nothing of what waits for it. */
final class UnreadWatch {
    private long last;
    private long sinceNanos;

    /**
     * It has read nothing for so long.
     *
     * @param unread bytes that wait for it now
     */
    boolean stuck(long unread, long nowNanos, long longestNanos) {
        if (unread == 0 || unread != last) {
            last = unread;
            sinceNanos = nowNanos;
            return false;
        }
        return nowNanos - sinceNanos > longestNanos;
    }
}
