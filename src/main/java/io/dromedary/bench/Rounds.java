package io.dromedary.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of every contender, round by round, under names that the report asks for. */
final class Rounds {

    private final Map<String, Map<String, List<Double>>> figures = new LinkedHashMap<>();

    boolean empty() {
        return figures.isEmpty();
    }

    void add(String contender, String figure, double value) {
        figures.computeIfAbsent(contender, name -> new LinkedHashMap<>())
                .computeIfAbsent(figure, name -> new ArrayList<>())
                .add(value);
    }

    Spread spread(String contender, String figure) {
        return Spread.of(of(contender, figure));
    }

    Spread beyond(String base, String contender, String figure) {
        return Spread.difference(of(contender, figure), of(base, figure));
    }

    Spread ratio(String base, String contender, String figure) {
        return Spread.ratio(of(contender, figure), of(base, figure));
    }

    long sum(String contender, String figure) {
        return Math.round(
                of(contender, figure).stream().mapToDouble(Double::doubleValue).sum());
    }

    private List<Double> of(String contender, String figure) {
        return figures.getOrDefault(contender, Map.of()).getOrDefault(figure, List.of());
    }
}
