package io.dromedary.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lengths of time as the operator's files write them: {@code 500ms}, {@code 2s}, {@code 10m}, {@code 1h}, {@code 30d}. */
public final class Durations {
    private Durations() {}

    /** What the text says, or null when it is not a whole number with one of the units. */
    public static @Nullable Duration parse(String text) {
        var digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > 12) {
            return null;
        }
        var number = Long.parseLong(text, 0, digits, 10);
        return switch (text.substring(digits)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> null;
        };
    }
}
