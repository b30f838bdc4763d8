package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.StreamClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An upstream that says nothing holds up nobody but its own callers. */
@Timeout(120)
final class SilentUpstreamIT {
    private static final int WARM_UP = 200;
    private static final int CALLS = 50;
    private static final int SILENT = 8;
    private static final int ROUNDS = 5;
    private static final Duration MOST = Duration.ofMillis(5);

    /** Median times to the first token over as many calls each. */
    private record Medians(Duration direct, Duration through) {
        Duration added() {
            return through.minus(direct);
        }

        @Override
        public String toString() {
            return "median " + direct.toNanos() / 1000 + " µs directly, " + through.toNanos() / 1000
                    + " µs through the gateway";
        }
    }

    @Test
    void a_silent_upstream_delays_no_other_stream() throws Exception {
        try (var quick = ScriptedBackend.start(request -> Script.stream(
                        ChatEvents.role(), ChatEvents.text("First"), ChatEvents.finish("stop"), ChatEvents.DONE));
                var silent = ScriptedBackend.start(request -> Script.stream().stall());
                var gateway = GatewayProcess.with()
                        .backend("quick", backend(quick, "quick"))
                        .backend("silent", backend(silent, "silent"))
                        .start()) {
            var waiting = new ArrayList<StreamClient>();
            for (var i = 0; i < SILENT; i++) {
                waiting.add(StreamClient.ask(gateway.url(), "silent", "Are you there?"));
            }
            silent.await(SILENT, Duration.ofSeconds(20));
            for (var i = 0; i < WARM_UP; i++) {
                firstToken(quick.url());
                firstToken(gateway.url());
            }
            var best = new Medians(Duration.ZERO, Duration.ofDays(1));
            for (var round = 0; round < ROUNDS && best.added().compareTo(MOST) > 0; round++) {
                var medians = round(quick.url(), gateway.url());
                System.out.println("First token: " + medians);
                best = medians.added().compareTo(best.added()) < 0 ? medians : best;
            }
            assertThat(best.added()).as(best.toString()).isLessThan(MOST);
            assertThat(silent.received())
                    .allSatisfy(call -> assertThat(call.cancelledAt()).isEmpty());
            for (var client : waiting) {
                client.close();
            }
        }
    }

    private static String backend(ScriptedBackend upstream, String model) {
        return """
                dialect: openai
                url: %s/v1
                timeouts: { firstToken: 90s }
                models:
                  %s: { upstream: %s }
                """.formatted(upstream.url(), model, model);
    }

    /** One round; another process that takes the processor meanwhile spoils a round, a gateway that waits spoils all. */
    private static Medians round(String direct, String through) throws IOException {
        var directly = new long[CALLS];
        var throughIt = new long[CALLS];
        for (var i = 0; i < CALLS; i++) {
            directly[i] = firstToken(direct);
            throughIt[i] = firstToken(through);
        }
        return new Medians(median(directly), median(throughIt));
    }

    private static long firstToken(String url) throws IOException {
        var asked = System.nanoTime();
        try (var client = StreamClient.ask(url, "quick", "Hello")) {
            assertThat(client.readUpTo("First")).endsWith("First");
            var took = System.nanoTime() - asked;
            client.readUpTo("[DONE]\n\n");
            return took;
        }
    }

    private static Duration median(long[] nanos) {
        return Duration.ofNanos(Arrays.stream(nanos).sorted().toArray()[nanos.length / 2]);
    }
}
