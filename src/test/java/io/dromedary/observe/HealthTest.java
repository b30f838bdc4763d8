package io.dromedary.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class HealthTest {
    private static final BackendHealth ON =
            new BackendHealth("simulator", "simulator", BackendHealth.State.ON, null, List.of("dromedary-sim"));
    private static final BackendHealth OFF = new BackendHealth(
            "openai", "openai", BackendHealth.State.OFF, "OPENAI_API_KEY is not set", List.of("gpt-4o-mini"));
    private static final BackendHealth DOWN =
            new BackendHealth("tgi", "tgi", BackendHealth.State.DOWN, "connection refused", List.of("llama"));

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private List<BackendHealth> backends = List.of(ON, OFF);
    private List<String> problems = List.of();
    private boolean draining;
    private final Health health =
            new Health(new Health.Sources(() -> backends, () -> problems, () -> draining), now::get);

    @Test
    void it_is_ready_when_one_backend_is_in_use() {
        backends = List.of(OFF, DOWN, ON);

        assertThat(health.ready().status()).isEqualTo(200);
        assertThat(text(health.ready())).isEqualTo("{\"status\":\"ready\"}");
    }

    @Test
    void it_is_not_ready_when_no_backend_is_in_use() {
        backends = List.of(OFF, DOWN);

        assertThat(health.ready().status()).isEqualTo(503);
        assertThat(health.report().status()).isEqualTo(503);
        assertThat(text(health.ready())).isEqualTo("{\"status\":\"no backend is usable\"}");
    }

    @Test
    void while_it_drains_it_is_live_and_not_ready() {
        draining = true;

        assertThat(health.live().status()).isEqualTo(200);
        assertThat(health.ready().status()).isEqualTo(503);
        assertThat(text(health.ready())).isEqualTo("{\"status\":\"draining\"}");
    }

    @Test
    void a_refused_configuration_is_shown_and_leaves_it_ready() {
        problems = List.of("config/keys.yaml:3: projects.acme: unknown field. Remove it.");

        assertThat(health.report().status()).isEqualTo(200);
        assertThat(text(health.report()))
                .contains("\"config\":{\"status\":\"refused\",\"problems\":[\"config/keys.yaml:3: projects.acme");
    }

    @Test
    void the_report_lists_every_backend_with_its_reason() {
        now.set(Instant.parse("2026-01-01T00:01:05.900Z"));

        assertThat(text(health.report())).isEqualTo("""
                        {"status":"ready","uptime_seconds":65,"config":{"status":"ok","problems":[]},"backends":[\
                        {"name":"simulator","dialect":"simulator","state":"on","reason":null,"models":["dromedary-sim"]},\
                        {"name":"openai","dialect":"openai","state":"off","reason":"OPENAI_API_KEY is not set",\
                        "models":["gpt-4o-mini"]}]}""");
        assertThat(health.report().contentType()).isEqualTo("application/json");
    }

    @Test
    void the_report_shows_how_full_it_is_in_front_of_a_backend() {
        var lanes = List.of(new GateState.Lane("default", 3, 0, 0), new GateState.Lane("flex", 1, 2, 1.5));
        backends = List.of(gated(new GateState("tgi", 8, lanes)));
        assertThat(text(health.report())).contains("\"gate\":{\"limit\":8,\"in_flight\":4,\"queued\":2}");

        backends = List.of(gated(new GateState("tgi", 0, List.of())));
        assertThat(text(health.report())).contains("\"gate\":{\"limit\":null,\"in_flight\":0,\"queued\":0}");
    }

    private static BackendHealth gated(GateState gate) {
        return new BackendHealth("tgi", "tgi", BackendHealth.State.ON, null, List.of("llama"), Map.of(), gate);
    }

    private static String text(Reply.Whole reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }
}
