package io.dromedary.observe;

import io.dromedary.api.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Renders lines of the access log as JSON. Keeps its buffer and the text of the current second, so that a line costs
 * little more than its own bytes. Not thread-safe: each thread has its own.
 */
final class AccessLineWriter {
    /** Characters of one value. What callers send (a path, a model's name) may be as long as they like. */
    private static final int MAX_VALUE = 200;

    private final StringBuilder text = new StringBuilder(1024);
    private long second = Long.MIN_VALUE;
    private String secondText = "";

    /** The line with its newline, UTF-8. */
    byte[] render(AccessLine line) {
        text.setLength(0);
        text.append("{\"time\":\"");
        time(line.time());
        text.append('"');
        string(",\"request_id\":", line.requestId());
        string(",\"method\":", line.method());
        string(",\"path\":", line.path());
        text.append(",\"status\":").append(line.status());
        text.append(",\"ended\":\"").append(line.ended().label()).append('"');
        string(",\"project\":", line.project());
        string(",\"key\":", line.key());
        string(",\"model\":", line.model());
        string(",\"backend\":", line.backend());
        string(",\"upstream_model\":", line.upstreamModel());
        text.append(",\"attempts\":").append(line.attempts());
        string(",\"tier\":", line.tier());
        number(",\"lane_wait_ms\":", line.laneWaitMillis());
        text.append(",\"stream\":").append(line.stream());
        number(",\"prompt_tokens\":", line.promptTokens());
        number(",\"completion_tokens\":", line.completionTokens());
        number(",\"first_token_ms\":", line.firstTokenMillis());
        number(",\"duration_ms\":", line.durationMillis());
        number(",\"bytes_in\":", line.bytesIn());
        number(",\"bytes_out\":", line.bytesOut());
        strings(",\"failover\":", line.failover());
        string(",\"error\":", line.error());
        if (line.traceId() != null) {
            string(",\"trace_id\":", line.traceId());
        }
        if (line.inner()) {
            text.append(",\"inner\":true");
        }
        return end();
    }

    /** A line that says how many lines are missing before it. */
    byte[] dropped(long time, long lines) {
        text.setLength(0);
        text.append("{\"time\":\"");
        time(time);
        text.append("\",\"dropped_lines\":").append(lines);
        return end();
    }

    private byte[] end() {
        return text.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** ISO 8601 in UTC with milliseconds, always of the same length. */
    private void time(long millis) {
        var wholeSecond = Math.floorDiv(millis, 1000L);
        if (wholeSecond != second) {
            second = wholeSecond;
            var iso = Instant.ofEpochSecond(wholeSecond).toString();
            secondText = iso.substring(0, iso.length() - 1);
        }
        var fraction = (int) Math.floorMod(millis, 1000L);
        text.append(secondText)
                .append('.')
                .append((char) ('0' + fraction / 100))
                .append((char) ('0' + fraction / 10 % 10))
                .append((char) ('0' + fraction % 10))
                .append('Z');
    }

    private void string(String name, @Nullable String value) {
        text.append(name);
        quote(value);
    }

    private void number(String name, long value) {
        text.append(name);
        if (value < 0) {
            text.append("null");
        } else {
            text.append(value);
        }
    }

    private void strings(String name, List<String> values) {
        text.append(name).append('[');
        for (var i = 0; i < values.size(); i++) {
            if (i > 0) {
                text.append(',');
            }
            quote(values.get(i));
        }
        text.append(']');
    }

    private void quote(@Nullable String value) {
        if (value == null) {
            text.append("null");
        } else if (value.length() <= MAX_VALUE && JsonText.isPlain(value)) {
            // copied whole, which halves the cost of a line
            text.append('"').append(value).append('"');
        } else {
            JsonText.quote(text, value.length() <= MAX_VALUE ? value : value.substring(0, MAX_VALUE));
        }
    }
}
