package io.dromedary.responses;

import io.dromedary.api.EventSource;
import io.dromedary.api.sse.SseFrame;
import io.dromedary.responses.Recording.Next;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Reads the stream of a response, a segment at a time, and holds none while its reader pauses. It asks for the next one: the
 * recording, where that is in this process, and the shelf.
 */
final class Follower implements EventSource {
    /** What is followed. */
    record Stream(EventLog log, Segments segments, Timer timer, String project, String id) {}

    /** How long after the last look for a segment that is not there the next one is. */
    private static final Duration POLL = Duration.ofMillis(200);

    /** Looks after which it is asked whether the response still runs: 5 s. */
    private static final int LOOKS = 25;

    private final Stream stream;
    private final Executor loop;
    private final Runnable wake = this::wake;
    private final AtomicBoolean woken = new AtomicBoolean();

    /** Null where the stream ran, or runs, in another process. */
    private @Nullable Recording recording;

    private @Nullable Sink sink;
    private Runnable alarm = () -> {};
    private int sequence;
    private int place;
    private int looks;
    private boolean noMore;
    private boolean asking;
    private boolean waiting;
    private boolean pumping;
    private boolean paused;
    private boolean over;

    Follower(Stream stream, @Nullable Recording recording, int startingAfter, Executor loop) {
        this.stream = stream;
        this.recording = recording;
        this.sequence = startingAfter + 1;
        this.loop = loop;
    }

    /** The stream runs in this process. */
    boolean isLive() {
        return recording != null;
    }

    @Override
    public void start(Sink to) {
        if (over) {
            return;
        }
        sink = to;
        stream.log().arrived(stream.id(), wake);
        if (recording == null) {
            stream.segments().read(stream.id());
        } else {
            recording.arrive(wake);
        }
        pump();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        pump();
    }

    @Override
    public void cancel() {
        leave();
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            loop.execute(() -> {
                woken.set(false);
                if (waiting) {
                    alarm.run();
                    look();
                } else {
                    pump();
                }
            });
        }
    }

    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        var more = true;
        while (more && !over && !paused && !asking) {
            more = step();
        }
        pumping = false;
    }

    /** @return false where there is nothing to be had now */
    private boolean step() {
        var live = live();
        if (live == null) {
            ask();
            return true;
        }
        return switch (live.read(place, sequence)) {
            case Next.Events events -> take(events);
            case Next.Shelved() -> {
                ask();
                yield true;
            }
            case Next.Lost() -> {
                if (!live.unseen()) {
                    lose();
                    yield false;
                }
                // somebody else goes on, or ends it
                live.leave(wake);
                recording = null;
                ask();
                yield true;
            }
        };
    }

    /** The stream may have begun to run here. */
    private @Nullable Recording live() {
        var live = recording;
        if (live == null) {
            live = stream.log().recording(stream.id());
            if (live != null) {
                live.arrive(wake);
                recording = live;
            }
        }
        return live;
    }

    private boolean take(Next.Events events) {
        var seen = sequence;
        sequence = events.next();
        if (events.sealed()) {
            place++;
        }
        if (events.bytes().length > 0) {
            write(events.bytes());
        }
        if (events.end()) {
            write(SseFrame.done());
            end();
        }
        return events.sealed() || sequence > seen;
    }

    private void write(byte[] events) {
        if (sink != null && !over) {
            sink.write(events);
        }
    }

    private void ask() {
        asking = true;
        alarm.run();
        stream.segments()
                .get(stream.id(), place)
                .whenComplete((found, failed) -> loop.execute(() -> {
                    asking = false;
                    if (over) {
                        return;
                    }
                    if (found == null) {
                        missed();
                    } else {
                        looks = 0;
                        take(new Next.Events(
                                found.from(sequence), Math.max(sequence, found.next()), true, found.end()));
                        pump();
                    }
                }));
    }

    /** The segment is not there yet, or cannot be read now. */
    private void missed() {
        looks++;
        if (looks % LOOKS == 0) {
            asking = true;
            stream.segments().read(stream.id());
            stream.log()
                    .find(stream.project(), stream.id())
                    .whenComplete((response, failed) -> loop.execute(() -> {
                        if (failed == null) {
                            found(response);
                        } else if (!over) {
                            // that the store is away says nothing of the response
                            later();
                        }
                    }));
        } else {
            later();
        }
    }

    private void found(@Nullable StoredResponse response) {
        if (over) {
            return;
        }
        // the end of a response is stored before the end of its stream
        if (response == null || noMore) {
            lose();
            return;
        }
        noMore = !response.isRunning();
        if (noMore && response.isBackground()) {
            finish(response);
        } else {
            later();
        }
    }

    /** Whoever was to write the end may have died before. */
    private void finish(StoredResponse response) {
        asking = true;
        stream.log()
                .end(response, LogEnd.NOTHING)
                .whenComplete((there, failed) -> loop.execute(() -> {
                    if (failed != null) {
                        noMore = false;
                    }
                    later();
                }));
    }

    private void later() {
        asking = true;
        waiting = true;
        alarm = stream.timer().after(POLL, () -> loop.execute(this::look));
    }

    private void look() {
        if (waiting) {
            waiting = false;
            asking = false;
            pump();
        }
    }

    private void lose() {
        write(LostStream.event(sequence));
        end();
    }

    private void end() {
        var to = sink;
        if (!over && to != null) {
            leave();
            to.end();
        }
    }

    private void leave() {
        if (over) {
            return;
        }
        over = true;
        alarm.run();
        if (sink == null) {
            return;
        }
        stream.log().left(stream.id(), wake);
        if (recording != null) {
            recording.leave(wake);
        }
    }
}
