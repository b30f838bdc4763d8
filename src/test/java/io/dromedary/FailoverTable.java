package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.ScriptedBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;

/**
 * Rows that share one gateway. Each has a public model and backends of its own, so that no breaker and no cooldown of one
 * concerns another; they run side by side, a few at a time.
 */
final class FailoverTable implements AutoCloseable {
    /** What the gateway has to show to every backend, and to nobody else. */
    static final String UPSTREAM_KEY = "sk-upstream-5f0c9d1e7b3a";

    private static final String HEALTHY = "healthy";
    private static final Pattern COMPLAINT = Pattern.compile("\\b(SEVERE|ERROR|LEAK|[A-Za-z]+Exception)\\b");

    private final List<Run> runs = new ArrayList<>();
    private final List<ScriptedBackend> scripted = new ArrayList<>();
    private final GatewayProcess gateway;

    private FailoverTable(GatewayProcess gateway) {
        this.gateway = gateway;
    }

    /**
     * Starts the gateway, makes some calls that nothing is wrong with, and starts the rows.
     *
     * @param warmUp how many such calls
     * @param sideBySide how many rows run at a time
     */
    static FailoverTable start(List<FailoverCase> rows, int warmUp, int sideBySide) throws Exception {
        var builder = GatewayProcess.with().environment("UPSTREAM_KEY", UPSTREAM_KEY);
        var healthy =
                ScriptedBackend.start(request -> ModelAnswer.words("fine", 5).to(request));
        builder.backend(HEALTHY, file(healthy.url(), HEALTHY, "up", Player.a(Play.silent())));
        var models = new StringBuilder();
        var backends = new ArrayList<Map<String, ScriptedBackend>>();
        for (var i = 0; i < rows.size(); i++) {
            backends.add(configure(rows.get(i), "m" + i, builder, models));
        }
        builder.config("models.yaml", models.isEmpty() ? "models: {}\n" : "models:\n" + models);
        var table = new FailoverTable(builder.start());
        table.scripted.add(healthy);
        for (var i = 0; i < rows.size(); i++) {
            table.runs.add(new Run(rows.get(i), "m" + i, table.gateway, backends.get(i)));
            table.scripted.addAll(backends.get(i).values());
        }
        table.warmUp(warmUp);
        table.run(sideBySide);
        return table;
    }

    private static Map<String, ScriptedBackend> configure(
            FailoverCase row, String id, GatewayProcess.Builder builder, StringBuilder models) {
        var backends = new LinkedHashMap<String, ScriptedBackend>();
        var settings = row.modelSettings();
        for (var player : row.players()) {
            var url = ScriptedBackend.nobody();
            var play = player.play();
            if (play != null) {
                var attempt = new AtomicInteger();
                var backend = ScriptedBackend.start(request -> play.on(request, attempt.getAndIncrement()));
                backends.put(player.letter(), backend);
                url = backend.url();
            }
            var model = player.fallback() ? id + "-other" : id;
            builder.backend(id + "-" + player.letter(), file(url, model, "up-" + player.letter(), player));
            if (player.fallback()) {
                settings += (settings.isEmpty() ? "" : ", ") + "fallback: [" + model + "]";
            }
        }
        if (!settings.isEmpty()) {
            models.append("  ").append(id).append(": { ").append(settings).append(" }\n");
        }
        return backends;
    }

    private static String file(String url, String model, String upstream, Player player) {
        return """
                dialect: openai
                url: %s/v1
                auth: ${env:UPSTREAM_KEY}
                timeouts: { connect: 2s, firstToken: %s, betweenTokens: %s }
                capabilities: { %s }
                models:
                  %s: { upstream: %s, priority: %d }
                """.formatted(
                        url,
                        player.quick() ? "500ms" : "8s",
                        player.quick() ? "500ms" : "8s",
                        player.capabilities(),
                        model,
                        upstream,
                        player.priority());
    }

    private void warmUp(int calls) throws InterruptedException {
        for (var i = 0; i < calls; i++) {
            Caller.ask(gateway.url(), Caller.body(HEALTHY, i % 2 == 0, ""), Map.of(), Duration.ofSeconds(20))
                    .answered(ModelAnswer.words("fine", 5));
        }
    }

    private void run(int sideBySide) {
        var room = new Semaphore(sideBySide);
        for (var run : runs) {
            Thread.ofVirtual().name(run.row().name()).start(() -> {
                room.acquireUninterruptibly();
                try {
                    run.tell();
                } finally {
                    room.release();
                }
            });
        }
    }

    /** The tests of some of the rows; each waits for its row. */
    List<DynamicTest> tests(List<FailoverCase> some) {
        return runs.stream()
                .filter(run -> some.contains(run.row()))
                .map(run -> DynamicTest.dynamicTest(run.row().name(), run::await))
                .toList();
    }

    /** Nothing goes on behind a call's back: after all rows are over, no backend was asked once more. */
    void assertNobodyWasAskedLater() {
        runs.forEach(Run::wasAskedLater);
        assertThat(runs).as("rows whose backends were asked later").noneMatch(Run::wasAskedLater);
    }

    /** What the gateway logged as its own fault, once all rows are over. */
    List<String> complaints() {
        runs.forEach(Run::wasAskedLater);
        return gateway.log().stream()
                .filter(line -> COMPLAINT.matcher(line).find())
                .toList();
    }

    @Override
    public void close() {
        gateway.close();
        scripted.forEach(ScriptedBackend::close);
    }
}
