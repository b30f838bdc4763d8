package io.dromedary.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code --name value} pairs as typed. What is read is taken out, so that what nobody knows stays behind. */
final class GivenOptions {

    private final Map<String, String> left = new LinkedHashMap<>();

    /** @throws IllegalArgumentException when the last name has no value */
    GivenOptions(List<String> args) {
        for (var i = 0; i < args.size(); i += 2) {
            if (i + 1 == args.size()) {
                throw new IllegalArgumentException(args.get(i) + " needs a value.");
            }
            left.put(args.get(i), args.get(i + 1));
        }
    }

    /** Empty when it was not given. */
    String word(String name) {
        var value = left.remove(name);
        return value == null ? "" : value;
    }

    /** Whether it was given as exactly this word; if so, it is taken. */
    boolean is(String name, String word) {
        return left.remove(name, word);
    }

    double number(String name, double usual, double least, double most) {
        var value = left.remove(name);
        if (value == null) {
            return usual;
        }
        try {
            var number = Double.parseDouble(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "%s takes a number from %s to %s.".formatted(name, plain(least), plain(most)));
    }

    int whole(String name, int usual, int least, int most) {
        var number = number(name, usual, least, most);
        if (number != Math.rint(number)) {
            throw new IllegalArgumentException(name + " takes a whole number.");
        }
        return (int) number;
    }

    List<String> words(String name, List<String> usual) {
        var value = left.remove(name);
        return value == null
                ? usual
                : Stream.of(value.split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }

    /** @throws IllegalArgumentException when something is left that nobody took */
    void nothingElse() {
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is no option " + left.keySet().iterator().next() + ".");
        }
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
