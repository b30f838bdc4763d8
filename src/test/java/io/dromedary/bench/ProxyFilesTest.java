package io.dromedary.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProxyFilesTest {

    @Test
    void the_backend_file_points_at_the_upstream() throws Exception {
        var backend = new YAMLMapper().readTree(GatewayProxy.backend("bench-model", 4711, 9_000));

        assertThat(backend.at("/dialect").asText()).isEqualTo("openai");
        assertThat(backend.at("/url").asText()).isEqualTo("http://127.0.0.1:4711/v1");
        assertThat(backend.at("/concurrency").asInt()).isEqualTo(9_000);
        assertThat(backend.at("/models/bench-model/upstream").asText()).isEqualTo("bench-model");
        assertThat(backend.at("/auth").asText()).startsWith("${env:");
    }

    @Test
    void the_keys_file_holds_the_hash_of_the_whole_key() throws Exception {
        var keys = new YAMLMapper().readTree(GatewayProxy.keys("abc"));

        assertThat(keys.at("/projects/bench/keys/0/sha256").asText())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(keys.at("/projects/bench/limits/tokensPerMinute").asLong()).isEqualTo(1_000_000_000_000L);
    }

    @Test
    void the_gateway_runs_with_the_launchers_options_but_not_its_debugger() {
        assertThat(GatewayProxy.inherited(List.of("-Xmx1g", "-agentlib:jdwp=transport=dt_socket", "-javaagent:x.jar")))
                .containsExactly("-Xmx1g");
    }

    @Test
    void nginx_keeps_connections_and_buffers_nothing() {
        assertThat(NginxProxy.configuration(Path.of("/x"), 8080, 9000, 20_000))
                .contains("listen 127.0.0.1:8080 ")
                .contains("server 127.0.0.1:9000;")
                .contains("worker_processes 1;")
                .contains("keepalive 512;")
                .contains("proxy_http_version 1.1;")
                .contains("proxy_buffering off;")
                .contains("access_log off;");
    }
}
