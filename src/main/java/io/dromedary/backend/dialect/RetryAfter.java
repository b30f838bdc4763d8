package io.dromedary.backend.dialect;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How long a provider asks to be left alone, from any of the headers that providers use for it. */
final class RetryAfter {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Pattern SECONDS = Pattern.compile("\\d{1,12}(?:\\.\\d{1,9})?");
    private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|us|µs|ns|h|m|s|d)");

    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(?:\\.\\d{1,9})?");
    private static final Pattern NOTHING = Pattern.compile("-?0+(?:\\.0+)?");
    private static final Pattern REMAINING = Pattern.compile("(?i)\\b(?:remaining|r)=(-?\\d{1,12})");
    private static final Pattern RESET = Pattern.compile("(?i)\\b(?:reset|t)=(\\d{1,12})");
    private static final Pattern WORDS =
            Pattern.compile("(?i)\\b(?:try again|retry) (?:in|after) ((?:\\d{1,9}(?:\\.\\d{1,9})?(?:ms|h|m|s))+)");

    /** Numbers from here on are no lengths of time but the moment itself. */
    private static final double UNIX_SECONDS = 1e9;

    private static final double UNIX_MILLIS = 1e11;

    /** One limit: what is left of it, and when it is whole again. */
    private record Pair(String remaining, String reset) {
        static Pair of(String prefix, String suffix) {
            return new Pair(prefix + "-remaining" + suffix, prefix + "-reset" + suffix);
        }
    }

    private static final List<Pair> PAIRS = List.of(
            Pair.of("x-ratelimit", "-requests"),
            Pair.of("x-ratelimit", "-tokens"),
            Pair.of("x-ratelimit", ""),
            Pair.of("x-ratelimit", "-requests-day"),
            Pair.of("x-ratelimit", "-tokens-minute"),
            Pair.of("x-tokenlimit", ""),
            Pair.of("ratelimit", ""),
            Pair.of("ratelimitbysize", ""),
            Pair.of("anthropic-ratelimit-requests", ""),
            Pair.of("anthropic-ratelimit-tokens", ""),
            Pair.of("anthropic-ratelimit-input-tokens", ""),
            Pair.of("anthropic-ratelimit-output-tokens", ""));

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
        Duration longest = limit(headers.apply("ratelimit"));
        for (var pair : PAIRS) {
            if (isNothing(headers.apply(pair.remaining))) {
                longest = longer(longest, reset(headers.apply(pair.reset), clock));
            }
        }
        return longest;
    }

    /** What an error says in words: {@code Please try again in 7.66s}; null where it does not. */
    static @Nullable Duration inWords(String message) {
        var words = WORDS.matcher(message);
        return words.find() ? goDuration(words.group(1)) : null;
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
        return until(until, now == null ? clock.instant() : now);
    }

    private static @Nullable Instant instant(String httpDate) {
        try {
            return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(httpDate));
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static boolean isNothing(@Nullable String remaining) {
        return remaining != null && NOTHING.matcher(remaining.strip()).matches();
    }

    /** A length of time, in Go's spelling or in seconds, or the moment itself: RFC 3339, or Unix time in seconds or milliseconds. */
    private static @Nullable Duration reset(@Nullable String value, InstantSource clock) {
        if (value == null) {
            return null;
        }
        var text = value.strip();
        if (NUMBER.matcher(text).matches()) {
            var number = Double.parseDouble(text);
            return number < UNIX_SECONDS
                    ? duration(number)
                    : until(
                            Instant.ofEpochMilli((long) (number < UNIX_MILLIS ? number * 1000 : number)),
                            clock.instant());
        }
        var length = goDuration(text);
        if (length != null) {
            return length;
        }
        try {
            return until(Instant.from(DateTimeFormatter.ISO_DATE_TIME.parse(text)), clock.instant());
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** The one header of the drafts of RateLimit: {@code limit=10, remaining=0, reset=5} and {@code "default";r=0;t=5}. */
    private static @Nullable Duration limit(@Nullable String value) {
        if (value == null) {
            return null;
        }
        var remaining = REMAINING.matcher(value);
        var reset = RESET.matcher(value);
        return remaining.find() && isNothing(remaining.group(1)) && reset.find()
                ? duration(Double.parseDouble(reset.group(1)))
                : null;
    }

    private static Duration until(Instant moment, Instant now) {
        var wait = Duration.between(now, moment);
        return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
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
