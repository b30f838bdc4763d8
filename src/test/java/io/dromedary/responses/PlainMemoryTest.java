package io.dromedary.responses;

import java.time.InstantSource;

/** On shelves of this JVM. */
final class PlainMemoryTest extends MemoryContract {
    private final CountedShelf<Kept> responses = new CountedShelf<>(Kept.CODEC, InstantSource.system());
    private final CountedShelf<Segment> events = new CountedShelf<>(Segment.CODEC, InstantSource.system());

    @Override
    ResponseMemory open(Timer timer) {
        return new ResponseMemory(responses, events, EventLog.Pace.SHARED, SETTINGS, timer);
    }

    @Override
    void shut() {}
}
