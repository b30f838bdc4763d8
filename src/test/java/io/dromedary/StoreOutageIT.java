package io.dromedary;

import static io.dromedary.testing.Caller.body;
import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static io.dromedary.testing.Caller.tier;
import static io.dromedary.testing.Chat.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.store.HotRodNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.CapturedLog;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.ScriptedBackend;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The servers that keep the limits go away, and come back. */
@Timeout(180)
final class StoreOutageIT {
    private static final ModelAnswer ANSWER = ModelAnswer.words("w", 3);
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private static GatewayProcess gateway(ScriptedBackend upstream, HotRodNode store, String onStoreFailure)
            throws Exception {
        return GatewayProcess.with()
                .backend("upstream", """
                        dialect: openai
                        url: %s/v1
                        models:
                          m: { upstream: up }
                          late: { upstream: up }
                        """.formatted(upstream.url()))
                .config("gateway.yaml", "store: { mode: remote, servers: [\"" + store.address() + "\"] }\n")
                .config("tiers.yaml", "onStoreFailure: " + onStoreFailure + "\n")
                .config(
                        "keys.yaml",
                        Caller.keys(
                                project("free"),
                                project(
                                        "limited",
                                        "overLimit: true",
                                        "noLimit: true",
                                        "limits: { requestsPerMinute: 10 }")))
                .start();
    }

    @Test
    void calls_with_limits_are_refused_or_counted_by_each_gateway_while_it_is_away_and_others_notice_nothing()
            throws Exception {
        try (var noise = new CapturedLog("org.infinispan");
                var upstream = ScriptedBackend.start(ANSWER::to);
                var store = HotRodNode.start(folder);
                var refusing = gateway(upstream, store, "refuse");
                var counting = gateway(upstream, store, "local")) {
            assertThat(left(Caller.of(refusing, "limited").ask(body("m")))).isEqualTo(9);
            assertThat(left(Caller.of(counting, "limited").ask(body("m"))))
                    .as("one store")
                    .isEqualTo(8);

            store.disappear();
            assertRefuses(refusing, upstream);
            assertCountsAlone(counting);

            store.comeBack();
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(left(Caller.of(refusing, "limited").ask(body("m"))))
                                    .isBetween(0, 9));
            await().atMost(SOON).until(() -> {
                // a call that has to be counted finds out
                Caller.of(counting, "limited").ask(body("m"));
                return counting.log().stream()
                        .anyMatch(line -> line.contains("The store of limits can be used again."));
            });
            var one = left(Caller.of(refusing, "limited").ask(body("late")));
            var other = left(Caller.of(counting, "limited").ask(body("late")));
            assertThat(one).isEqualTo(9);
            assertThat(other).as("one store again").isEqualTo(8);
            assertThat(noise.records()).isNotEmpty();
        }
    }

    private static void assertRefuses(GatewayProcess gateway, ScriptedBackend upstream) {
        var limited = Caller.of(gateway, "limited");
        var asked = upstream.received().size();
        var begun = System.nanoTime();
        var refused = limited.ask(body("m"));
        System.out.println("refused without a store after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        var error = json(refused).path("error");
        assertThat(error.path("code").asText()).isEqualTo("limits_unavailable");
        assertThat(error.path("type").asText()).isEqualTo("service_unavailable_error");
        assertThat(limited.ask(body("m", "\"stream\":true")).statusCode()).isEqualTo(503);
        assertThat(upstream.received()).hasSize(asked);
        for (var untouched : new String[] {"flex", "no-limit"}) {
            assertThat(limited.ask(body("m", tier(untouched))).statusCode()).isEqualTo(200);
        }
        assertFree(gateway);
    }

    private static void assertCountsAlone(GatewayProcess gateway) {
        var limited = Caller.of(gateway, "limited");
        var begun = System.nanoTime();
        var first = limited.ask(body("m", tier("default")));
        System.out.println("counted without a store after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
        assertThat(left(first)).as("an account of its own").isEqualTo(9);
        for (var i = 0; i < 9; i++) {
            limited.ask(body("m", tier("default")));
        }
        assertThat(limited.ask(body("m", tier("default"))).statusCode()).isEqualTo(429);
        assertFree(gateway);
    }

    private static void assertFree(GatewayProcess gateway) {
        var begun = System.nanoTime();
        assertThat(Caller.of(gateway, "free").ask(body("m")).statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
    }

    /** Requests that are left after one that was served within its limits. */
    private static int left(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Integer.parseInt(header(answer, "x-ratelimit-remaining-requests"));
    }
}
