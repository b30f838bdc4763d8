package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FittingTest {
    private static final Map<String, Object> NONE = Map.ofEntries(
            Map.entry("tools", false),
            Map.entry("customTools", false),
            Map.entry("parallelToolControl", false),
            Map.entry("jsonObject", false),
            Map.entry("jsonSchema", false),
            Map.entry("images", false),
            Map.entry("audio", false),
            Map.entry("files", false),
            Map.entry("logprobs", false),
            Map.entry("maxTopLogprobs", 0),
            Map.entry("logitBias", false),
            Map.entry("penalties", false),
            Map.entry("zeroPenalties", false),
            Map.entry("seed", false),
            Map.entry("stop", false),
            Map.entry("maxChoices", 1),
            Map.entry("reasoningEffort", false),
            Map.entry("streamUsage", false),
            Map.entry("serviceTiers", List.of()),
            Map.entry("dropped", List.of("user", "metadata", "store", "top_k")),
            Map.entry("refused", List.of("prediction")));

    private static ChatRequest request(String members) {
        return ChatRequests.of(
                "{\"model\":\"chat-small\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + members + "}");
    }

    private static Fitting fit(String members, Map<String, Object> overrides) {
        return Fitting.of(request(members), Answers.target(overrides));
    }

    private static Refusal.BadRequest refusal(String members, Map<String, Object> overrides) {
        var request = request(members);
        try {
            Fitting.of(request, Answers.target(overrides));
        } catch (RefusedException e) {
            return (Refusal.BadRequest) e.refusal();
        }
        throw new AssertionError("not refused: " + members);
    }

    @Test
    void what_is_beyond_chat_fits_only_where_the_native_form_is_sent() {
        var form = "{\"tools\":[{\"type\":\"web_search\"}]}".getBytes(StandardCharsets.UTF_8);
        var request = request("").withNativeForm(form, "tools[0]");
        var target = Answers.target(Map.of());

        assertThatThrownBy(() -> Answers.dialect().chat(request, target))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal())
                                .isInstanceOfSatisfying(
                                        Refusal.BadRequest.class,
                                        why -> assertThat(why.param()).isEqualTo("tools[0]")));
        assertThat(Fitting.ofNative(request, target).named()).isEmpty();
        assertThat(Answers.dialect()
                        .chat(request("").withNativeForm(form), target)
                        .body())
                .isEqualTo(Answers.dialect().chat(request(""), target).body());
    }

    @Test
    void everything_fits_a_backend_that_can_do_everything() {
        var fitting = fit("""
                ,"tools":[{"type":"custom","custom":{"name":"a"}}],"n":8,"logit_bias":{"1":2},"seed":1,"stop":"x",
                "presence_penalty":1.5,"frequency_penalty":0,"logprobs":true,"top_logprobs":20,"user":"u","top_k":3,
                "reasoning_effort":"high","parallel_tool_calls":false,"response_format":{"type":"json_object"},
                "service_tier":"flex","some_new_member":{"a":1}""", Map.of());

        assertThat(fitting.named()).isEmpty();
        assertThat(fitting.silent()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "logit_bias            | {\"50256\":-100}",
                "tools                 | [{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]",
                "functions             | [{\"name\":\"f\"}]",
                "logprobs              | true",
                "response_format       | {\"type\":\"json_object\"}",
                "response_format       | { \"json_schema\":{\"name\":\"a\",\"type\":\"text\"}, \"type\" : \"json_schema\" }",
                "presence_penalty      | 0.1",
                "frequency_penalty     | -2",
                "stop                  | \"\\n\"",
                "stop                  | [\"a\"]",
                "n                     | 2",
                "service_tier          | \"scale\"",
                "service_tier          | \"fast\"",
                "prediction            | {\"type\":\"content\",\"content\":\"a\"}"
            })
    void what_would_change_the_answer_is_refused(String param, String value) {
        assertThat(refusal(",\"" + param + "\":" + value, NONE).param()).isEqualTo(param);
    }

    @Test
    void what_only_goes_with_another_member_is_refused_where_it_comes_first() {
        var tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";

        assertThat(refusal(",\"tool_choice\":\"required\"" + tools, NONE).param())
                .isEqualTo("tool_choice");
        assertThat(refusal(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}" + tools, NONE)
                        .param())
                .isEqualTo("tool_choice");
        assertThat(refusal(",\"top_logprobs\":3,\"logprobs\":true", NONE).param())
                .isEqualTo("top_logprobs");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "user              | \"u-1\"",
                "metadata          | {\"a\":\"b\"}",
                "store             | true",
                "top_k             | 40",
                "seed              | 7",
                "reasoning_effort  | \"low\"",
                "presence_penalty  | 0",
                "frequency_penalty | -0.0",
            })
    void what_would_not_is_left_out_and_named(String param, String value) {
        var fitting = fit(",\"" + param + "\":" + value, NONE);

        assertThat(fitting.named()).containsExactly(param);
        assertThat(fitting.silent()).isEmpty();
        assertThat(Fitting.dropped(request(",\"" + param + "\":" + value), Answers.target(NONE)))
                .containsExactly(param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "logit_bias          | {}",
                "logit_bias          | null",
                "tools               | []",
                "tool_choice         | \"none\"",
                "tool_choice         | \"auto\"",
                "parallel_tool_calls | true",
                "parallel_tool_calls | false",
                "logprobs            | false",
                "presence_penalty    | null",
                "stop                | null",
                "seed                | null",
                "user                | null",
                "prediction          | null",
                "service_tier        | \"auto\"",
                "service_tier        | \"default\"",
                "service_tier        | \"no-limit\"",
                "service_tier        | \"flex\"",
                "service_tier        | \"priority\"",
                "service_tier        | null",
                "top_logprobs        | null"
            })
    void what_means_nothing_is_left_out_without_a_word(String param, String value) {
        var fitting = fit(",\"" + param + "\":" + value, NONE);

        assertThat(fitting.named()).isEmpty();
        assertThat(fitting.silent()).containsExactly(param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "deferred     | true",
                "input        | {\"pii\":null}",
                "output       | {\"toxicity\":false}",
                "extra_body   | null",
                "service_tier | \"no-limit\""
            })
    void the_gateways_own_members_never_reach_a_backend(String param, String value) {
        var fitting = fit(",\"" + param + "\":" + value, Map.of());

        assertThat(fitting.named()).isEmpty();
        assertThat(fitting.silent()).containsExactly(param);
    }

    @Test
    void an_extra_body_with_something_in_it_is_the_backends() {
        assertThat(fit(",\"extra_body\":{\"google\":{}}", Map.of()).silent()).isEmpty();
    }

    @Test
    void harmless_values_stay_where_they_are_understood() {
        var fitting = fit(",\"n\":1,\"response_format\":{\"type\":\"text\"},\"temperature\":1", NONE);

        assertThat(fitting.named()).isEmpty();
        assertThat(fitting.silent()).isEmpty();
    }

    @Test
    void parts_that_a_backend_cannot_take_are_refused_on_the_messages() {
        var parts = Map.of(
                "image_url", "{\"url\":\"https://example.org/a.png\"}",
                "input_audio", "{\"data\":\"AAAA\",\"format\":\"wav\"}",
                "file", "{\"file_id\":\"file-1\"}");
        for (var part : parts.entrySet()) {
            var request = ChatRequests.of("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\""
                    + part.getKey() + "\",\"" + part.getKey() + "\":" + part.getValue() + "}]}]}");
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> Fitting.of(request, Answers.target(NONE)))
                    .satisfies(e -> assertThat(e.refusal().param()).isEqualTo("messages"));
            assertThat(Fitting.of(request, Answers.target(Map.of())).named()).isEmpty();
        }
    }

    @Test
    void audio_output_is_refused_on_audio() {
        assertThat(refusal(",\"modalities\":[\"text\",\"audio\"],\"audio\":{\"voice\":\"a\",\"format\":\"wav\"}", NONE)
                        .param())
                .isEqualTo("audio");
    }

    @Test
    void custom_tools_and_too_many_tools_are_refused() {
        var function = "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}";
        var custom = "{\"type\":\"custom\",\"custom\":{\"name\":\"f\"}}";
        var three = ",\"tools\":[" + function + ", " + function + "," + function + "]";

        assertThat(refusal(",\"tools\":[" + custom + "]", Map.of("customTools", false))
                        .param())
                .isEqualTo("tools");
        assertThat(refusal(three, Map.of("maxTools", 2)).message()).contains("more than 2 tools");
        assertThat(fit(three, Map.of("maxTools", 3)).named()).isEmpty();
    }

    @Test
    void one_tool_call_at_a_time_is_refused_only_where_there_are_tools() {
        var tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"parallel_tool_calls\":false";

        assertThat(refusal(tools, Map.of("parallelToolControl", false)).param()).isEqualTo("parallel_tool_calls");
        assertThat(fit(tools, Map.of()).silent()).isEmpty();
    }

    @Test
    void more_top_logprobs_than_it_has_are_refused_with_the_most_it_has() {
        var refusal = refusal(",\"logprobs\":true,\"top_logprobs\":9", Map.of("maxTopLogprobs", 5));

        assertThat(refusal.param()).isEqualTo("top_logprobs");
        assertThat(refusal.message()).contains("9").contains("5");
        assertThat(fit(",\"logprobs\":true,\"top_logprobs\":5", Map.of("maxTopLogprobs", 5))
                        .named())
                .isEmpty();
    }

    @Test
    void a_penalty_of_zero_goes_to_backends_that_take_zeros() {
        assertThat(fit(",\"presence_penalty\":0", Map.of("penalties", false)).named())
                .isEmpty();
        assertThat(fit(",\"presence_penalty\":0.00", Map.of("zeroPenalties", false))
                        .named())
                .containsExactly("presence_penalty");
        assertThat(fit(",\"presence_penalty\":0.01", Map.of("zeroPenalties", false))
                        .named())
                .isEmpty();
    }

    @Test
    void any_member_can_be_listed_as_dropped_or_refused() {
        assertThat(fit(",\"temperature\":0.2", Map.of("dropped", List.of("temperature")))
                        .named())
                .containsExactly("temperature");
        assertThat(refusal(",\"n\":1", Map.of("refused", List.of("n"))).param()).isEqualTo("n");
    }

    @Test
    void a_caller_who_asked_for_usage_is_told_that_none_may_come() {
        var members = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";

        assertThat(fit(members, NONE).named()).containsExactly("stream_options");
        assertThat(fit(",\"stream\":true,\"stream_options\":{\"include_obfuscation\":false}", NONE)
                        .silent())
                .containsExactly("stream_options");
    }

    @Test
    void a_limit_under_either_name_is_neither_dropped_nor_refused_while_one_is_known() {
        var members = ",\"max_tokens\":5,\"max_completion_tokens\":5";

        assertThat(fit(members, Map.of("maxCompletionTokens", false)).named()).isEmpty();
        assertThat(fit(members, Map.of("refused", List.of("max_tokens"))).named())
                .isEmpty();
    }

    @Test
    void a_limit_is_dropped_or_refused_where_neither_name_is_known() {
        var members = ",\"max_tokens\":5,\"max_completion_tokens\":5";
        var both = List.of("max_tokens", "max_completion_tokens");

        assertThat(fit(members, Map.of("maxCompletionTokens", false, "dropped", both))
                        .named())
                .containsExactlyElementsOf(both);
        assertThat(refusal(members, Map.of("maxCompletionTokens", false, "refused", both))
                        .param())
                .isEqualTo("max_tokens");
        assertThat(refusal(",\"max_completion_tokens\":5", Map.of("refused", both))
                        .param())
                .isEqualTo("max_completion_tokens");
        assertThat(fit(",\"max_completion_tokens\":5", Map.of("dropped", List.of("max_completion_tokens")))
                        .named())
                .as("it is sent as max_tokens")
                .isEmpty();
    }

    @Test
    void what_a_list_settles_is_not_judged_again() {
        assertThat(fit(",\"n\":2", Map.of("maxChoices", 1, "dropped", List.of("n")))
                        .named())
                .containsExactly("n");
        assertThat(fit(
                                ",\"response_format\":{\"type\":\"json_object\"}",
                                Map.of("jsonObject", false, "dropped", List.of("response_format")))
                        .named())
                .containsExactly("response_format");
        assertThat(fit(",\"response_format\":{\"type\":\"json_object\"}", Map.of("jsonSchema", false))
                        .named())
                .isEmpty();
        assertThat(fit(
                                ",\"logprobs\":true,\"top_logprobs\":9",
                                Map.of("maxTopLogprobs", 5, "dropped", List.of("top_logprobs")))
                        .named())
                .containsExactly("top_logprobs");
    }

    @Test
    void a_penalty_of_null_is_left_out_where_any_penalty_may_offend() {
        var members = ",\"presence_penalty\":null";

        assertThat(fit(members, Map.of()).silent()).isEmpty();
        assertThat(fit(members, Map.of("penalties", false)).silent()).containsExactly("presence_penalty");
        assertThat(fit(members, Map.of("zeroPenalties", false)).silent()).containsExactly("presence_penalty");
    }

    @Test
    void how_many_choices_there_may_be_is_told() {
        assertThat(refusal(",\"n\":2", Map.of("maxChoices", 1)).message()).contains("more than one choice");
        assertThat(refusal(",\"n\":5", Map.of("maxChoices", 4)).message()).contains("more than 4");
    }

    @Test
    void refusals_name_the_model_and_the_way_out() {
        assertThat(refusal(",\"logit_bias\":{\"1\":1}", NONE).message())
                .isEqualTo("The model chat-small cannot honour logit_bias on the backend that serves it."
                        + " Leave `logit_bias` out, or use another model.");
    }
}
