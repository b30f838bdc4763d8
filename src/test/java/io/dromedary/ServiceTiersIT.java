package io.dromedary;

import static io.dromedary.testing.Caller.body;
import static io.dromedary.testing.Caller.chunks;
import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static io.dromedary.testing.Caller.stream;
import static io.dromedary.testing.Caller.tier;
import static io.dromedary.testing.Chat.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What each {@code service_tier} that a caller asks for comes to: at a backend that knows no tiers, at one that knows
 * OpenAI's, and at one that has words of its own.
 */
@Timeout(120)
final class ServiceTiersIT {
    /** Knows no tiers. */
    private static final String PLAIN = "plain";
    /** Knows OpenAI's tiers, and reports the one of {@link #reports}. */
    private static final String OPENAI = "with-tiers";
    /** Calls {@code flex} economy. */
    private static final String OWN_WORDS = "with-words";

    private static final ModelAnswer ANSWER = ModelAnswer.words("w", 3);

    private static final ScriptedBackend plain = ScriptedBackend.start(ANSWER::to);
    private static final ScriptedBackend tiers =
            ScriptedBackend.start(request -> reporting(ServiceTiersIT.reports, request));
    private static volatile String reports = "";
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("plain", backend(plain, PLAIN, "capabilities: { serviceTiers: [] }"))
                .backend("tiers", backend(tiers, OPENAI, ""))
                .backend("words", backend(tiers, OWN_WORDS, "tiers: { flex: economy }"))
                .config(
                        "keys.yaml",
                        Caller.keys(
                                project("bare"),
                                project("rich", "overLimit: true", "noLimit: true", "priority: true", "report: exact"),
                                project("tight", "overLimit: false", ONE_REQUEST),
                                project("over", "overLimit: true", ONE_REQUEST),
                                project(
                                        "over-closed",
                                        "overLimit: true",
                                        "noLimit: true",
                                        "report: openai",
                                        ONE_REQUEST),
                                project("own-ladder", "overLimit: true", "auto: [default, flex]", ONE_REQUEST),
                                project("flex-only", "auto: [flex]", ONE_REQUEST),
                                project("unlimited", "noLimit: true", ONE_REQUEST)))
                .start();
    }

    private static final String ONE_REQUEST = "limits: { requestsPerMinute: 1 }";

    private static String backend(ScriptedBackend backend, String model, String more) {
        return """
                dialect: openai
                url: %s/v1
                %s
                models:
                  %s: { upstream: up }
                """.formatted(backend.url(), more, model);
    }

    /** An answer that says by which tier it was served. */
    private static Script reporting(String word, Received request) {
        var member = word.isEmpty() ? "" : "\"service_tier\":\"" + word + "\",";
        if (!request.json().path("stream").asBoolean()) {
            return Script.json(200, ANSWER.whole(request).replaceFirst("\"choices\"", member + "\"choices\""));
        }
        var script = Script.stream();
        for (var event : ANSWER.beginningEvents(request)) {
            script = script.event(event.replaceFirst("\"choices\"", member + "\"choices\""));
        }
        for (var event : ANSWER.finishEvents(request)) {
            script = script.event(event.replaceFirst("\"choices\"", member + "\"choices\""));
        }
        return script.event(ChatEvents.DONE);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        plain.close();
        tiers.close();
    }

    private static Caller caller(String project) {
        return Caller.of(gateway, project);
    }

    /** By which tier the answer says that it was served, in all of its chunks. */
    private static String served(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        if (!answer.body().startsWith("data: ")) {
            return json(answer).path("service_tier").asText();
        }
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
        var words = chunks(answer).stream()
                .map(chunk -> chunk.path("service_tier").asText())
                .distinct()
                .toList();
        assertThat(words).as(answer.body()).hasSize(1);
        return words.getFirst();
    }

    private static JsonNode refused(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return json(answer).path("error");
    }

    @ParameterizedTest
    @CsvSource({
        "bare, '', default",
        "bare, auto, default",
        "bare, default, default",
        "bare, flex, flex",
        "rich, no-limit, no-limit",
        "rich, priority, priority",
    })
    void an_answer_says_by_which_tier_it_was_served(String project, String asked, String served) {
        for (var streams : List.of(false, true)) {
            var call = asked.isEmpty()
                    ? body(PLAIN, stream(streams))
                    : body(
                            PLAIN,
                            stream(streams),
                            tier(asked),
                            "\"stream_options\":" + (streams ? "{\"include_usage\":true}" : "null"));
            var answer = caller(project).ask(call);
            assertThat(served(answer)).isEqualTo(served);
            assertThat(answer.headers().firstValue("x-ratelimit-over-limit")).isEmpty();
        }
        assertThat(plain.received())
                .allSatisfy(request -> assertThat(request.body()).doesNotContain("service_tier"));
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, OPENAI})
    void over_limit_cannot_be_asked_for_not_even_where_a_project_may_be_served_so(String model) {
        var error = refused(400, caller("rich").ask(body(model, tier("over-limit"))));
        assertThat(error.path("param").asText()).isEqualTo("service_tier");
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-limit", "priority"})
    void what_a_project_may_not_use_is_a_400(String asked) {
        var error = refused(400, caller("bare").ask(body(PLAIN, tier(asked))));
        assertThat(error.path("param").asText()).isEqualTo("service_tier");
        assertThat(error.path("message").asText()).contains(asked).contains("bare");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scale", "fast"})
    void a_providers_word_is_a_400_at_a_backend_that_does_not_know_it_and_passes_at_one_that_does(String asked) {
        var error = refused(400, caller("bare").ask(body(PLAIN, tier(asked))));
        assertThat(error.path("param").asText()).isEqualTo("service_tier");
        reports = asked;
        assertThat(served(caller("bare").ask(body(OPENAI, tier(asked))))).isEqualTo(asked);
        assertThat(tiers.received().getLast().json().path("service_tier").asText())
                .isEqualTo(asked);
    }

    @Test
    void a_word_that_nobody_knows_is_a_400_that_names_those_that_can_be_asked_for() {
        for (var model : List.of(PLAIN, OPENAI)) {
            var error = refused(400, caller("rich").ask(body(model, tier("turbo"))));
            assertThat(error.path("param").asText()).isEqualTo("service_tier");
            assertThat(error.path("message").asText())
                    .contains("turbo")
                    .contains("auto", "default", "flex", "priority", "no-limit");
        }
        assertThat(refused(400, caller("rich").ask(body(PLAIN, "\"service_tier\":7")))
                        .path("param")
                        .asText())
                .isEqualTo("service_tier");
    }

    @Test
    void past_its_limit_auto_is_refused_where_the_project_may_not_spill_and_flex_still_goes() {
        var tight = caller("tight");
        assertThat(served(tight.ask(body(PLAIN)))).isEqualTo("default");
        for (var asked : List.of("auto", "default")) {
            var answer = tight.ask(body(PLAIN, tier(asked)));
            var error = refused(429, answer);
            assertThat(error.path("code").asText()).isEqualTo("rate_limit_exceeded");
            assertThat(error.path("type").asText()).isEqualTo("requests");
            assertThat(answer.headers().firstValue("x-ratelimit-over-limit")).isEmpty();
        }
        assertThat(served(tight.ask(body(PLAIN, tier("flex"))))).isEqualTo("flex");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void past_its_limit_auto_spills_where_the_project_may_and_default_does_not(boolean streams) {
        // whichever of the two runs first takes the one request of the limit
        var over = caller("over");
        over.ask(body(PLAIN));
        for (var call : List.of(body(PLAIN, stream(streams)), body(PLAIN, stream(streams), tier("auto")))) {
            var answer = over.ask(call);
            assertThat(served(answer)).isEqualTo("over-limit");
            assertThat(header(answer, "x-ratelimit-over-limit")).isEqualTo("yes");
        }
        var answer = over.ask(body(PLAIN, stream(streams), tier("default")));
        assertThat(refused(429, answer).path("code").asText()).isEqualTo("rate_limit_exceeded");
        assertThat(answer.headers().firstValue("x-ratelimit-over-limit")).isEmpty();
    }

    @Test
    void over_limit_and_no_limit_read_default_for_a_project_whose_clients_know_openais_words_alone() {
        var closed = caller("over-closed");
        closed.ask(body(PLAIN));
        for (var streams : List.of(false, true)) {
            var answer = closed.ask(body(PLAIN, stream(streams)));
            assertThat(served(answer)).isEqualTo("default");
            assertThat(header(answer, "x-ratelimit-over-limit")).isEqualTo("yes");
            assertThat(served(closed.ask(body(PLAIN, stream(streams), tier("no-limit")))))
                    .isEqualTo("default");
            assertThat(served(closed.ask(body(PLAIN, stream(streams), tier("flex")))))
                    .isEqualTo("flex");
        }
    }

    @Test
    void a_ladder_of_its_own_says_what_auto_means_to_a_project() {
        var own = caller("own-ladder");
        assertThat(served(own.ask(body(PLAIN)))).isEqualTo("default");
        for (var i = 0; i < 3; i++) {
            assertThat(served(own.ask(body(PLAIN)))).isEqualTo("flex");
            assertThat(served(caller("flex-only").ask(body(PLAIN, tier("auto")))))
                    .isEqualTo("flex");
        }
    }

    @Test
    void no_limit_takes_nothing_and_is_never_refused_by_limits() {
        var unlimited = caller("unlimited");
        for (var i = 0; i < 5; i++) {
            assertThat(served(unlimited.ask(body(PLAIN, tier("no-limit"))))).isEqualTo("no-limit");
        }
        assertThat(served(unlimited.ask(body(PLAIN, tier("default"))))).isEqualTo("default");
        refused(429, unlimited.ask(body(PLAIN, tier("default"))));
        assertThat(served(unlimited.ask(body(PLAIN, tier("no-limit"))))).isEqualTo("no-limit");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_backend_is_told_the_tier_in_its_own_word_and_its_word_is_read_back(boolean streams) {
        reports = "economy";
        var answer = caller("bare").ask(body(OWN_WORDS, stream(streams), tier("flex")));
        assertThat(served(answer)).isEqualTo("flex");
        assertThat(tiers.received().getLast().json().path("service_tier").asText())
                .isEqualTo("economy");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void what_a_provider_served_is_reported_not_what_was_asked(boolean streams) {
        reports = "default";
        var answer = caller("rich").ask(body(OPENAI, stream(streams), tier("priority")));
        assertThat(served(answer)).isEqualTo("default");
        assertThat(tiers.received().getLast().json().path("service_tier").asText())
                .isEqualTo("priority");
        reports = "priority";
        assertThat(served(caller("rich").ask(body(OPENAI, stream(streams), tier("priority")))))
                .isEqualTo("priority");
    }

    @Test
    void a_provider_that_says_nothing_of_tiers_leaves_it_to_the_gateway() {
        reports = "";
        for (var asked : Map.of("auto", "default", "flex", "flex", "priority", "priority")
                .entrySet()) {
            assertThat(served(caller("rich").ask(body(OPENAI, tier(asked.getKey())))))
                    .isEqualTo(asked.getValue());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_provider_is_never_asked_for_what_is_the_gateways_own(boolean streams) {
        reports = "default";
        assertThat(served(caller("rich").ask(body(OPENAI, stream(streams), tier("no-limit")))))
                .isEqualTo("no-limit");
        assertThat(tiers.received().getLast().json().path("service_tier").asText("default"))
                .isEqualTo("default");
    }
}
