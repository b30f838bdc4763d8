package io.dromedary.api;

import io.dromedary.api.error.RefusedException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The request header {@value #HEADER}: how long the caller will wait for the end of its answer. */
public final class CallTimeout {
    public static final String HEADER = "x-dromedary-timeout";

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m)?");
    private static final long LONGEST_MILLIS = Duration.ofHours(24).toMillis();

    private CallTimeout() {}

    /**
     * Seconds as a number ({@code 2}, {@code 0.5}) or a duration ({@code 500ms}, {@code 2s}, {@code 1m}), up to a day.
     *
     * @param header its value, or null
     * @return null where the caller set none
     * @throws RefusedException 400 that names the header
     */
    public static @Nullable Duration of(@Nullable String header) {
        if (header == null) {
            return null;
        }
        var text = TEXT.matcher(header.strip());
        if (!text.matches()) {
            throw refused();
        }
        var unit = text.group(2);
        var millis = new BigDecimal(text.group(1))
                .multiply(BigDecimal.valueOf("ms".equals(unit) ? 1 : "m".equals(unit) ? 60_000 : 1_000))
                .longValue();
        if (millis < 1 || millis > LONGEST_MILLIS) {
            throw refused();
        }
        return Duration.ofMillis(millis);
    }

    private static RefusedException refused() {
        return RefusedException.badRequest(
                HEADER,
                "The header " + HEADER
                        + " must be a number of seconds, such as 2 or 0.5, or a duration, such as 500ms, 2s"
                        + " or 1m, from 1ms to 24 hours.");
    }
}
