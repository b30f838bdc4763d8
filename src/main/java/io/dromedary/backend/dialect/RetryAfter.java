package io.dromedary.backend.dialect;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How long a provider asks to be left alone, from any of the headers that providers use for it. */
final class RetryAfter {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Pattern SECONDS = Pattern.compile("\\d{1,12}(?:\\.\\d{1,9})?");
    private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|us|µs|ns|h|m|s|d)");

    private RetryAfter() {}

    /** From {@code retry-after-ms}, {@code retry-after}, or the reset of a limit that has nothing left; null for none. */
    static @Nullable Duration read(UnaryOperator<@Nullable String> headers, InstantSource clock) {
        var millis = headers.apply("retry-after-ms");
        if (millis != null && SECONDS.matcher(millis.strip()).matches()) {
            return duration(Double.parseDouble(millis.strip()) / 1000);
        }
        var after = headers.apply("retry-after");
        if (after != null) {
            var named = after(after.strip(), headers.apply("date"), clock);
            if (named != null) {
                return named;
            }
        }
        return longer(reset(headers, "requests"), reset(headers, "tokens"));
    }

    /** Go's spelling of durations: {@code 6m0s}, {@code 120ms}, {@code 34.5s}; null for anything else. */
    static @Nullable Duration goDuration(String text) {
        var parts = PART.matcher(text);
        var seconds = 0.0;
        var end = 0;
        while (parts.find() && parts.start() == end) {
            end = parts.end();
            seconds += Double.parseDouble(parts.group(1)) * unit(parts.group(2));
        }
        return end == 0 || end < text.length() ? null : duration(seconds);
    }

    private static double unit(String unit) {
        return switch (unit) {
            case "d" -> 86_400;
            case "h" -> 3_600;
            case "m" -> 60;
            case "s" -> 1;
            case "ms" -> 1e-3;
            case "ns" -> 1e-9;
            default -> 1e-6;
        };
    }

    private static @Nullable Duration after(String value, @Nullable String date, InstantSource clock) {
        if (SECONDS.matcher(value).matches()) {
            return duration(Double.parseDouble(value));
        }
        var until = instant(value);
        if (until == null) {
            return null;
        }
        // the provider's own clock where it told it: ours may differ
        var now = date == null ? null : instant(date.strip());
        var wait = Duration.between(now == null ? clock.instant() : now, until);
        return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }

    private static @Nullable Instant instant(String httpDate) {
        try {
            return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(httpDate));
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static @Nullable Duration reset(UnaryOperator<@Nullable String> headers, String what) {
        var reset = headers.apply("x-ratelimit-reset-" + what);
        return reset != null && "0".equals(headers.apply("x-ratelimit-remaining-" + what))
                ? goDuration(reset.strip())
                : null;
    }

    private static @Nullable Duration longer(@Nullable Duration one, @Nullable Duration other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration duration(double seconds) {
        return seconds >= LONGEST.toSeconds() ? LONGEST : Duration.ofNanos((long) (seconds * 1e9));
    }
}
