package io.dromedary.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.api.ServiceTier;
import io.dromedary.config.BackendSettings.ServedModel;
import io.dromedary.config.BackendSettings.Timeouts;
import io.dromedary.config.GatewaySettings.Observe;
import io.dromedary.config.GatewaySettings.Responses;
import io.dromedary.config.GatewaySettings.S3;
import io.dromedary.config.GatewaySettings.Store;
import io.dromedary.config.GatewaySettings.StoreMode;
import io.dromedary.config.GatewaySettings.Urls;
import io.dromedary.config.ProjectSettings.Limits;
import io.dromedary.config.ProjectSettings.PerMinute;
import io.dromedary.config.TierSettings.LaneSettings;
import io.dromedary.config.TierSettings.OnStoreFailure;
import io.dromedary.config.TierSettings.Report;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertThat(settings.tiers()).isEqualTo(TierSettings.DEFAULT);
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

        var timeouts = new Timeouts(
                Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofHours(1));
        var failover =
                new FailoverSettings(timeouts, BreakerSettings.DEFAULT, RetrySettings.DEFAULT, HedgeSettings.DEFAULT);
        assertThat(folder.backend("acme"))
                .isEqualTo(new BackendSettings(
                        "acme",
                        "openai",
                        URI.create("https://api.example.com/v1"),
                        new Secret("sk-secret"),
                        null,
                        timeouts,
                        7,
                        Map.of(
                                "z", new ServedModel("zed", 2, 3, Map.of("tools", false), true, failover),
                                "a", new ServedModel("a", 1, 1, Map.of(), false, failover),
                                "b", new ServedModel("b", 1, 1, Map.of(), false, failover)),
                        Map.of("prefill", true, "contextWindow", 128_000, "dropped", List.of("user", "store")),
                        Map.of("X-Title", "a api.example.com b"),
                        Map.of("pace", "20ms"),
                        Map.of(ServiceTier.DEFAULT, "standard", ServiceTier.NO_LIMIT, "api.example.com")));
        assertThat(folder.backend("acme").models().keySet()).containsExactly("z", "a", "b");
        assertThat(folder.read().toString()).doesNotContain("sk-secret");
    }

    @Test
    void a_backend_is_spoken_to_over_chat_unless_its_file_says_otherwise() throws SettingsException {
        var folder = new SettingsFolder(root);
        var file = "dialect: openai\nurl: http://x/v1\nmodels: { m: }\n";
        folder.write("backends/a.yaml", file).write("backends/b.yaml", file + "api: responses\n");
        folder.write("backends/c.yaml", file + "api: chat\n");

        assertThat(folder.backend("a").api()).isEqualTo(BackendSettings.Api.CHAT);
        assertThat(folder.backend("b").api()).isEqualTo(BackendSettings.Api.RESPONSES);
        assertThat(folder.backend("c").api()).isEqualTo(BackendSettings.Api.CHAT);
    }

    @Test
    void failover_is_set_per_backend_and_a_model_says_what_is_different() throws SettingsException {
        var models = new SettingsFolder(root)
                .write("backends/b.yaml", """
                        dialect: simulator
                        timeouts: { firstToken: 3s }
                        breaker: { failureRate: 30, openFor: 2s }
                        retry: { attempts: 1 }
                        hedge: { share: 0 }
                        models:
                          plain:
                          slow:
                            timeouts: { firstToken: 40s }
                            breaker: { window: 1m, minimumCalls: 9, openFor: 500ms, rampOver: 0ms }
                            retry: { attempts: 3, longestWait: 1s, shortestPause: 20ms }
                            hedge: { share: 0.25, inHand: 2 }
                        """)
                .backend("b")
                .models();

        var own = Objects.requireNonNull(models.get("plain")).failover();
        assertThat(own.timeouts().firstToken()).hasSeconds(3);
        assertThat(own.breaker().failureRate()).isEqualTo(30);
        assertThat(own.breaker().openFor()).hasSeconds(2);
        assertThat(own.breaker().window()).isEqualTo(BreakerSettings.DEFAULT.window());
        assertThat(own.retry().attempts()).isEqualTo(1);
        assertThat(own.hedge()).isEqualTo(new HedgeSettings(0, HedgeSettings.DEFAULT.inHand()));

        var slow = Objects.requireNonNull(models.get("slow")).failover();
        assertThat(slow.timeouts().firstToken()).hasSeconds(40);
        assertThat(slow.timeouts().total()).isEqualTo(Timeouts.DEFAULT.total());
        assertThat(slow.breaker())
                .isEqualTo(new BreakerSettings(
                        Duration.ofMinutes(1),
                        30,
                        9,
                        BreakerSettings.DEFAULT.outageAfter(),
                        Duration.ofMillis(500),
                        Duration.ZERO,
                        BreakerSettings.DEFAULT.markFor(),
                        BreakerSettings.DEFAULT.longestCooldown()));
        assertThat(slow.retry()).isEqualTo(new RetrySettings(3, Duration.ofSeconds(1), Duration.ofMillis(20)));
        assertThat(slow.hedge()).isEqualTo(new HedgeSettings(0.25, 2));
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
                .write("config/notes.yaml", "[")
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
    void a_project_may_have_its_own_ladder_and_report() throws SettingsException {
        var folder = new SettingsFolder(root).write("config/keys.yaml", """
                projects:
                  own: { priority: true, noLimit: true, auto: [priority, no-limit, default, flex], report: openai }
                  exact: { report: exact }
                  plain:
                """);

        assertThat(folder.project("own").auto())
                .containsExactly(ServiceTier.PRIORITY, ServiceTier.NO_LIMIT, ServiceTier.DEFAULT, ServiceTier.FLEX);
        assertThat(folder.project("own").report()).isEqualTo(Report.OPENAI);
        assertThat(folder.project("exact").report()).isEqualTo(Report.EXACT);
        assertThat(folder.project("plain").auto()).isNull();
        assertThat(folder.project("plain").report()).isNull();
        assertThat(folder.read().warnings()).isEmpty();
    }

    @Test
    void a_rung_that_spills_without_the_entitlement_is_passed_over_with_a_warning() throws SettingsException {
        var folder = new SettingsFolder(root).write("config/keys.yaml", """
                projects:
                  a: { overLimit: true, auto: [default, over-limit] }
                  b:
                    auto: [default, over-limit]
                  c: {}
                """);

        assertThat(folder.read().warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.line()).isEqualTo(4);
            assertThat(warning.field()).isEqualTo("projects.b.auto[1]");
            assertThat(warning.message())
                    .isEqualTo("names over-limit, which the project may not use, so auto passes it over");
            assertThat(warning.remedy()).isEqualTo("Add `overLimit: true` to the project, or remove over-limit here");
        });
        assertThat(folder.project("b").auto()).containsExactly(ServiceTier.DEFAULT, ServiceTier.OVER_LIMIT);
    }

    @Test
    void what_a_project_may_use_is_what_it_is_entitled_to() {
        var none = new ProjectSettings("p", List.of(), List.of(), false, false, false, null);
        var all = new ProjectSettings("p", List.of(), List.of(), true, true, true, null);

        assertThat(ServiceTier.values())
                .filteredOn(none::mayUse)
                .containsExactly(ServiceTier.AUTO, ServiceTier.DEFAULT, ServiceTier.FLEX);
        assertThat(ServiceTier.values()).allMatch(all::mayUse);
    }

    @Test
    void a_model_may_have_limits_of_its_own_and_takes_the_rest_from_the_others() throws SettingsException {
        var limits = Objects.requireNonNull(new SettingsFolder(root)
                .write("config/keys.yaml", """
                        projects:
                          a:
                            limits:
                              requestsPerMinute: 600
                              tokensPerMinute: 400_000
                              dynamic: true
                              models:
                                big: { requestsPerMinute: 6, tokensPerMinute: 1_000_000_000_000 }
                                free: { requestsPerMinute: 0 }
                                same:
                        """)
                .project("a")
                .limits());

        assertThat(limits.dynamic()).isTrue();
        assertThat(limits.shared()).isFalse();
        assertThat(limits.of("other")).isEqualTo(new PerMinute(600, 400_000));
        assertThat(limits.of("big")).isEqualTo(new PerMinute(6, 1_000_000_000_000L));
        assertThat(limits.of("free")).isEqualTo(new PerMinute(0, 400_000));
        assertThat(limits.of("same")).isEqualTo(new PerMinute(600, 400_000));
        assertThatThrownBy(() -> limits.models().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void a_limit_that_is_left_out_is_none() throws SettingsException {
        var folder = new SettingsFolder(root)
                .write("config/keys.yaml", "projects: { a: { limits: { models: { m: { requestsPerMinute: 5 } } } } }");

        var limits = Objects.requireNonNull(folder.project("a").limits());
        assertThat(limits.of("m")).isEqualTo(new PerMinute(5, 0));
        assertThat(limits.of("other")).isEqualTo(new PerMinute(0, 0));
        assertThat(limits.dynamic()).isFalse();
    }

    @Test
    void a_key_may_have_limits_on_top_of_those_of_its_project() throws SettingsException {
        var folder = new SettingsFolder(root)
                .write("config/keys.yaml", """
                projects:
                  a:
                    keys:
                      - { id: x, sha256: %s, limits: { requestsPerMinute: 6, dynamic: true, models: { m: { tokensPerMinute: 7 } } } }
                      - { id: y, sha256: %s, limits: { tokensPerMinute: 8, shared: true } }
                      - { id: z, sha256: %s }
                """.formatted("ab".repeat(32), "cd".repeat(32), "ef".repeat(32)));

        assertThat(folder.project("a").limits()).isNull();
        assertThat(folder.project("a").keys())
                .extracting(ProjectSettings.Key::limits)
                .containsExactly(
                        new Limits(6, 0, false, true, Map.of("m", new PerMinute(6, 7))), new Limits(0, 8, true), null);
    }

    @Test
    void the_largest_limits_can_be_counted_in_thousandths_of_a_minute_and_grown_twentyfold() throws IOException {
        try (var stream = SettingsFilesTest.class.getResourceAsStream("/schema/keys.schema.json")) {
            var schema = new ObjectMapper().readTree(stream);
            for (var limit : List.of("requests", "tokens")) {
                var largest = schema.at("/$defs/" + limit + "/maximum").longValue();

                assertThat(largest).isGreaterThanOrEqualTo(1_000_000_000L);
                assertThat(Math.multiplyExact(largest, 60_000L * 20)).isPositive();
            }
        }
    }

    @Test
    void limits_of_a_model_that_nobody_serves_get_a_warning() throws SettingsException {
        var settings = new SettingsFolder(root)
                .write("backends/b.yaml", SettingsFolder.BACKEND)
                .write("config/keys.yaml", """
                        projects:
                          a:
                            limits: { models: { chat-smal: , chat-small: } }
                            keys:
                              - { id: gone, secret: "${env:KEY}" }
                              - { id: x, sha256: %s, limits: { models: { unheard-of: } } }
                        """.formatted("ab".repeat(32)))
                .set("KEY", "k")
                .read();

        assertThat(settings.warnings())
                .extracting(warning -> warning.field() + " " + warning.message() + ". " + warning.remedy())
                .containsExactly(
                        "projects.a.limits.models.chat-smal names `chat-smal`, which no backend serves."
                                + " Did you mean `chat-small`?",
                        "projects.a.keys[1].limits.models.unheard-of names `unheard-of`, which no backend serves."
                                + " Remove it, or add a backend that serves it");
    }

    @Test
    void tiers_are_read_and_what_they_leave_out_has_a_default() throws SettingsException {
        var tiers =
                new SettingsFolder(root).write("config/tiers.yaml", """
                        lanes:
                          priority: { queue: 0 }
                          default:
                          over-limit: { deadline: 500ms, keepFree: 1 }
                          flex: { queue: 5, deadline: 2m, keepFree: 0.25 }
                        auto: [flex, default]
                        report: openai
                        onStoreFailure: local
                        """).read().tiers();

        assertThat(tiers)
                .isEqualTo(new TierSettings(
                        Map.of(
                                Lane.PRIORITY, new LaneSettings(0, Duration.ofSeconds(10), 0),
                                Lane.DEFAULT, new LaneSettings(256, Duration.ofSeconds(10), 0),
                                Lane.OVER_LIMIT, new LaneSettings(64, Duration.ofMillis(500), 1),
                                Lane.FLEX, new LaneSettings(5, Duration.ofMinutes(2), 0.25)),
                        List.of(ServiceTier.FLEX, ServiceTier.DEFAULT),
                        Report.OPENAI,
                        OnStoreFailure.LOCAL));
        assertThatThrownBy(() -> tiers.lanes().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lanes:", "lanes: {}", "report: exact", "auto: [default, over-limit]"})
    void a_tiers_file_that_says_little_changes_nothing(String text) throws SettingsException {
        assertThat(new SettingsFolder(root)
                        .write("config/tiers.yaml", text)
                        .read()
                        .tiers())
                .isEqualTo(TierSettings.DEFAULT);
    }

    @Test
    void a_remote_store_is_read() throws SettingsException {
        var folder = new SettingsFolder(root)
                .set("HOST", "ispn-1")
                .set("PW", "hunter2")
                .write("config/gateway.yaml", """
                store:
                  mode: remote
                  servers: ["${env:HOST}:11222", "[::1]:11222"]
                  username: ${env:USER_NAME:-dromedary}
                  password: ${env:PW}
                observe: { projectLabels: true }
                """);

        assertThat(folder.read().gateway().store())
                .isEqualTo(new Store(
                        StoreMode.REMOTE,
                        false,
                        List.of("ispn-1:11222", "[::1]:11222"),
                        "dromedary",
                        new Secret("hunter2")));
        assertThat(folder.read().gateway().observe()).isEqualTo(new Observe(true, true));
        assertThat(folder.read().toString()).doesNotContain("hunter2");
    }

    @Test
    void a_local_store_asks_for_no_servers_and_no_password() throws SettingsException {
        var folder = new SettingsFolder(root).write("config/gateway.yaml", """
                store:
                  mode: ${env:STORE:-local}
                  fsync: true
                  servers: ["${env:NOT_SET}:11222"]
                  username: dromedary
                  password: ${env:NOT_SET_EITHER}
                """);

        assertThat(folder.read().gateway().store()).isEqualTo(new Store(StoreMode.LOCAL, true, List.of(), null, null));

        folder.set("STORE", "remote");
        assertThat(folder.problems()).extracting(Problem::field).containsExactly("store.servers[0]", "store.password");
    }

    @Test
    void where_files_may_be_fetched_from_is_read() throws SettingsException {
        var folder = new SettingsFolder(root)
                .set("ACCESS", "AKIA")
                .set("SECRET", "hunter2")
                .write("config/gateway.yaml", """
                        files:
                          urls: { allow: ["files.internal:8443", "[fd00::1]:443"] }
                          s3:
                            endpoint: https://s3.fr-par.scw.cloud
                            region: fr-par
                            accessKey: ${env:ACCESS}
                            secretKey: ${env:SECRET}
                            buckets: { acme-batches: [acme, umbrella], open: ["*"] }
                            target: beside
                        """);

        var files = folder.read().gateway().files();
        assertThat(files.urls()).isEqualTo(new Urls(List.of("files.internal:8443", "[fd00::1]:443")));
        var store = new S3(
                URI.create("https://s3.fr-par.scw.cloud"),
                "fr-par",
                new Secret("AKIA"),
                new Secret("hunter2"),
                Map.of("acme-batches", List.of("acme", "umbrella"), "open", List.of("*")),
                S3.BESIDE);
        assertThat(files.s3()).isEqualTo(store);
        assertThat(store.isOpen("acme-batches", "acme")).isTrue();
        assertThat(store.isOpen("acme-batches", "initech")).isFalse();
        assertThat(store.isOpen("acme-batches", null)).isFalse();
        assertThat(store.isOpen("open", null)).isTrue();
        assertThat(store.isOpen("others", "acme")).isFalse();
        assertThat(folder.read().toString()).doesNotContain("hunter2", "AKIA");
    }

    @Test
    void a_new_password_in_a_file_is_a_change() {
        var folder = new SettingsFolder(root).write("secret", "one");
        folder.write("config/gateway.yaml", "store: { password: \"${file:" + folder.path("secret") + "}\" }");
        var first = folder.files().fingerprint();

        assertThat(folder.write("secret", "two").files().fingerprint()).isNotEqualTo(first);
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
                        responses: { retention: 7d }
                        """)
                .read();

        assertThat(settings.models())
                .containsExactly(
                        Map.entry(
                                "a",
                                new ModelSettings(
                                        List.of("b"), List.of("x", "y"), ModelSettings.Resume.ERROR, 5, true)),
                        Map.entry("b", ModelSettings.DEFAULT));
        assertThat(settings.gateway().limits()).isEqualTo(new GatewaySettings.Limits(4096, 16_384, 8_192, 64_000_000));
        assertThat(settings.gateway().timeouts()).isEqualTo(GatewaySettings.DEFAULT.timeouts());
        assertThat(settings.gateway().shutdownGrace()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.gateway().observe().accessLog()).isFalse();
        assertThat(settings.gateway().responses()).isEqualTo(new Responses(Duration.ofDays(7), Duration.ofHours(24)));
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
        var fourth =
                folder.write("backends/c.yaml", SettingsFolder.BACKEND).files().fingerprint();
        assertThat(fourth).isNotEqualTo(third);
        assertThat(folder.write("config/tiers.yaml", "lanes:").files().fingerprint())
                .isNotEqualTo(fourth);
    }
}
