package io.dromedary.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.config.BackendSettings.ServedModel;
import io.dromedary.config.BackendSettings.Timeouts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsFilesTest {
    @TempDir
    Path root;

    @Test
    void folders_that_are_not_there_count_as_empty_and_the_simulator_serves() throws SettingsException {
        var settings = new SettingsFolder(root).read();

        assertThat(settings.backends()).isEqualTo(Map.of("simulator", BackendSettings.SIMULATOR));
        assertThat(settings.models()).isEmpty();
        assertThat(settings.projects()).isEmpty();
        assertThat(settings.gateway()).isEqualTo(GatewaySettings.DEFAULT);
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void a_backend_is_read_whole() throws SettingsException {
        var folder = new SettingsFolder(root)
                .set("KEY", "sk-secret")
                .set("HOST", "api.example.com")
                .write("backends/acme.yaml", """
                        dialect: openai
                        url: https://${env:HOST}/v1/
                        auth: ${env:KEY}
                        requires: [KEY]
                        enabled: true
                        timeouts: { connect: 500ms, total: 1h }
                        concurrency: 7
                        headers: { X-Title: "a ${env:HOST} b" }
                        models:
                          z: { upstream: zed, priority: 2, weight: 3, spill: true, capabilities: { tools: false } }
                          a:
                          b: {}
                        capabilities: { prefill: true, contextWindow: 128_000, dropped: [user, store] }
                        options: { pace: 20ms }
                        tiers: { default: standard, no-limit: "${env:HOST}" }
                        """);

        assertThat(folder.backend("acme"))
                .isEqualTo(new BackendSettings(
                        "acme",
                        "openai",
                        URI.create("https://api.example.com/v1"),
                        new Secret("sk-secret"),
                        null,
                        new Timeouts(
                                Duration.ofMillis(500),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(15),
                                Duration.ofHours(1)),
                        7,
                        Map.of(
                                "z", new ServedModel("zed", 2, 3, Map.of("tools", false), true),
                                "a", new ServedModel("a", 1, 1, Map.of()),
                                "b", new ServedModel("b", 1, 1, Map.of())),
                        Map.of("prefill", true, "contextWindow", 128_000, "dropped", List.of("user", "store")),
                        Map.of("X-Title", "a api.example.com b"),
                        Map.of("pace", "20ms"),
                        Map.of("default", "standard", "no-limit", "api.example.com")));
        assertThat(folder.backend("acme").models().keySet()).containsExactly("z", "a", "b");
        assertThat(folder.read().toString()).doesNotContain("sk-secret");
    }

    @Test
    void what_a_backend_leaves_out_has_a_default() throws SettingsException {
        var backend = new SettingsFolder(root)
                .write("backends/b.yaml", SettingsFolder.BACKEND)
                .backend("b");

        assertThat(backend.timeouts()).isEqualTo(Timeouts.DEFAULT);
        assertThat(backend.concurrency()).isEqualTo(64);
        assertThat(backend.auth()).isNull();
        assertThat(backend.off()).isNull();
        assertThat(backend.tiers()).isEmpty();
        assertThat(backend.models().values()).noneMatch(ServedModel::spill);
    }

    @Test
    void backends_come_in_the_order_of_their_names_and_leftovers_of_editors_are_passed_over() throws SettingsException {
        var settings = new SettingsFolder(root)
                .write("backends/c.yml", SettingsFolder.BACKEND)
                .write("backends/a.yaml", SettingsFolder.BACKEND)
                .write("backends/b.yaml", SettingsFolder.BACKEND)
                .write("backends/.a.yaml", "[")
                .write("backends/a.yaml~", "[")
                .write("backends/README.md", "[")
                .write("config/tiers.yaml", "[")
                .read();

        assertThat(settings.backends().keySet()).containsExactly("a", "b", "c");
    }

    @Test
    void a_backend_whose_variable_is_unset_is_off_and_says_why() throws SettingsException {
        var folder = new SettingsFolder(root).write("backends/b.yaml", """
                dialect: openai
                url: ${env:B_URL}/v1
                auth: ${env:B_KEY}
                requires: [B_URL, B_KEY]
                timeouts: { total: "${env:B_TOTAL}" }
                headers: { X-A: "${file:/not/there}" }
                models: { m: }
                """);

        assertThat(folder.backend("b").off()).isEqualTo("B_URL, B_KEY are not set");

        folder.set("B_URL", "http://b//").set("B_KEY", " ");
        var off = folder.backend("b");
        assertThat(off.off()).isEqualTo("B_KEY is not set");
        assertThat(off.url()).hasToString("http://b/v1");
        assertThat(off.auth()).isNull();
        assertThat(off.headers()).isEmpty();
        assertThat(off.timeouts()).isEqualTo(Timeouts.DEFAULT);
    }

    @Test
    void a_backend_can_be_switched_off() throws SettingsException {
        var folder = new SettingsFolder(root)
                .write("backends/b.yaml", SettingsFolder.BACKEND + "enabled: false\nauth: ${env:NOT_THERE}");

        assertThat(folder.backend("b").off()).isEqualTo("enabled is false");
    }

    @Test
    void a_reference_may_say_what_stands_in_for_an_unset_variable() throws SettingsException {
        var folder = new SettingsFolder(root).write("backends/b.yaml", """
                dialect: vllm
                url: ${env:B_URL:-http://localhost:8000}/v1
                auth: ${env:B_KEY:-}
                models: { m: { upstream: "${env:B_MODEL:-x/y}" } }
                """);

        var backend = folder.backend("b");
        assertThat(backend.url()).hasToString("http://localhost:8000/v1");
        assertThat(backend.auth()).isNull();
        assertThat(backend.models()).containsEntry("m", new ServedModel("x/y", 1, 1, Map.of()));

        folder.set("B_KEY", "k").set("B_MODEL", "z");
        assertThat(folder.backend("b").auth()).isEqualTo(new Secret("k"));
        assertThat(folder.backend("b").models()).containsEntry("m", new ServedModel("z", 1, 1, Map.of()));
    }

    @Test
    void a_secret_in_a_file_is_read_without_its_last_newline() throws SettingsException {
        var folder = new SettingsFolder(root).write("secret", "s3cret\n");
        folder.write("backends/b.yaml", SettingsFolder.BACKEND + "auth: ${file:" + folder.path("secret") + "}");

        assertThat(folder.backend("b").auth()).isEqualTo(new Secret("s3cret"));
    }

    @Test
    void yaml_words_that_look_like_booleans_are_text() throws SettingsException {
        var folder = new SettingsFolder(root)
                .write("backends/b.yaml", "dialect: simulator\nmodels: { no: , on: { upstream: yes } }");

        assertThat(folder.backend("b").models().keySet()).containsExactly("no", "on");
    }

    @Test
    void keys_are_read_with_their_projects() throws SettingsException {
        var sha = "AB".repeat(32);
        var folder = new SettingsFolder(root).set("WEB_KEY", "abc").write("config/keys.yaml", """
                        projects:
                          acme:
                            limits: { requestsPerMinute: 600, tokensPerMinute: 400_000, shared: true }
                            overLimit: true
                            models: [gpt-*]
                            keys:
                              - { id: ci, sha256: %s }
                              - { id: web, secret: "${env:WEB_KEY}" }
                          empty:
                        """.formatted(sha));

        assertThat(folder.project("acme"))
                .isEqualTo(new ProjectSettings(
                        "acme",
                        List.of(
                                new ProjectSettings.Key("ci", "ab".repeat(32)),
                                new ProjectSettings.Key(
                                        "web", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")),
                        List.of("gpt-*"),
                        true,
                        false,
                        false,
                        new ProjectSettings.Limits(600, 400_000, true)));
        assertThat(folder.project("empty").keys()).isEmpty();
        assertThat(folder.project("empty").limits()).isNull();
    }

    @Test
    void a_key_whose_variable_is_unset_is_left_out_with_a_warning() throws SettingsException {
        var folder = new SettingsFolder(root)
                .write("config/keys.yaml", "projects:\n  a:\n    keys:\n      - { id: x, secret: \"${env:GONE}\" }");

        assertThat(folder.project("a").keys()).isEmpty();
        assertThat(folder.read().warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.line()).isEqualTo(4);
            assertThat(warning.field()).isEqualTo("projects.a.keys[0].secret");
            assertThat(warning.message()).isEqualTo("GONE is not set, so this key opens nothing");
        });
    }

    @Test
    void a_project_that_lists_a_model_which_nobody_serves_gets_a_warning() throws SettingsException {
        var settings = new SettingsFolder(root)
                .write("backends/b.yaml", SettingsFolder.BACKEND)
                .write("config/models.yaml", "models: { chat-small: { aliases: [small] } }")
                .write("config/keys.yaml", "projects: { a: { models: [chat-smal, chat-small, small, other-*] } }")
                .read();

        assertThat(settings.warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.field()).isEqualTo("projects.a.models[0]");
            assertThat(warning.remedy()).isEqualTo("Did you mean `chat-small`?");
        });
    }

    @Test
    void models_and_gateway_are_read() throws SettingsException {
        var settings = new SettingsFolder(root)
                .write("backends/b.yaml", "dialect: simulator\nmodels: { a: , b: }")
                .write(
                        "config/models.yaml",
                        "models: { a: { fallback: [b], aliases: [x, y], resume: error, affinity: true }, b: }")
                .write("config/gateway.yaml", """
                        limits: { jsonBytes: 4096 }
                        timeouts:
                        shutdown: { grace: 5s }
                        observe: { accessLog: false }
                        """)
                .read();

        assertThat(settings.models())
                .containsExactly(
                        Map.entry(
                                "a",
                                new ModelSettings(List.of("b"), List.of("x", "y"), ModelSettings.Resume.ERROR, true)),
                        Map.entry("b", ModelSettings.DEFAULT));
        assertThat(settings.gateway().limits()).isEqualTo(new GatewaySettings.Limits(4096, 16_384, 8_192));
        assertThat(settings.gateway().timeouts()).isEqualTo(GatewaySettings.DEFAULT.timeouts());
        assertThat(settings.gateway().shutdownGrace()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.gateway().observe().accessLog()).isFalse();
        assertThat(settings.gateway().tls()).isNull();
    }

    @Test
    void maps_cannot_be_changed() throws SettingsException {
        var folder = new SettingsFolder(root).write("backends/b.yaml", SettingsFolder.BACKEND);

        assertThatThrownBy(() -> folder.read().backends().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> folder.backend("b").models().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void the_fingerprint_follows_content_and_nothing_else() throws SettingsException {
        var folder = new SettingsFolder(root).write("secret", "one");
        folder.write("backends/b.yaml", SettingsFolder.BACKEND + "auth: ${file:" + folder.path("secret") + "}");
        var first = folder.files().fingerprint();

        assertThat(folder.read().fingerprint()).isEqualTo(first);
        assertThat(folder.write("backends/note.txt", "x").files().fingerprint()).isEqualTo(first);
        assertThat(folder.write("secret", "one").files().fingerprint()).isEqualTo(first);
        var second = folder.write("secret", "two").files().fingerprint();
        assertThat(second).isNotEqualTo(first);
        var third = folder.write("config/models.yaml", "models:").files().fingerprint();
        assertThat(third).isNotEqualTo(second);
        assertThat(folder.write("backends/c.yaml", SettingsFolder.BACKEND)
                        .files()
                        .fingerprint())
                .isNotEqualTo(third);
    }
}
