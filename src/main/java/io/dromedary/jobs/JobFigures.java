package io.dromedary.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How many jobs a gateway knows of. Those that wait are known to every gateway of a shared store. */
public record JobFigures(List<Figure> all) {
    /** What a job does. */
    public enum State {
        /** This gateway works on it. */
        RUNNING,
        /** It could be worked on, where there were room. */
        WAITING,
        /** It is not to be tried again yet. */
        PAUSED,
        /** Another gateway works on it. */
        ELSEWHERE;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(Known job) {
            return switch (job.phase()) {
                case Known.Phase.Here here -> RUNNING;
                case Known.Phase.Claiming claiming -> WAITING;
                case Known.Phase.Entering entering -> WAITING;
                case Known.Phase.Waiting waiting -> waiting.due() ? WAITING : PAUSED;
                case Known.Phase.Elsewhere elsewhere -> ELSEWHERE;
            };
        }
    }

    /** @param oldest since when the one has been known to the world that has been so longest; zero where there is none */
    public record Figure(Kind kind, State state, int count, Duration oldest) {}

    private record Place(Kind kind, State state) {}

    public JobFigures {
        all = List.copyOf(all);
    }

    /** One for every kind and state. */
    static JobFigures of(Collection<Known> jobs, Instant now) {
        Map<Place, Integer> counts = new HashMap<>();
        Map<Place, Instant> oldest = new HashMap<>();
        for (var job : jobs) {
            var place = new Place(job.kind(), State.of(job));
            counts.merge(place, 1, Integer::sum);
            oldest.merge(place, since(job), (one, other) -> one.isBefore(other) ? one : other);
        }
        List<Figure> all = new ArrayList<>();
        for (var kind : Kind.values()) {
            for (var state : State.values()) {
                var place = new Place(kind, state);
                all.add(new Figure(
                        kind, state, counts.getOrDefault(place, 0), age(oldest.getOrDefault(place, now), now)));
            }
        }
        return new JobFigures(all);
    }

    /** When it could have been worked on. */
    private static Instant since(Known job) {
        return job.phase() instanceof Known.Phase.Waiting waiting
                        && waiting.notBefore().isAfter(job.created())
                ? waiting.notBefore()
                : job.created();
    }

    private static Duration age(Instant since, Instant now) {
        var age = Duration.between(since, now);
        return age.isNegative() ? Duration.ZERO : age;
    }
}
