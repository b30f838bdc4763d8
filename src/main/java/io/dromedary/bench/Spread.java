package io.dromedary.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** One figure over several rounds: its median, and how far the rounds were apart. */
record Spread(double median, double least, double most) {

    static Spread of(List<Double> rounds) {
        var sorted = rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN);
        }
        var middle = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new Spread(middle, sorted[0], sorted[sorted.length - 1]);
    }

    /** Round by round, so that what slowed a whole round down cancels out. */
    static Spread ratio(List<Double> rounds, List<Double> base) {
        return of(pairs(rounds, base).mapToObj(i -> rounds.get(i) / base.get(i)).toList());
    }

    /** Round by round, like {@link #ratio}. */
    static Spread difference(List<Double> rounds, List<Double> base) {
        return of(pairs(rounds, base).mapToObj(i -> rounds.get(i) - base.get(i)).toList());
    }

    private static IntStream pairs(List<Double> rounds, List<Double> base) {
        return IntStream.range(0, Math.min(rounds.size(), base.size()));
    }

    /** {@code 13.9 (13.6..14.4)}, or {@code -} where nothing was measured. */
    String text(int decimals) {
        if (Double.isNaN(median)) {
            return "-";
        }
        var number = "%." + decimals + "f";
        return String.format(
                Locale.ROOT, number + " (" + number + ".." + number + ")", median + 0.0, least + 0.0, most + 0.0);
    }
}
