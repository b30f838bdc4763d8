package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.bench.BenchOptions.Against;
import io.dromedary.bench.BenchOptions.Kind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BenchOptionsTest {

    @Test
    void every_benchmark_has_its_own_defaults() {
        assertThat(BenchOptions.parse(List.of("chat")))
                .returns(Kind.CHAT, BenchOptions::kind)
                .returns(128, BenchOptions::connections)
                .returns(Against.BOTH, BenchOptions::against);
        assertThat(BenchOptions.parse(List.of("stream")))
                .returns(2_000, BenchOptions::streams)
                .returns(10.0, BenchOptions::chunkRate);
        assertThat(BenchOptions.parse(List.of("streams-open")))
                .returns(10_000, BenchOptions::streams)
                .returns(List.of("-Xmx512m"), BenchOptions::gatewayJavaOptions)
                .returns(Against.GATEWAY, BenchOptions::against);
        assertThat(BenchOptions.parse(List.of("start"))).returns(5, BenchOptions::rounds);
        assertThat(BenchOptions.parse(List.of("batches", "--service-ms", "100")))
                .isEqualTo(new BenchOptions(
                        BenchOptions.Kind.BATCHES, 0, 0, 30, 3, 30, 0, 1, 100, Against.GATEWAY, List.of()));
        assertThat(BenchOptions.parse(List.of("deferred")))
                .returns(10_000.0, BenchOptions::rate)
                .returns(Against.GATEWAY, BenchOptions::against);
        assertThat(BenchOptions.parse(List.of("embeddings")))
                .returns(16, BenchOptions::connections)
                .returns(1, BenchOptions::seconds)
                .returns(15, BenchOptions::rounds);
        assertThat(BenchOptions.parse(List.of("audio")))
                .returns(16, BenchOptions::streams)
                .returns(3, BenchOptions::rounds);
        assertThat(BenchOptions.parse(List.of("tiers")))
                .returns(200, BenchOptions::serviceMillis)
                .returns(3, BenchOptions::rounds);
    }

    @Test
    void what_is_given_replaces_the_default() {
        var options = BenchOptions.parse(List.of(
                "stream",
                "--rate",
                "500",
                "--chunk-rate",
                "2.5",
                "--against",
                "nginx",
                "--gateway-java-options",
                " -Xmx256m  -XX:+UseSerialGC",
                "--rounds",
                "2"));

        assertThat(options.rate()).isEqualTo(500);
        assertThat(options.chunkRate()).isEqualTo(2.5);
        assertThat(options.against()).isEqualTo(Against.NGINX);
        assertThat(options.gatewayJavaOptions()).containsExactly("-Xmx256m", "-XX:+UseSerialGC");
        assertThat(options.rounds()).isEqualTo(2);
        assertThat(options.streams()).isEqualTo(2_000);
    }

    @Test
    void the_rate_may_be_as_much_as_possible() {
        assertThat(BenchOptions.parse(List.of("chat", "--rate", "max")).rate()).isInfinite();
    }

    @Test
    void against_says_which_proxies_take_part() {
        assertThat(List.of(Against.values()).stream().map(Against::gateway)).containsExactly(true, false, true);
        assertThat(List.of(Against.values()).stream().map(Against::nginx)).containsExactly(false, true, true);
    }

    @Test
    void nonsense_is_refused_by_name() {
        refused("Say which benchmark.");
        refused("There is no benchmark \"chta\".", "chta");
        refused("There is no option --speed.", "chat", "--speed", "9");
        refused("--rate needs a value.", "chat", "--rate");
        refused("--rate takes a number from 1 to 200000.", "chat", "--rate", "fast");
        refused("--rounds takes a number from 1 to 20.", "chat", "--rounds", "21");
        refused("--streams takes a whole number.", "stream", "--streams", "1.5");
        refused("--chunk-rate takes a number from 0.1 to 1000.", "stream", "--chunk-rate", "NaN");
        refused("--service-ms takes a number from 20 to 2000.", "tiers", "--service-ms", "5");
        refused("--against takes gateway, nginx or both.", "chat", "--against", "envoy");
    }

    private static void refused(String message, String... args) {
        assertThatThrownBy(() -> BenchOptions.parse(List.of(args)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void help_is_no_mistake() {
        var out = new ByteArrayOutputStream();

        assertThat(Bench.run(List.of("tiers", "--help"), new PrintStream(out, true, UTF_8)))
                .isZero();
        assertThat(out.toString(UTF_8)).startsWith("usage: dromedary bench").contains("--service-ms");
    }

    @Test
    void the_command_explains_itself_before_it_starts_anything() {
        var out = new ByteArrayOutputStream();

        assertThat(Bench.run(List.of("chta"), new PrintStream(out, true, UTF_8)))
                .isEqualTo(2);
        assertThat(out.toString(UTF_8))
                .startsWith("There is no benchmark \"chta\".")
                .contains("usage: dromedary bench");
    }
}
