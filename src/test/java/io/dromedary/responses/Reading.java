package io.dromedary.responses;

import io.dromedary.api.EventSource;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that reads a stream. */
final class Reading implements EventSource.Sink {
    private final StringBuffer text = new StringBuffer();
    private final @Nullable EventSource source;
    private boolean slow;
    private final CompletableFuture<String> whole = new CompletableFuture<>();

    private Reading(@Nullable EventSource source) {
        this.source = source;
    }

    static Reading of(EventSource source) {
        var reading = new Reading(source);
        source.start(reading);
        return reading;
    }

    /** Pauses after each push. */
    static Reading slowly(EventSource source) {
        var reading = new Reading(source);
        reading.slow = true;
        source.start(reading);
        return reading;
    }

    @Override
    public void write(byte[] events) {
        if (ended()) {
            throw new IllegalStateException("it has ended");
        }
        text.append(new String(events, StandardCharsets.UTF_8));
        if (slow && source != null) {
            source.pause();
        }
    }

    @Override
    public void end() {
        if (!whole.complete(text())) {
            throw new IllegalStateException("it has ended before");
        }
    }

    String text() {
        return text.toString();
    }

    boolean ended() {
        return whole.isDone();
    }

    /** All of it, when it has ended. */
    String whole() {
        return whole.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** The events with these numbers, as they are sent. */
    static String events(int from, int to) {
        var events = new StringBuilder();
        for (var number = from; number < to; number++) {
            events.append(event(number));
        }
        return events.toString();
    }

    static String event(int number) {
        return "event: response.output_text.delta\ndata: {\"sequence_number\":" + number + ",\"delta\":\"\u6c34\\n\\n"
                + "x".repeat(number % 7) + "\"}\n\n";
    }

    static byte[] bytes(String events) {
        return events.getBytes(StandardCharsets.UTF_8);
    }
}
