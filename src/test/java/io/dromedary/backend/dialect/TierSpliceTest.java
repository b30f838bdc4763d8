package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.ServiceTier;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.ServedTier;
import io.dromedary.backend.Target;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tier in requests that go out and in answers that come in, and nothing else of them. */
final class TierSpliceTest {
    private static final String HEAD = "{ \"id\":\"1\",\"x\":[1.0],\"model\" : ";
    private static final String TAIL =
            ",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"service_tier\":\"x\"}}]";

    private static final Capabilities WITHOUT = Capabilities.OPENAI.with(Map.of("serviceTiers", List.of()));

    @Test
    void an_answer_that_names_no_tier_gets_it_behind_the_model() {
        assertThat(whole(ServiceTier.FLEX, HEAD + "\"up\"" + TAIL + " }"))
                .isEqualTo(HEAD + "\"chat-small\",\"service_tier\":\"flex\"" + TAIL + " }");
    }

    @Test
    void an_answer_without_a_model_gets_both_at_its_head() {
        assertThat(whole(ServiceTier.FLEX, "{ \"id\":\"1\"" + TAIL + "}"))
                .isEqualTo("{\"model\":\"chat-small\",\"service_tier\":\"flex\", \"id\":\"1\"" + TAIL + "}");
    }

    @ParameterizedTest
    @CsvSource({
        "OVER_LIMIT, '\"default\"', over-limit",
        "NO_LIMIT, '\"default\"', no-limit",
        "DEFAULT, null, default",
        "FLEX, 7, flex",
        "FLEX, '{\"a\": []}', flex",
        "FLEX, '\"default\"', default",
        "DEFAULT, '\"sc\\u0061le\"', scale",
        "DEFAULT, '\"auto\"', default"
    })
    void a_tier_that_is_there_is_replaced_where_it_stands(ServiceTier serving, String sent, String told) {
        assertThat(whole(serving, HEAD + "\"up\"" + TAIL + ", \"service_tier\" : " + sent + " }"))
                .isEqualTo(HEAD + "\"chat-small\"" + TAIL + ", \"service_tier\" : \"" + told + "\" }");
    }

    @Test
    void each_chunk_of_a_stream_says_it() {
        var answer = answer(ServiceTier.FLEX, Answers.STREAM);
        var chunk = "{\"id\":\"1\",\"model\":%s,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]%s}";
        assertThat(Answers.event(answer, chunk.formatted("\"up\"", "")))
                .isEqualTo("data: " + chunk.formatted("\"chat-small\",\"service_tier\":\"flex\"", "") + "\n\n");
        assertThat(Answers.event(answer, chunk.formatted("\"up\"", ",\"service_tier\":null")))
                .isEqualTo("data: " + chunk.formatted("\"chat-small\"", ",\"service_tier\":\"flex\"") + "\n\n");
    }

    @Test
    void a_usage_chunk_of_ours_says_it_too() {
        var answer = answer(ServiceTier.FLEX, Answers.STREAM_WITH_USAGE);
        Answers.event(
                answer,
                "{\"id\":\"1\",\"model\":\"up\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"delta\":{\"content\":\"a\"}}]}");
        assertThat(Answers.end(answer)).contains("\"chat-small\",\"service_tier\":\"flex\",\"choices\":[],\"usage\":");
    }

    @Test
    void a_request_gets_the_word_of_the_backend_and_keeps_every_other_byte() {
        var before =
                "{ \"model\":\"up/model-1\",\"messages\":[ {\"role\":\"user\",\"content\":\"hi\"} ],\"service_tier\" : ";
        assertThat(sent(before + "\"flex\" , \"x\":1.0}", Map.of(ServiceTier.FLEX, "economy"), Capabilities.OPENAI))
                .isEqualTo(before + "\"economy\" , \"x\":1.0}");
    }

    @Test
    void a_request_that_names_the_word_already_is_the_callers_own() {
        var request =
                "{\"model\":\"up/model-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"service_tier\" : \"flex\"}";
        assertThat(sent(request, Map.of(), Capabilities.OPENAI)).isEqualTo(request);
    }

    @Test
    void a_backend_without_tiers_hears_of_none() {
        assertThat(sent(
                        "{\"model\":\"up/model-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"service_tier\":\"flex\",\"x\":1.0}",
                        Map.of(),
                        WITHOUT))
                .isEqualTo(
                        "{\"model\":\"up/model-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"x\":1.0}");
    }

    @Test
    void a_request_without_a_tier_gets_the_word_that_is_configured() {
        var sent = sent(
                "{\"model\":\"up/model-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                Map.of(ServiceTier.FLEX, "economy"),
                WITHOUT);
        assertThat(sent).contains("\"service_tier\":\"economy\"");
    }

    private static String sent(String json, Map<ServiceTier, String> words, Capabilities can) {
        var request = ChatRequests.of(json);
        var target = target(ServiceTier.FLEX, request.serviceTier(), words, can);
        return Answers.text(Answers.dialect().chat(request, target).body());
    }

    private static String whole(ServiceTier serving, String body) {
        var answer = answer(serving, Answers.UNARY);
        var written = answer.whole(Answers.bytes(body));
        assertThat(answer.failure()).isNull();
        return Answers.text(Objects.requireNonNull(written));
    }

    private static ChatAnswer answer(ServiceTier serving, ChatRequest request) {
        return Answers.dialect().answer(request, target(serving, null, Map.of(), Capabilities.OPENAI));
    }

    private static Target target(
            ServiceTier serving, @Nullable String asked, Map<ServiceTier, String> words, Capabilities can) {
        return Answers.target(can).serving(ServedTier.of(serving, asked, can, words, false));
    }
}
