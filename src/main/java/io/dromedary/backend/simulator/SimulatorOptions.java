package io.dromedary.backend.simulator;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How fast a simulated backend is: {@code options} of its file.
 *
 * @param delay before the answer begins
 * @param pace between two events of a stream
 */
public record SimulatorOptions(Duration delay, Duration pace) {
    /** As fast as it can. */
    public static final SimulatorOptions DEFAULT = new SimulatorOptions(Duration.ZERO, Duration.ZERO);

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");

    /**
     * Reads {@code delay} and {@code pace}, which are written like {@code 20ms}, {@code 2s} or {@code 1m}; what is absent
     * takes no time.
     *
     * @throws IllegalArgumentException naming the option that is unknown or is no duration, and how to write it
     */
    public static SimulatorOptions of(Map<String, Object> options) {
        var delay = DEFAULT.delay;
        var pace = DEFAULT.pace;
        for (var option : options.entrySet()) {
            switch (option.getKey()) {
                case "delay" -> delay = duration(option);
                case "pace" -> pace = duration(option);
                default ->
                    throw new IllegalArgumentException(
                            "The simulator has no option '" + option.getKey() + "'; it has delay and pace.");
            }
        }
        return new SimulatorOptions(delay, pace);
    }

    private static Duration duration(Map.Entry<String, Object> option) {
        var written = DURATION.matcher(String.valueOf(option.getValue()));
        if (!written.matches()) {
            throw new IllegalArgumentException("'" + option.getKey() + ": " + option.getValue()
                    + "' is no duration; write it like 20ms, 2s or 1m.");
        }
        var amount = Long.parseLong(written.group(1));
        return switch (written.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }
}
