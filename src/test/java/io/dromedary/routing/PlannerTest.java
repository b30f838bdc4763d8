package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.access.Caller;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.embeddings.EmbeddingsRequestReader;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.Backend;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Upstream;
import io.dromedary.backend.dialect.OpenAiDialect;
import io.dromedary.config.BackendSettings;
import io.dromedary.config.BackendSettings.ServedModel;
import io.dromedary.config.BreakerSettings;
import io.dromedary.config.GatewaySettings;
import io.dromedary.config.ModelSettings;
import io.dromedary.config.ProjectSettings;
import io.dromedary.config.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PlannerTest {
    private static final Upstream NOBODY = (body, span, listener) -> {
        throw new AssertionError("a plan sends nothing");
    };

    private final Map<String, BackendSettings> backends = new LinkedHashMap<>();
    private final Map<String, ModelSettings> models = new LinkedHashMap<>();
    private final Standings standings =
            new Standings(InstantSource.fixed(Instant.EPOCH), () -> 0, new SplittableRandom(7));
    private final Planner planner = new Planner(new SplittableRandom(7));

    @Test
    void a_lower_priority_goes_first() {
        backend("late", Map.of("m", served(2, 1)));
        backend("early", Map.of("m", served(1, 1)));
        assertThat(plan("m")).containsExactly("early", "late");
    }

    @Test
    void equals_share_by_weight() {
        backend("heavy", Map.of("m", served(1, 3)));
        backend("light", Map.of("m", served(1, 1)));
        var first = 0;
        for (var i = 0; i < 4000; i++) {
            var plan = plan("m");
            assertThat(plan).hasSize(2);
            first += plan.getFirst().equals("heavy") ? 1 : 0;
        }
        assertThat(first).isBetween(2900, 3100);
    }

    @Test
    void among_equals_the_one_with_the_least_to_do_for_its_weight_goes_first() {
        backend("heavy", Map.of("m", served(1, 3)));
        backend("light", Map.of("m", served(1, 1)));
        var heavy = standings.of(new BackendName("heavy"), "upstream", BreakerSettings.DEFAULT);
        var light = standings.of(new BackendName("light"), "upstream", BreakerSettings.DEFAULT);
        assertThat(List.of(heavy.admit(), heavy.admit(), light.admit())).doesNotContainNull();
        assertThat(plan("m")).containsExactly("heavy", "light");

        assertThat(List.of(heavy.admit(), heavy.admit())).doesNotContainNull();
        assertThat(plan("m")).containsExactly("light", "heavy");
    }

    @Test
    void a_session_stays_where_it_was_and_sessions_are_shared_by_weight() {
        backend("heavy", Map.of("m", served(1, 3)));
        backend("light", Map.of("m", served(1, 1)));
        models.put("m", new ModelSettings(List.of(), List.of(), ModelSettings.Resume.CONTINUE, 5, true));
        var atHeavy = 0;
        for (var i = 0; i < 2000; i++) {
            var session = ",\"prompt_cache_key\":\"s" + i + "\",\"user\":\"u\"";
            var first = plan("m", caller(), session).getFirst();
            assertThat(plan("m", caller(), session).getFirst()).isEqualTo(first);
            atHeavy += first.equals("heavy") ? 1 : 0;
        }
        assertThat(atHeavy).isBetween(1420, 1580);
        assertThat(plan("m", caller(), ",\"user\":\"u\"")).isEqualTo(plan("m", caller(), ",\"user\":\"u\""));
    }

    @Test
    void a_backend_that_goes_moves_only_the_sessions_that_it_had() {
        models.put("m", new ModelSettings(List.of(), List.of(), ModelSettings.Resume.CONTINUE, 5, true));
        for (var name : List.of("one", "two", "three")) {
            backend(name, Map.of("m", served(1, 1)));
        }
        var before = new LinkedHashMap<String, String>();
        for (var i = 0; i < 300; i++) {
            before.put(
                    ",\"user\":\"u" + i + "\"",
                    plan("m", caller(), ",\"user\":\"u" + i + "\"").getFirst());
        }
        backends.remove("two");
        before.forEach((session, first) -> {
            if (!first.equals("two")) {
                assertThat(plan("m", caller(), session).getFirst()).isEqualTo(first);
            }
        });
    }

    @Test
    void the_backends_of_a_fallback_follow_and_a_circle_ends() {
        backend("one", Map.of("m", served(1, 1)));
        backend("two", Map.of("spare", served(1, 1)));
        models.put("m", model(List.of("spare"), List.of()));
        models.put("spare", model(List.of("m"), List.of()));
        assertThat(plan("m")).containsExactly("one", "two");
    }

    @Test
    void a_fallback_that_the_caller_may_not_use_is_left_out() {
        backend("one", Map.of("m", served(1, 1)));
        backend("two", Map.of("spare", served(1, 1)));
        models.put("m", model(List.of("spare"), List.of()));
        assertThat(plan("m", caller("m"))).containsExactly("one");
    }

    @Test
    void an_alias_is_the_model_that_it_stands_for() {
        backend("one", Map.of("m", served(1, 1)));
        models.put("m", model(List.of(), List.of("small")));
        assertThat(plan("small")).containsExactly("one");
    }

    @Test
    void a_model_that_is_not_there_is_a_404() {
        assertThatThrownBy(() -> plan("nope")).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.refusal().status()).isEqualTo(404);
            assertThat(refused.refusal().code()).isEqualTo("model_not_found");
        });
    }

    @Test
    void a_model_that_the_caller_may_not_use_cannot_be_told_from_one_that_is_not_there() {
        backend("one", Map.of("m", served(1, 1)));
        assertThatThrownBy(() -> plan("m", caller("other*")))
                .hasMessage("The model `m` does not exist or you do not have access to it.");
    }

    @Test
    void a_model_whose_backends_are_all_off_is_a_503() {
        backends.put("one", settings("one", "KEY is not set", Map.of("m", served(1, 1))));
        assertThatThrownBy(() -> plan("m"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().status()).isEqualTo(503));
    }

    private List<String> plan(String model) {
        return plan(model, caller());
    }

    private List<String> plan(String model, Caller caller) {
        return plan(model, caller, "");
    }

    /** @param members of the request, each with a comma before it */
    private List<String> plan(String model, Caller caller, String members) {
        return names(
                planner.plan(catalogue(), caller, ChatRequests.of("{\"model\":\"" + model + "\"" + members + "}")));
    }

    private Catalogue catalogue() {
        var settings = new Settings(GatewaySettings.DEFAULT, backends, models, Map.of(), "");
        return Catalogue.of(settings, PlannerTest::made, standings, new Gates(() -> 0, (wait, what) -> () -> {}));
    }

    @Test
    void who_does_not_do_what_is_asked_is_left_out() {
        backend("chats", Map.of("m", new ServedModel("upstream", 1, 1, Map.of("endpoints", List.of("chat")))));
        backend("both", Map.of("m", served(2, 1)));

        assertThat(plan("m")).containsExactly("chats", "both");
        assertThat(names(embeddings("m"))).containsExactly("both");
    }

    @Test
    void where_nobody_does_what_is_asked_the_model_is_named() {
        backend("one", Map.of("m", new ServedModel("upstream", 1, 1, Map.of("endpoints", List.of("embeddings")))));
        backend("two", Map.of("n", new ServedModel("upstream", 1, 1, Map.of("endpoints", List.of("rerank")))));
        backend("three", Map.of("n", new ServedModel("upstream", 1, 1, Map.of("endpoints", List.of("rerank")))));

        assertThatThrownBy(() -> plan("m")).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.refusal().status()).isEqualTo(400);
            assertThat(refused.refusal().param()).isEqualTo("model");
            assertThat(refused.refusal().code()).isEqualTo("unsupported_endpoint");
        });
        assertThatThrownBy(() -> embeddings("n"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo("unsupported_endpoint"));
    }

    @Test
    void only_an_answer_to_a_chat_is_gone_on_with() {
        backend("one", Map.of("m", served(1, 1)));
        backend("two", Map.of("m", served(2, 1)));

        assertThat(embeddings("m").resumes()).isFalse();
    }

    private Plan embeddings(String model) {
        var request = EmbeddingsRequestReader.read(
                ("{\"model\":\"" + model + "\",\"input\":\"a\"}").getBytes(StandardCharsets.UTF_8));
        return planner.plan(catalogue(), caller(), request);
    }

    private static List<String> names(Plan plan) {
        return plan.candidates().stream()
                .map(candidate -> candidate.target().backend().value())
                .toList();
    }

    private static Caller caller(String... allowed) {
        return new Caller(new ProjectSettings("p", List.of(), List.of(allowed), false, false, false, null), "k");
    }

    private static Backend made(BackendSettings settings) {
        return new Backend(
                new BackendName(settings.name()),
                settings,
                new OpenAiDialect(prefix -> prefix + "1", InstantSource.fixed(Instant.EPOCH)),
                Capabilities.OPENAI,
                NOBODY);
    }

    private void backend(String name, Map<String, ServedModel> served) {
        backends.put(name, settings(name, null, served));
    }

    private static BackendSettings settings(String name, @Nullable String off, Map<String, ServedModel> served) {
        return new BackendSettings(
                name,
                "openai",
                null,
                null,
                off,
                BackendSettings.Timeouts.DEFAULT,
                64,
                served,
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static ServedModel served(int priority, int weight) {
        return new ServedModel("upstream", priority, weight, Map.of());
    }

    private static ModelSettings model(List<String> fallback, List<String> aliases) {
        return new ModelSettings(fallback, aliases, ModelSettings.Resume.CONTINUE, 5, false);
    }
}
