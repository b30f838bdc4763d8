package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Quirks;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the dialects of the family send, and read otherwise. Whole translations are in {@link FamilyGoldenTest}. */
final class FamilyTest {
    static final List<String> NAMES = List.of(
            "azure-openai",
            "cohere",
            "deepseek",
            "fireworks",
            "gemini",
            "groq",
            "huggingface",
            "llamacpp",
            "mistral",
            "nebius",
            "ollama",
            "openrouter",
            "predictionguard",
            "scaleway",
            "sglang",
            "together",
            "xai");

    private static final String TOOLS = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}},"
            + "{\"type\":\"function\",\"function\":{\"name\":\"b\"}}]";

    @Test
    void they_are_these() {
        assertThat(Family.dialects(Answers.IDS, Answers.CLOCK))
                .extracting(OpenAiDialect::name)
                .containsExactlyInAnyOrderElementsOf(NAMES.stream()
                        .filter(name -> !name.equals("azure-openai"))
                        .toList());
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void what_has_no_need_to_differ_goes_as_it_came(String name) {
        var sent = Kin.sent(name, "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"temperature\":0.5");

        assertThat(sent.at("/messages").toString()).isEqualTo("[{\"role\":\"user\",\"content\":\"hi\"}]");
        assertThat(sent.path("temperature").toString()).isEqualTo("0.5");
        assertThat(sent.path("model").textValue()).isEqualTo("up/model-1");
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void null_means_absent_everywhere(String name) {
        var outgoing = Kin.outgoing(
                name,
                "\"seed\":null,\"user\":null,\"n\":null,\"logit_bias\":null,\"tool_choice\":null,\"logprobs\":null,"
                        + "\"response_format\":null,\"presence_penalty\":null,\"audio\":null,\"x_unknown\":null",
                Map.of());

        assertThat(outgoing.dropped()).isEmpty();
    }

    @Test
    void a_file_can_say_whatever_tells_one_of_them_from_openai() {
        var differs = Map.<String, Object>of(
                "toolIdLength",
                9,
                "known",
                List.of("temperature"),
                "renamed",
                Map.of("seed", "random_seed"),
                "usageUnasked",
                true,
                "toolFinish",
                false,
                "maxCompletionTokens",
                false);

        var capabilities = Capabilities.OPENAI.with(differs);

        var mistral = Kin.dialect("mistral").capabilities();
        assertThat(capabilities.quirks().toolIdLength())
                .isEqualTo(mistral.quirks().toolIdLength());
        assertThat(capabilities.quirks().renamed()).isEqualTo(mistral.quirks().renamed());
        assertThat(capabilities.quirks().usageUnasked()).isTrue();
        assertThat(capabilities.quirks().imageUrls()).isTrue();
        assertThat(Capabilities.OPENAI.quirks()).isSameAs(Quirks.NONE);
        assertThat(Capabilities.OPENAI.with(Map.of("tools", false)).quirks()).isSameAs(Quirks.NONE);
    }

    @Test
    void mistral_gets_ids_of_nine_letters_and_digits_that_stay_the_same() {
        var history = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"tool_calls\":["
                + "{\"id\":\"call_abc\",\"type\":\"function\",\"function\":{\"name\":\"a\",\"arguments\":\"{}\"}},"
                + "{\"id\":\"A1b2C3d4E\",\"type\":\"function\",\"function\":{\"name\":\"b\",\"arguments\":\"{}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"A1b2C3d4E\",\"content\":\"2\"},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"call_abc\",\"content\":\"1\"}]";

        var sent = Kin.sent("mistral", history);

        var id = sent.at("/messages/1/tool_calls/0/id").textValue();
        assertThat(id).matches("[a-zA-Z0-9]{9}");
        assertThat(sent.at("/messages/3/tool_call_id").textValue()).isEqualTo(id);
        assertThat(sent.at("/messages/1/tool_calls/1/id").textValue()).isEqualTo("A1b2C3d4E");
        assertThat(sent.at("/messages/2/tool_call_id").textValue()).isEqualTo("A1b2C3d4E");
        assertThat(Kin.sent("mistral", history)).isEqualTo(sent);
    }

    @Test
    void mistral_gets_no_member_that_it_does_not_know() {
        var outgoing = Kin.outgoing(
                "mistral",
                "\"seed\":7,\"stream\":true,\"stream_options\":{\"include_usage\":true},\"verbosity\":\"low\","
                        + "\"max_completion_tokens\":5,\"safe_prompt\":true,\"top_k\":3,\"reasoning_effort\":\"low\"",
                Map.of());
        var sent = Json.object(outgoing.body());

        assertThat(sent.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("model", "messages", "stream", "random_seed", "max_tokens", "safe_prompt");
        assertThat(sent.path("random_seed").intValue()).isEqualTo(7);
        assertThat(outgoing.dropped()).containsExactly("verbosity", "top_k", "reasoning_effort");
    }

    @Test
    void thoughts_go_back_to_mistral_as_parts() {
        var sent = Kin.sent(
                "mistral",
                "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":\"Two.\","
                        + "\"reasoning_content\":\"One and one.\"},{\"role\":\"user\",\"content\":\"ok\"}]",
                Map.of("thinkingParts", true));

        assertThat(sent.at("/messages/1").toString())
                .isEqualTo(
                        "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\","
                                + "\"text\":\"One and one.\"}]},{\"type\":\"text\",\"text\":\"Two.\"}]}");
    }

    @Test
    void a_refusal_in_the_history_is_what_the_assistant_said() {
        var messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":null,"
                + "\"refusal\":\"No.\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"Never.\"}]},"
                + "{\"role\":\"user\",\"content\":\"please\"}]";

        var sent = Kin.sent("groq", messages);

        assertThat(sent.at("/messages/1").toString()).isEqualTo("{\"role\":\"assistant\",\"content\":\"No.\"}");
        assertThat(sent.at("/messages/2/content").toString()).isEqualTo("[{\"type\":\"text\",\"text\":\"Never.\"}]");
        assertThat(Kin.outgoing("groq", messages, Map.of()).dropped()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "groq,logprobs,true",
        "groq,logit_bias,'{\"5\":1}'",
        "cohere,top_logprobs,2",
        "gemini,functions,'[{\"name\":\"f\"}]'",
        "together,logprobs,true",
        "xai,presence_penalty,0.5",
        "deepseek,logit_bias,'{\"5\":1}'",
        "ollama,parallel_tool_calls,false"
    })
    void what_would_change_the_answer_is_refused_by_name(String dialect, String member, String value) {
        var logprobs = member.equals("top_logprobs") ? "\"logprobs\":true," : "";
        assertThat(Kin.refused(dialect, TOOLS + "," + logprobs + "\"" + member + "\":" + value)
                        .param())
                .isEqualTo(logprobs.isEmpty() ? member : "logprobs");
    }

    @Test
    void several_choices_are_made_of_several_calls_where_one_gives_one() {
        assertThat(Kin.dialect("groq").capabilities().maxChoices()).isEqualTo(1);
        assertThat(Kin.dialect("groq").capabilities().choices()).isEqualTo(128);
    }

    @Test
    void without_a_way_to_say_none_the_tools_stay_here() {
        var sent = Kin.sent("ollama", TOOLS + ",\"tool_choice\":\"none\"");

        assertThat(sent.has("tools")).isFalse();
        assertThat(sent.has("tool_choice")).isFalse();
        assertThat(Kin.sent("mistral", TOOLS + ",\"tool_choice\":\"none\"").has("tools"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"required\"",
                "{\"type\":\"function\",\"function\":{\"name\":\"a\"}}",
                "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}}]}}"
            })
    void a_call_that_nothing_can_force_is_refused(String choice) {
        assertThat(Kin.refused("ollama", TOOLS + ",\"tool_choice\":" + choice).param())
                .isEqualTo("tool_choice");
    }

    @Test
    void of_allowed_tools_only_those_are_sent() {
        var choice = ",\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"%s\","
                + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"b\"}}]}}";

        var free = Kin.sent("groq", TOOLS + choice.formatted("auto"));
        var forced = Kin.sent("groq", TOOLS + choice.formatted("required"));

        assertThat(free.path("tools").findValuesAsText("name")).containsExactly("b");
        assertThat(free.has("tool_choice")).isFalse();
        assertThat(forced.path("tools").findValuesAsText("name")).containsExactly("b");
        assertThat(forced.path("tool_choice").textValue()).isEqualTo("required");
    }

    @Test
    void an_image_goes_where_it_can_be_seen() {
        var image =
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"?\"},{\"type\":\"image_url\","
                        + "\"image_url\":{\"url\":\"%s\"}}]}]";

        assertThat(Kin.sent("ollama", image.formatted("data:image/png;base64,AAAA"))
                        .at("/messages/0/content/1/image_url/url")
                        .textValue())
                .isEqualTo("data:image/png;base64,AAAA");
        assertThat(Kin.refused("gemini", image.formatted("https://example.com/a.png"))
                        .param())
                .isEqualTo("messages[0].content[1].image_url.url");
        assertThat(Kin.refused("deepseek", image.formatted("data:image/png;base64,AAAA"))
                        .param())
                .isEqualTo("messages");
    }

    @Test
    void gemini_gets_a_word_for_the_signature_that_nobody_kept() {
        var calls = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"tool_calls\":["
                + "{\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\":\"a\",\"arguments\":\"{}\"}%s},"
                + "{\"id\":\"2\",\"type\":\"function\",\"function\":{\"name\":\"b\",\"arguments\":\"{}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":\"1\"},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"2\",\"content\":\"2\"}]";
        var kept = ",\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\"}}";
        var wanted = Map.<String, Object>of("toolSignatures", true);

        assertThat(Kin.sent("gemini", calls.formatted(""), wanted)
                        .at("/messages/1/tool_calls")
                        .findValuesAsText("thought_signature"))
                .containsExactly("skip_thought_signature_validator");
        assertThat(Kin.sent("gemini", calls.formatted(kept), wanted)
                        .at("/messages/1/tool_calls")
                        .findValuesAsText("thought_signature"))
                .containsExactly("c2ln");
        assertThat(Kin.sent("gemini", calls.formatted("")).findValuesAsText("thought_signature"))
                .isEmpty();
    }

    @Test
    void openrouter_is_asked_for_providers_that_take_everything() {
        assertThat(Kin.sent("openrouter", "\"top_k\":3").path("provider").toString())
                .isEqualTo("{\"require_parameters\":true}");
        assertThat(Kin.sent("openrouter", "\"provider\":{\"sort\":\"price\"}")
                        .path("provider")
                        .toString())
                .isEqualTo("{\"sort\":\"price\",\"require_parameters\":true}");
        assertThat(Kin.sent("openrouter", "\"provider\":{\"require_parameters\":false}")
                        .path("provider")
                        .toString())
                .isEqualTo("{\"require_parameters\":false}");
    }

    @Test
    void what_a_file_adds_gives_way_to_what_the_caller_says() {
        var added = Map.<String, Object>of("added", Map.of("top_k", 40, "thinking", Map.of("type", "disabled")));

        assertThat(Kin.sent("deepseek", "\"stop\":\"x\"", added)
                        .path("thinking")
                        .path("type")
                        .textValue())
                .isEqualTo("disabled");
        assertThat(Kin.sent("deepseek", "\"top_k\":3", added).path("top_k").intValue())
                .isEqualTo(3);
        assertThat(Kin.sent("deepseek", "\"top_k\":null", added).path("top_k").intValue())
                .isEqualTo(40);
    }

    @Test
    void thoughts_within_an_answer_are_told_apart() {
        var body =
                "{\"id\":\"1\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{"
                        + "\"role\":\"assistant\",\"content\":%s},\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}";

        var whole = whole("fireworks", body.formatted("\"<think>\\nOne \\u003c two.\\n</think>\\n\\nYes.\""), true);
        var plain = whole("fireworks", body.formatted("\"<thinking> is a tag\""), true);
        var cut = whole("fireworks", body.formatted("\"<think>never ends\""), true);

        assertThat(whole.at("/choices/0/message").toString())
                .isEqualTo("{\"reasoning_content\":\"\\nOne < two.\\n\",\"role\":\"assistant\",\"content\":\"Yes.\"}");
        assertThat(plain.at("/choices/0/message/content").textValue()).isEqualTo("<thinking> is a tag");
        assertThat(cut.at("/choices/0/message/reasoning_content").textValue()).isEqualTo("never ends");
        assertThat(cut.at("/choices/0/message/content").textValue()).isEmpty();
        assertThat(whole("fireworks", body.formatted("\"<think>a</think>b\""), false)
                        .at("/choices/0/message/content")
                        .textValue())
                .isEqualTo("<think>a</think>b");
    }

    private static JsonNode whole(String dialect, String body, boolean thinkTags) {
        var answer = Kin.answer(dialect, false, Map.of("thinkTags", thinkTags));
        var whole = answer.whole(Answers.bytes(body));
        assertThat(answer.failure()).isNull();
        return Json.object(Objects.requireNonNull(whole));
    }

    @Test
    void what_is_held_back_comes_with_the_end() {
        var answer = Kin.answer("fireworks", true, Map.of("thinkTags", true));
        var chunk =
                "{\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,%s}]}";

        assertThat(Answers.event(answer, chunk.formatted("\"delta\":{\"content\":\"<thi\"},\"finish_reason\":null")))
                .contains("\"content\":\"\"");
        assertThat(answer.begun()).isFalse();
        assertThat(Answers.event(answer, chunk.formatted("\"delta\":{},\"finish_reason\":\"stop\"")))
                .contains("\"delta\":{\"content\":\"<thi\"}");
        assertThat(answer.begun()).isTrue();

        var bare = Kin.answer("fireworks", true, Map.of("thinkTags", true));
        Answers.event(bare, chunk.formatted("\"delta\":{\"content\":\"<think>a</th\"},\"finish_reason\":null"));
        assertThat(Answers.event(bare, chunk.formatted("\"finish_reason\":\"stop\"")))
                .contains("\"delta\":{\"reasoning_content\":\"</th\"}");
    }

    @Test
    void an_answer_that_thinks_elsewhere_keeps_its_content() {
        var answer = Kin.answer("together", true, Map.of("thinkTags", true));
        var chunk =
                "{\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"delta\":{\"reasoning\":\"hm\",\"content\":\"\"},\"finish_reason\":null}]}";

        assertThat(Answers.event(answer, chunk))
                .contains("\"reasoning\":\"hm\",\"reasoning_content\":\"hm\",\"content\":\"\"");
    }

    @Test
    void a_stop_after_tool_calls_is_what_it_ended_for() {
        var body =
                "{\"id\":\"1\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{"
                        + "\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":"
                        + "{\"name\":\"a\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}";

        assertThat(whole("gemini", body, false).at("/choices/0/finish_reason").textValue())
                .isEqualTo("tool_calls");
        assertThat(whole("groq", body, false).at("/choices/0/finish_reason").textValue())
                .isEqualTo("stop");
    }

    @Test
    void blank_lines_before_an_answer_of_deepseek_are_nothing() {
        var body =
                "\n\n\n{\"id\":\"1\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{"
                        + "\"role\":\"assistant\",\"content\":\"Yes\",\"reasoning_content\":\"Hm\"},\"finish_reason\":\"stop\"}]}";

        assertThat(whole("deepseek", body, false)
                        .at("/choices/0/message/reasoning_content")
                        .textValue())
                .isEqualTo("Hm");
    }
}
