package io.dromedary.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A model that takes its time, a different one for each task, and notes who asked for which: tasks are named in what is
 * said to it, as {@code task-7} or {@code task-7.3}, and gateways by the model that they name, as {@code life-2}.
 */
public final class SlowEcho implements Function<Received, Script> {
    private static final Pattern TASK = Pattern.compile("task-[0-9]+(?:\\.[0-9]+)?");
    private static final Pattern LIFE = Pattern.compile("\"model\"\\s*:\\s*\"life-([0-9]+)\"");
    private static final Duration BETWEEN_WORDS = Duration.ofMillis(60);

    private final OpenAiUpstream model = new OpenAiUpstream();

    /** A request that was made for a task. */
    public record Run(String task, int life, Received request) {
        /** It had begun before then, and had not ended so long before it. */
        public boolean wasUnderWay(long begunBefore, long notEndedBefore) {
            var ended = request.endedAt();
            return request.arrivedAt() - begunBefore < 0
                    && (ended.isEmpty() || ended.getAsLong() - notEndedBefore >= 0);
        }
    }

    @Override
    public Script apply(Received received) {
        var script = model.apply(received);
        var task = find(TASK, received.body(), 0);
        // from 200 ms to 1.4 s, lines of batches a quarter of it
        var millis = 200 + Math.floorMod(task.hashCode(), 1200);
        var first = Duration.ofMillis(task.contains(".") ? millis / 4 : millis);
        return received.json().path("stream").asBoolean()
                ? script.paced(first, BETWEEN_WORDS)
                : script.paced(first, Duration.ZERO);
    }

    /** Of a backend that answers so: the requests for each task, in order of arrival. */
    public static Map<String, List<Run>> runs(ScriptedBackend backend) {
        Map<String, List<Run>> runs = new LinkedHashMap<>();
        for (var request : backend.received()) {
            var task = find(TASK, request.body(), 0);
            var life = Integer.parseInt(find(LIFE, request.body(), 1));
            runs.computeIfAbsent(task, any -> new ArrayList<>()).add(new Run(task, life, request));
        }
        return runs;
    }

    private static String find(Pattern pattern, String text, int group) {
        var found = pattern.matcher(text);
        if (!found.find()) {
            throw new IllegalArgumentException("no " + pattern + " in " + text);
        }
        return found.group(group);
    }
}
