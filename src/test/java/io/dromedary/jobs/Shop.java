package io.dromedary.jobs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What became of the jobs of a simulation, wherever they were done. */
final class Shop {
    /** How each ended. The first who says so has said it. */
    final Map<String, String> results = new HashMap<>();

    final Set<String> accepted = new HashSet<>();

    /** Attempts. */
    final Map<String, Integer> begun = new HashMap<>();

    /** Attempts that may be made again, since the job was given back, or another gateway has taken it over. */
    final Map<String, Integer> allowed = new HashMap<>();

    /** Attempts that asked a backend, of which no record said so before. */
    final List<String> unwritten = new ArrayList<>();

    int asked;
    int mostNumber;
    int takenOver;

    void begun(String id, int number) {
        begun.merge(id, 1, Integer::sum);
        mostNumber = Math.max(mostNumber, number);
    }

    /** @param written tokens of claims that were on the shelf as those of attempts that ask */
    void asked(Attempt attempt, Set<String> written) {
        asked++;
        if (!written.contains(Objects.requireNonNull(attempt.job().claim()).token())) {
            unwritten.add(attempt.job().id());
        }
    }

    void freed(String id) {
        allowed.merge(id, 1, Integer::sum);
    }

    int repeated() {
        return begun.values().stream().mapToInt(count -> count - 1).sum();
    }
}
