package io.dromedary.responses;

/**
 * Where the next segment of a stream is to be.
 *
 * @param number of that segment
 * @param sequence number of its first event
 */
record LogEnd(int number, int sequence) {
    static final LogEnd NOTHING = new LogEnd(0, 0);

    LogEnd after(Segment segment) {
        return new LogEnd(number + 1, segment.next());
    }
}
