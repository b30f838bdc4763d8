package io.dromedary;

import java.time.Duration;
import java.util.List;

/**
 * One row of the table of failover.
 *
 * @param name a sentence
 * @param stream how the caller asks
 * @param most how long each call may take
 * @param modelSettings of {@code config/models.yaml}, beside the fallback
 */
record FailoverCase(
        String name, boolean stream, Duration most, String modelSettings, List<Player> players, Story story) {
    /** What happens, and what must hold. */
    @FunctionalInterface
    interface Story {
        void tell(Run run) throws Exception;
    }

    /** What a row still lacks. */
    record Open(String name, boolean stream, Duration most, String modelSettings, List<Player> players) {
        FailoverCase holds(Story story) {
            return new FailoverCase(name, stream, most, modelSettings, players, story);
        }

        /** With lines of {@code config/models.yaml} for its model. */
        Open model(String settings) {
            return new Open(name, stream, most, settings, players);
        }
    }

    static Open stream(String name, int mostMillis, Player... players) {
        return new Open(name, true, Duration.ofMillis(mostMillis), "", List.of(players));
    }

    static Open whole(String name, int mostMillis, Player... players) {
        return new Open(name, false, Duration.ofMillis(mostMillis), "", List.of(players));
    }

    /** The same for a stream and for a whole answer. */
    static List<FailoverCase> both(String name, int mostMillis, Story story, Player... players) {
        return List.of(
                stream("stream: " + name, mostMillis, players).holds(story),
                whole("whole: " + name, mostMillis, players).holds(story));
    }
}
