package io.dromedary.api;

import io.dromedary.api.Guards.Method;
import io.dromedary.api.Guards.Pii;
import io.dromedary.api.Guards.Side;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Faults;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The switches of guards as headers, where a request has no JSON to have them in: {@code Toxicity} and {@code Injection}
 * ({@code true} or {@code false}), {@code Pii} ({@code block} or {@code replace}), {@code Replace-Method}, and {@code
 * Entity-List} with commas. They are all about what was made of the request: before that there is no text.
 */
public final class GuardHeaders {
    private static final List<String> PII = List.of("block", "replace");
    private static final List<String> METHODS = Arrays.stream(Method.values())
            .map(method -> method.name().toLowerCase(Locale.ROOT))
            .toList();

    private GuardHeaders() {}

    /**
     * Reads them.
     *
     * @param headers value of a header by lower-case name, or null
     * @return what is on, or null where nothing is
     * @throws RefusedException 400 with the header as {@code param}
     */
    public static @Nullable Guards read(Function<String, @Nullable String> headers) {
        var checks = new TreeSet<String>();
        if (isOn(headers, "toxicity")) {
            checks.add("toxicity");
        }
        if (isOn(headers, "injection")) {
            checks.add("block_prompt_injection");
        }
        var pii = word(headers, "pii", PII);
        var method = word(headers, "replace-method", METHODS);
        if (pii == null && checks.isEmpty()) {
            return null;
        }
        return new Guards(
                Side.NONE,
                new Side(
                        pii == null
                                ? null
                                : new Pii(
                                        pii.equals("block"),
                                        method == null
                                                ? Method.RANDOM
                                                : Method.valueOf(method.toUpperCase(Locale.ROOT)),
                                        list(headers.apply("entity-list"))),
                        Set.copyOf(checks)));
    }

    private static boolean isOn(Function<String, @Nullable String> headers, String name) {
        return "true".equals(word(headers, name, List.of("true", "false")));
    }

    private static @Nullable String word(Function<String, @Nullable String> headers, String name, List<String> words) {
        var given = headers.apply(name);
        if (given == null || given.isBlank()) {
            return null;
        }
        var word = given.strip().toLowerCase(Locale.ROOT);
        if (!words.contains(word)) {
            throw Faults.unsupported(name, given, words);
        }
        return word;
    }

    private static Set<String> list(@Nullable String given) {
        return given == null
                ? Set.of()
                : Arrays.stream(given.split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toUnmodifiableSet());
    }
}
