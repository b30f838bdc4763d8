package io.dromedary.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ComposeFileTest {
    private static final Path FILE = Path.of("docker-compose.yml");

    private JsonNode file;
    private JsonNode gateway;
    private JsonNode tgi;
    private JsonNode llama;

    @BeforeEach
    void read() throws IOException {
        file = new YAMLMapper().readTree(FILE.toFile());
        gateway = file.at("/services/gateway");
        tgi = file.at("/services/tgi");
        llama = file.at("/services/llama-cpp");
    }

    @Test
    void the_gateway_is_built_from_here_and_starts_without_a_profile() {
        assertThat(gateway.get("build").asText()).isEqualTo(".");
        assertThat(gateway.has("profiles")).isFalse();
        assertThat(texts(gateway.get("command"))).containsExactly("serve");
    }

    @Test
    void the_gateway_can_change_nothing_and_gain_nothing() {
        assertThat(gateway.get("read_only").asBoolean()).isTrue();
        assertThat(texts(gateway.get("tmpfs"))).singleElement().asString().startsWith("/tmp:");
        assertThat(gateway.get("user").asText()).matches("[1-9]\\d*:[1-9]\\d*");
        assertThat(texts(gateway.get("cap_drop"))).containsExactly("ALL");
        assertThat(gateway.has("cap_add")).isFalse();
        assertThat(gateway.has("privileged")).isFalse();
        assertThat(texts(gateway.get("security_opt"))).containsExactly("no-new-privileges:true");
    }

    @Test
    void configuration_is_mounted_read_only_and_data_has_a_volume() {
        assertThat(texts(gateway.get("volumes")))
                .containsExactlyInAnyOrder(
                        "./backends:/dromedary/backends:ro", "./config:/dromedary/config:ro", "gateway-data:/data");
        assertThat(file.get("volumes").has("gateway-data")).isTrue();
    }

    @Test
    void only_the_gateway_is_published_and_only_on_loopback_by_default() {
        assertThat(texts(gateway.get("ports")))
                .containsExactlyInAnyOrder(
                        "${DROMEDARY_BIND:-127.0.0.1}:${DROMEDARY_PORT:-8080}:8080",
                        "127.0.0.1:${DROMEDARY_MANAGEMENT_PORT:-9876}:9876");
        assertThat(tgi.has("ports")).isFalse();
        assertThat(llama.has("ports")).isFalse();
    }

    @Test
    void streams_in_flight_have_time_to_finish() {
        assertThat(seconds(gateway.get("stop_grace_period").asText())).isGreaterThan(30);
        assertThat(seconds(tgi.get("stop_grace_period").asText())).isGreaterThan(90);
    }

    @Test
    void every_service_has_a_health_check() {
        assertThat(file.get("services")).allSatisfy(service -> {
            assertThat(texts(service.at("/healthcheck/test"))).first().isEqualTo("CMD");
            for (var field : List.of("interval", "timeout", "retries", "start_period")) {
                assertThat(service.get("healthcheck").has(field)).as(field).isTrue();
            }
        });
        assertThat(tgi.at("/healthcheck/start_period").asText()).isEqualTo("30m");
        assertThat(llama.at("/healthcheck/start_period").asText()).isEqualTo("30m");
    }

    @Test
    void the_gateways_health_check_tells_ready_from_not() throws Exception {
        var command = texts(gateway.at("/healthcheck/test")).stream()
                .skip(1)
                .map(word -> word.replace("$$", "$"))
                .toList();

        assertThat(HealthCheck.run(command, "/observe/health/ready", 200)).isZero();
        assertThat(HealthCheck.run(command, "/observe/health/ready", 503)).isNotZero();
    }

    @Test
    void tgi_runs_pinned_on_a_gpu_with_the_memory_it_shares() {
        assertThat(texts(tgi.get("profiles"))).containsExactly("gpu");
        assertThat(tgi.get("image").asText()).isEqualTo("ghcr.io/huggingface/text-generation-inference:3.3.7");
        assertThat(tgi.get("shm_size").asText()).isEqualTo("1gb");
        assertThat(tgi.at("/environment/USAGE_STATS").asText()).isEqualTo("off");
        var device = tgi.at("/deploy/resources/reservations/devices/0");
        assertThat(device.get("driver").asText()).isEqualTo("nvidia");
        assertThat(texts(device.get("capabilities"))).containsExactly("gpu");
    }

    @Test
    void llama_cpp_runs_pinned_without_a_gpu() {
        assertThat(texts(llama.get("profiles"))).containsExactly("cpu");
        assertThat(llama.get("image").asText()).matches("ghcr\\.io/ggml-org/llama\\.cpp:server-b\\d+");
        assertThat(llama.at("/environment/LLAMA_ARG_HF_REPO").asText()).contains("0.5B");
        assertThat(llama.at("/deploy/resources/reservations").isMissingNode()).isTrue();
    }

    @Test
    void model_servers_have_a_way_out_that_can_be_closed() {
        assertThat(file.at("/networks/models/internal").asBoolean()).isTrue();
        assertThat(file.at("/networks/downloads/internal").asText()).isEqualTo("${DROMEDARY_MODELS_OFFLINE:-false}");
        for (var server : List.of(tgi, llama)) {
            assertThat(texts(server.get("networks"))).containsExactlyInAnyOrder("models", "downloads");
        }
        assertThat(texts(gateway.get("networks"))).containsExactlyInAnyOrder("front", "models");
    }

    @Test
    void it_shows_how_keys_are_given_and_holds_none() throws IOException {
        assertThat(Files.readString(FILE)).contains("gateway keys new acme").doesNotContainPattern("sk-[a-zA-Z0-9]");
        assertThat(gateway.at("/environment/OPENAI_API_KEY").isNull()).isTrue();
        assertThat(gateway.at("/environment/ACME_CI_KEY").isNull()).isTrue();
    }

    @Test
    void every_variable_has_a_default() throws IOException {
        assertThat(Files.readAllLines(FILE))
                .filteredOn(line -> !line.strip().startsWith("#"))
                .allSatisfy(line ->
                        assertThat(line.replaceAll("\\$\\{[A-Z_]+:-[^}]*}", "")).doesNotContain("${"));
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static int seconds(String duration) {
        return Integer.parseInt(duration.replace("s", ""));
    }
}
