package io.dromedary;

import io.dromedary.api.error.RefusedException;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What becomes of a field.
 *
 * @param refusal where it is refused, by which code and {@code param}; else empty
 */
record Outcome(Fate fate, String refusal) {
    static Outcome of(Fate fate) {
        return new Outcome(fate, "");
    }

    static Outcome of(RefusedException e) {
        return new Outcome(Fate.REFUSED, told(e));
    }

    /** @param asked what the caller knows the {@code param} as */
    static Outcome of(RefusedException e, UnaryOperator<String> asked) {
        return new Outcome(Fate.REFUSED, told(e, asked));
    }

    /** A refusal in the words of the documentation. */
    private static String told(RefusedException e) {
        return told(e, UnaryOperator.identity());
    }

    private static String told(RefusedException e, UnaryOperator<String> asked) {
        var refusal = e.refusal();
        var param = refusal.param();
        return Stream.of(refusal.code(), param == null ? null : asked.apply(param))
                .filter(Objects::nonNull)
                .map(word -> "`" + word + "`")
                .collect(Collectors.joining(" "));
    }

    /** What a reader says of something that it ought to refuse. */
    static String refused(Supplier<?> reading) {
        try {
            Objects.requireNonNull(reading.get());
        } catch (RefusedException e) {
            return (e.refusal().status() == 400 ? "" : e.refusal().status() + " ") + told(e);
        }
        return "";
    }

    String shown() {
        return fate == Fate.REFUSED ? "400 " + refusal : fate.sign;
    }
}
