package io.dromedary.backend.dialect.tgi;

import static io.dromedary.backend.dialect.tgi.Tgi.request;
import static io.dromedary.backend.dialect.tgi.Tgi.requestWith;
import static io.dromedary.backend.dialect.tgi.Tgi.send;
import static io.dromedary.backend.dialect.tgi.Tgi.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.ModelName;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Target;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TgiRequestTest {
    @Test
    void the_smallest_request_keeps_its_messages_and_names_the_base_model() {
        assertThat(sent(request(Tgi.HELLO)))
                .isEqualTo(Tgi.json("{\"model\":\"tgi\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"));
        assertThat(send(request(Tgi.HELLO)).dropped()).isEmpty();
    }

    @Test
    void the_upstream_model_may_name_an_adapter() {
        var dialect = Tgi.dialect();
        var target = new Target(
                new BackendName("local"), new ModelName("llama"), "acme/lora-support", dialect.capabilities());
        assertThat(Json.object(dialect.chat(request(Tgi.HELLO), target).body())
                        .path("model")
                        .asText())
                .isEqualTo("acme/lora-support");
    }

    @Test
    void the_same_request_can_be_sent_twice() {
        var request = requestWith("\"stop\":\"END\",\"user\":\"u\"");
        var before = new String(request.body(), StandardCharsets.UTF_8);
        assertThat(sent(request)).isEqualTo(sent(request));
        assertThat(new String(request.body(), StandardCharsets.UTF_8)).isEqualTo(before);
    }

    @Test
    void members_that_do_not_change_the_answer_are_dropped_and_named() {
        var outgoing = send(
                requestWith(
                        "\"user\":\"u\",\"store\":true,\"metadata\":{},\"reasoning_effort\":\"low\",\"top_k\":5,\"min_p\":0.1"));
        assertThat(Json.object(outgoing.body()).properties()).hasSize(2);
        assertThat(outgoing.dropped())
                .containsExactlyInAnyOrder("user", "store", "metadata", "reasoning_effort", "top_k", "min_p");
    }

    @Test
    void what_is_honoured_without_being_sent_is_not_named() {
        var outgoing = send(
                requestWith(
                        "\"n\":1,\"parallel_tool_calls\":false,\"service_tier\":\"auto\",\"deferred\":false,\"logit_bias\":{}"));
        assertThat(Json.object(outgoing.body()).properties()).hasSize(2);
        assertThat(outgoing.dropped()).isEmpty();
    }

    @Test
    void what_would_change_the_answer_is_refused() {
        refused("\"web_search_options\":{}").isEqualTo("web_search_options");
        refused("\"functions\":[{\"name\":\"f\"}]").isEqualTo("functions");
        refused("\"logit_bias\":{\"50256\":-100}").isEqualTo("logit_bias");
        refused("\"n\":2").isEqualTo("n");
    }

    @Test
    void an_empty_logit_bias_is_dropped() {
        assertThat(sent(requestWith("\"logit_bias\":{}")).has("logit_bias")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stop",
                "stream",
                "stream_options",
                "seed",
                "temperature",
                "max_tokens",
                "response_format",
                "tools",
                "tool_choice",
                "presence_penalty",
                "user"
            })
    void a_null_is_the_same_as_nothing(String member) {
        assertThat(sent(requestWith("\"" + member + "\":null"))).isEqualTo(sent(request(Tgi.HELLO)));
    }

    @Test
    void a_stop_string_is_sent_as_a_list() {
        assertThat(sent(requestWith("\"stop\":\"END\"")).path("stop")).isEqualTo(Tgi.json("[\"END\"]"));
        assertThat(sent(requestWith("\"stop\":[\"a\",\"b\"]")).path("stop")).isEqualTo(Tgi.json("[\"a\",\"b\"]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"max_tokens\":7|7",
                "\"max_completion_tokens\":8|8",
                "\"max_tokens\":7,\"max_completion_tokens\":7|7",
                "\"max_tokens\":7,\"max_completion_tokens\":null|7",
                "\"max_tokens\":null,\"max_completion_tokens\":7|7"
            })
    void exactly_one_limit_of_tokens_is_sent(String members, String sent) {
        var body = sent(requestWith(members));
        assertThat(body.path("max_tokens").toString()).isEqualTo(sent);
        assertThat(body.has("max_completion_tokens")).isFalse();
    }

    @Test
    void a_stream_always_asks_for_usage() {
        var body = sent(requestWith("\"stream\":true"));
        assertThat(body.path("stream").asBoolean()).isTrue();
        assertThat(body.path("stream_options")).isEqualTo(Tgi.json("{\"include_usage\":true}"));
        assertThat(sent(requestWith(
                        "\"stream\":true,\"stream_options\":{\"include_usage\":false,\"include_obfuscation\":true}")))
                .isEqualTo(body);
    }

    @Test
    void a_call_that_is_no_stream_has_no_stream_options() {
        assertThat(sent(requestWith("\"stream\":false,\"stream_options\":null")))
                .isEqualTo(sent(request(Tgi.HELLO)));
    }

    @Test
    void a_seed_is_sent_unless_it_is_negative() {
        assertThat(sent(requestWith("\"seed\":42")).path("seed").asInt()).isEqualTo(42);
        var outgoing = send(requestWith("\"seed\":-1"));
        assertThat(Json.object(outgoing.body()).has("seed")).isFalse();
        assertThat(outgoing.dropped()).containsExactly("seed");
    }

    @Test
    void the_default_top_p_is_left_out_and_zero_becomes_the_smallest_value() {
        assertThat(sent(requestWith("\"top_p\":1")).has("top_p")).isFalse();
        assertThat(sent(requestWith("\"top_p\":1.0")).has("top_p")).isFalse();
        assertThat(sent(requestWith("\"top_p\":0.9")).path("top_p").asDouble()).isEqualTo(0.9);
        assertThat(sent(requestWith("\"top_p\":0")).path("top_p").asDouble())
                .isPositive()
                .isLessThan(0.001);
    }

    @Test
    void a_presence_penalty_is_refused_and_one_of_zero_dropped() {
        refused("\"presence_penalty\":0.5").isEqualTo("presence_penalty");
        var outgoing = send(requestWith("\"presence_penalty\":0.0"));
        assertThat(Json.object(outgoing.body()).has("presence_penalty")).isFalse();
        assertThat(outgoing.dropped()).containsExactly("presence_penalty");
    }

    @Test
    void temperature_and_frequency_penalty_pass() {
        var body = sent(requestWith("\"temperature\":0,\"frequency_penalty\":-0.5"));
        assertThat(body.path("temperature").toString()).isEqualTo("0");
        assertThat(body.path("frequency_penalty").toString()).isEqualTo("-0.5");
    }

    @Test
    void logprobs_pass_up_to_five_alternatives() {
        var body = sent(requestWith("\"logprobs\":true,\"top_logprobs\":5"));
        assertThat(body.path("logprobs").asBoolean()).isTrue();
        assertThat(body.path("top_logprobs").asInt()).isEqualTo(5);
        assertThatThrownBy(() -> send(requestWith("\"logprobs\":true,\"top_logprobs\":6")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("5");
    }

    @Test
    void capabilities_that_a_backends_file_takes_away_are_not_sent() {
        var target = Tgi.target(Map.of("dropped", List.of("temperature")));
        var outgoing = Tgi.dialect().chat(requestWith("\"temperature\":1"), target);
        assertThat(Json.object(outgoing.body()).has("temperature")).isFalse();
        assertThat(outgoing.dropped()).contains("temperature");
    }

    private static AbstractStringAssert<?> refused(String members) {
        return Refused.param(requestWith(members));
    }
}
