package io.dromedary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What becomes of one field at each dialect: a row of a table that has a column for each fate. */
final class Fates {
    static final String HEAD =
            Arrays.stream(Fate.values()).map(fate -> " " + fate.sign + " |").collect(Collectors.joining());
    static final String RULE = "---|".repeat(Fate.values().length);

    private final Map<Fate, List<String>> dialects = new EnumMap<>(Fate.class);
    private final Map<String, List<String>> refusals = new LinkedHashMap<>();
    private int all;

    void add(String dialect, Outcome outcome) {
        all++;
        dialects.computeIfAbsent(outcome.fate(), any -> new ArrayList<>()).add(dialect);
        if (outcome.fate() == Fate.REFUSED) {
            refusals.computeIfAbsent(outcome.refusal(), any -> new ArrayList<>())
                    .add(dialect);
        }
    }

    /** The cells of the columns. */
    String cells() {
        return Arrays.stream(Fate.values())
                .map(fate -> " " + those(dialects.getOrDefault(fate, List.of())) + " |")
                .collect(Collectors.joining());
    }

    /** The same, and with what it is refused. */
    String cellsWithRefusals() {
        var refused = refusals.entrySet().stream()
                .map(refusal -> those(refusal.getValue()) + ": " + refusal.getKey())
                .collect(Collectors.joining("; "));
        return Arrays.stream(Fate.values())
                .map(fate ->
                        " " + (fate == Fate.REFUSED ? refused : those(dialects.getOrDefault(fate, List.of()))) + " |")
                .collect(Collectors.joining());
    }

    /** The names, or shorter words where they are most. */
    private String those(List<String> names) {
        if (names.size() == all) {
            return "all";
        }
        var most = dialects.values().stream().mapToInt(Collection::size).max().orElse(0);
        return names.size() == most && 2 * most > all ? "all others" : String.join(", ", names);
    }
}
