package io.dromedary.responses;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SegmentsTest {
    private static final int MANY = 150;

    private final ManualTimer timer = new ManualTimer();
    private final CountedShelf<Segment> shelf = new CountedShelf<>(Segment.CODEC, timer.clock);
    private final Segments segments = new Segments(shelf, () -> Duration.ofDays(1));

    @Test
    void what_is_left_of_a_stream_when_somebody_died_while_he_took_it_away_is_found_and_taken_away() {
        for (var number = 0; number < MANY; number++) {
            Turns.done(segments.put("resp", number, new Segment(number, 1, false, "event")));
        }
        shelf.holding = true;
        var cut = segments.remove("resp").toCompletableFuture();
        shelf.failing = true;
        shelf.release();
        assertThat(cut).isCompletedExceptionally();
        shelf.failing = false;
        assertThat(shelf.size()).isBetween(1, MANY - 1);

        Turns.done(segments.remove("resp"));
        assertThat(shelf.size()).isZero();
    }
}
