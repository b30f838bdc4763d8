package io.dromedary.backend.dialect.anthropic;

import static io.dromedary.backend.dialect.anthropic.Anthropic.NEW;
import static io.dromedary.backend.dialect.anthropic.Anthropic.OLD;
import static io.dromedary.backend.dialect.anthropic.Anthropic.of;
import static io.dromedary.backend.dialect.anthropic.Anthropic.sent;
import static io.dromedary.backend.dialect.anthropic.Anthropic.to;
import static io.dromedary.backend.dialect.anthropic.Anthropic.with;
import static io.dromedary.backend.dialect.blocks.Spoken.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.ServiceTier;
import io.dromedary.api.error.RefusedException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AnthropicRequestTest {
    private static final String TOOL = """
            "tools":[{"type":"function","function":{"name":"look","description":"Looks","parameters":\
            {"type":"object","properties":{"at":{"type":"string"}}}}}]""";
    private static final String SCHEMA = """
            "response_format":{"type":"json_schema","json_schema":{"name":"person","strict":true,"schema":\
            {"type":"object","properties":{"age":{"type":"integer","minimum":0}},"required":["age"]}}}""";

    @Test
    void a_greeting_is_sent_with_as_many_tokens_as_the_model_has() {
        assertThat(sent(of("[{\"role\":\"user\",\"content\":\"Hi\"}]"))).isEqualTo(json("""
                {"model":"claude-sonnet-4-5-20250929","max_tokens":64000,
                 "messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}"""));
    }

    @ParameterizedTest
    @CsvSource({
        "claude-3-opus-20240229, 4096",
        "claude-3-5-haiku-20241022, 8192",
        "claude-3-7-sonnet-latest, 64000",
        "claude-opus-4-20250514, 32000",
        "claude-opus-4-7, 128000",
        "kimi-k2, 8192"
    })
    void a_limit_is_required_and_depends_on_the_model(String upstream, int most) {
        assertThat(sent(upstream, of("[]")).path("max_tokens").asInt()).isEqualTo(most);
    }

    @Test
    void a_long_prompt_leaves_room_for_less() {
        var long_ = "x".repeat(450_000);

        assertThat(sent(of("[{\"role\":\"user\",\"content\":\"" + long_ + "\"}]"))
                        .path("max_tokens")
                        .asInt())
                .isBetween(49_900, 50_000);
    }

    @Test
    void either_limit_of_the_caller_is_its_limit() {
        assertThat(sent(with("\"max_tokens\":7")).path("max_tokens").asInt()).isEqualTo(7);
        assertThat(sent(with("\"max_completion_tokens\":8")).path("max_tokens").asInt())
                .isEqualTo(8);
    }

    @Test
    void what_the_system_and_the_developer_say_is_the_system_wherever_it_stood() {
        assertThat(sent(of("""
                        [{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"},
                         {"role":"developer","content":"Be kind."},{"role":"user","content":"there"}]"""))).isEqualTo(json("""
                        {"model":"claude-sonnet-4-5-20250929","max_tokens":64000,
                         "system":[{"type":"text","text":"Be brief."},{"type":"text","text":"Be kind."}],
                         "messages":[{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"text","text":"there"}]}]}
                        """));
        assertThat(sent(of("""
                        [{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]""")).path("system")).isEqualTo(json("\"Be brief.\""));
    }

    @Test
    void a_system_message_alone_is_the_users() {
        var sent = sent(of("[{\"role\":\"system\",\"content\":\"Tell a joke.\"}]"));

        assertThat(sent.has("system")).isFalse();
        assertThat(sent.at("/messages/0/content/0/text").asText()).isEqualTo("Tell a joke.");
    }

    @Test
    void calls_and_their_results_become_blocks_and_results_are_one_turn_with_what_the_user_says_next() {
        var sent = sent(of("""
                [{"role":"user","content":"Weather?"},
                 {"role":"assistant","content":"I look.","tool_calls":[
                   {"id":"call_1","type":"function","function":{"name":"look","arguments":"{\\"at\\":\\"Oslo\\"}"}},
                   {"id":"functions.look:1","type":"function","function":{"name":"look","arguments":""}}]},
                 {"role":"tool","tool_call_id":"call_1","content":"rain"},
                 {"role":"tool","tool_call_id":"functions.look:1","content":[{"type":"text","text":"sun"}]},
                 {"role":"user","content":"So?"}]"""));

        assertThat(sent.path("messages")).isEqualTo(json("""
                [{"role":"user","content":[{"type":"text","text":"Weather?"}]},
                 {"role":"assistant","content":[{"type":"text","text":"I look."},
                   {"type":"tool_use","id":"call_1","name":"look","input":{"at":"Oslo"}},
                   {"type":"tool_use","id":"functions_look_1","name":"look","input":{}}]},
                 {"role":"user","content":[
                   {"type":"tool_result","tool_use_id":"call_1","content":[{"type":"text","text":"rain"}]},
                   {"type":"tool_result","tool_use_id":"functions_look_1","content":[{"type":"text","text":"sun"}]},
                   {"type":"text","text":"So?"}]}]"""));
    }

    @Test
    void arguments_that_are_no_object_are_handed_back_as_they_were_written() {
        var sent = sent(of("""
                [{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"a","type":"function",
                  "function":{"name":"look","arguments":"{\\"at\\":"}}]},
                 {"role":"tool","tool_call_id":"a","content":""}]"""));

        assertThat(sent.at("/messages/1/content/0/input")).isEqualTo(json("{\"arguments\":\"{\\\"at\\\":\"}"));
        assertThat(sent.at("/messages/2/content/0"))
                .isEqualTo(json("{\"type\":\"tool_result\",\"tool_use_id\":\"a\"}"));
    }

    @Test
    void thinking_that_is_signed_goes_first_again_and_what_is_not_is_told() {
        var message = """
                [{"role":"user","content":"x"},{"role":"assistant","content":"y","reasoning_content":"hm",%s},
                 {"role":"user","content":"z"}]""";
        var signed = """
                "reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"sig"},
                  {"type":"reasoning.encrypted","data":"sealed"}]""";

        assertThat(sent(of(message.formatted(signed))).at("/messages/1/content"))
                .isEqualTo(json("""
                [{"type":"thinking","thinking":"hm","signature":"sig"},{"type":"redacted_thinking","data":"sealed"},
                 {"type":"text","text":"y"}]"""));
        assertThat(to(NEW).send(of(message.formatted("\"refusal\":null"))).dropped())
                .containsExactly("messages[1].reasoning_content");
    }

    @Test
    void images_go_as_bytes_or_by_address() {
        var sent = sent(of("""
                [{"role":"user","content":[{"type":"text","text":"See"},
                  {"type":"image_url","image_url":{"url":"data:image/jpg;base64,/9j/"}},
                  {"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"low"}}]}]"""));

        assertThat(sent.at("/messages/0/content")).isEqualTo(json("""
                [{"type":"text","text":"See"},
                 {"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"/9j/"}},
                 {"type":"image","source":{"type":"url","url":"https://example.com/a.png"}}]"""));
    }

    @Test
    void an_images_address_may_be_one_of_plain_http() {
        assertThat(sent(of("""
                        [{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://example.com/a.png"}}]}]""")).at("/messages/0/content/0/source"))
                .isEqualTo(json("{\"type\":\"url\",\"url\":\"http://example.com/a.png\"}"));
    }

    @Test
    void the_tier_that_the_caller_named_is_sent() {
        assertThat(to(NEW).served(ServiceTier.DEFAULT, "auto")
                        .sent(with("\"service_tier\":\"auto\""))
                        .path("service_tier"))
                .isEqualTo(json("\"auto\""));
        assertThat(to(NEW).served(ServiceTier.FLEX, "flex")
                        .sent(with("\"top_k\":1"))
                        .has("service_tier"))
                .isFalse();
    }

    @Test
    void a_schema_of_parameters_says_that_it_is_an_object() {
        assertThat(sent(with("""
                        "tools":[{"type":"function","function":{"name":"a","parameters":{"properties":{"n":{"type":"null"}}}}}]""")).at("/tools/0/input_schema"))
                .isEqualTo(json("{\"properties\":{\"n\":{\"type\":\"null\"}},\"type\":\"object\"}"));
    }

    @Test
    void it_is_reached_as_anthropic_documents_it() {
        var dialect = to(NEW).dialect();

        assertThat(dialect.name()).isEqualTo("anthropic");
        assertThat(dialect.chatPath()).isEqualTo("/messages");
        assertThat(dialect.healthPath()).isEqualTo("/v1/models");
        assertThat(dialect.headers()).containsExactly(Map.entry("anthropic-version", "2023-06-01"));
        assertThat(dialect.authorization("k")).containsExactly(Map.entry("x-api-key", "k"));
    }

    @Test
    void messages_that_are_a_text_are_one_turn_of_the_users() {
        assertThat(sent(of("\"Hi\"")).path("messages"))
                .isEqualTo(json("[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}]"));
    }

    @Test
    void names_of_speakers_and_details_of_images_are_told() {
        assertThat(to(NEW).send(of("""
                        [{"role":"user","name":"bob","content":[
                           {"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"low"}}]},
                         {"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},
                         {"role":"tool","name":"f","tool_call_id":"a","content":"1"}]""")).dropped())
                .containsExactly("messages[0].name", "messages[0].content[0].image_url.detail");
    }

    @Test
    void a_function_that_was_called_is_a_tool_and_a_loop_of_it_goes_on_as_it_began() {
        var loop = """
                {"model":"m","reasoning_effort":"high","messages":[{"role":"user","content":"x"},
                 {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{\\"a\\":1}"}},
                 {"role":"function","name":"f","content":"2"}]}""";

        assertThat(sent(loop).path("messages")).isEqualTo(json("""
                [{"role":"user","content":[{"type":"text","text":"x"}]},
                 {"role":"assistant","content":[{"type":"tool_use","id":"f","name":"f","input":{"a":1}}]},
                 {"role":"user","content":[{"type":"tool_result","tool_use_id":"f","content":[{"type":"text","text":"2"}]}]}]"""));
        assertThat(sent(loop).has("thinking")).isFalse();
    }

    @Test
    void a_refusal_is_what_the_assistant_said() {
        assertThat(sent(of("""
                        [{"role":"user","content":"x"},{"role":"assistant","content":null,"refusal":"No."},
                         {"role":"user","content":"y"},{"role":"assistant","content":[{"type":"refusal","refusal":"Never."}]},
                         {"role":"user","content":"z"}]""")).path("messages").findValuesAsText("text"))
                .containsExactly("x", "No.", "y", "Never.", "z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"content\":null,\"audio\":{\"id\":\"a\"} | messages[0].audio",
                "\"tool_calls\":[{\"id\":\"a\",\"type\":\"custom\",\"custom\":{\"name\":\"f\",\"input\":\"x\"}}] | messages[0].tool_calls[0]"
            })
    void what_an_assistant_did_and_no_block_can_stand_for_is_refused_by_its_place(String members, String param) {
        assertThatThrownBy(() -> to(NEW).send(of("[{\"role\":\"assistant\"," + members + "}]")))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().param()).isEqualTo(param));
    }

    @Test
    void files_are_documents() {
        var sent = sent(of("""
                [{"role":"user","content":[
                  {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}},
                  {"type":"file","file":{"file_data":"data:text/csv;base64,YSxi"}}]}]"""));

        assertThat(sent.at("/messages/0/content")).isEqualTo(json("""
                [{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="},"title":"a.pdf"},
                 {"type":"document","source":{"type":"text","media_type":"text/plain","data":"a,b"}}]"""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/tiff;base64,AAAA\"}} | messages[0].content[0].image_url.url",
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"ftp://x/y\"}} | messages[0].content[0].image_url.url",
                "{\"type\":\"file\",\"file\":{\"file_data\":\"data:video/mp4;base64,AAAA\"}} | messages[0].content[0].file.file_data",
                "{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}} | messages[0].content[0].file.file_data",
                "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA==\",\"format\":\"wav\"}} | messages"
            })
    void what_no_block_can_stand_for_is_refused_by_its_place(String part, String param) {
        assertThatThrownBy(() -> to(NEW).send(of("[{\"role\":\"user\",\"content\":[" + part + "]}]")))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().param()).isEqualTo(param));
    }

    @Test
    void blank_texts_are_left_out_and_an_assistant_never_begins() {
        assertThat(sent(of("""
                        [{"role":"assistant","content":"Well  "},{"role":"user","content":"  "},
                         {"role":"assistant","content":"go on \\n"}]""")).path("messages")).isEqualTo(json("""
                        [{"role":"user","content":[{"type":"text","text":"(continued)"}]},
                         {"role":"assistant","content":[{"type":"text","text":"Well  "},{"type":"text","text":"go on"}]}]
                        """));
    }

    @Test
    void tools_and_the_choice_among_them() {
        var sent = sent(with(TOOL));

        assertThat(sent.path("tools")).isEqualTo(json("""
                [{"name":"look","description":"Looks",
                  "input_schema":{"type":"object","properties":{"at":{"type":"string"}}}}]"""));
        assertThat(sent.has("tool_choice")).isFalse();
        assertThat(choice("\"auto\"")).isEqualTo(json("{\"type\":\"auto\"}"));
        assertThat(choice("\"required\"")).isEqualTo(json("{\"type\":\"any\"}"));
        assertThat(choice("\"none\"")).isEqualTo(json("{\"type\":\"none\"}"));
        assertThat(choice("{\"type\":\"function\",\"function\":{\"name\":\"look\"}}"))
                .isEqualTo(json("{\"type\":\"tool\",\"name\":\"look\"}"));
        assertThat(choice("\"required\",\"parallel_tool_calls\":false"))
                .isEqualTo(json("{\"type\":\"any\",\"disable_parallel_tool_use\":true}"));
        assertThat(sent(with(TOOL + ",\"parallel_tool_calls\":false")).path("tool_choice"))
                .isEqualTo(json("{\"type\":\"auto\",\"disable_parallel_tool_use\":true}"));
    }

    private static Object choice(String choice) {
        return sent(with(TOOL + ",\"tool_choice\":" + choice)).path("tool_choice");
    }

    @Test
    void only_allowed_tools_are_offered() {
        var sent = sent(with("""
                "tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"b"}}],
                "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[
                  {"type":"function","function":{"name":"b"}}]}}"""));

        assertThat(sent.path("tools"))
                .isEqualTo(json("[{\"name\":\"b\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}]"));
        assertThat(sent.path("tool_choice")).isEqualTo(json("{\"type\":\"any\"}"));
    }

    @Test
    void a_strict_tool_is_strict_where_the_model_can_be_and_told_where_it_cannot() {
        var strict = with("""
                "tools":[{"type":"function","function":{"name":"a","strict":true,"parameters":
                  {"type":"object","properties":{"n":{"type":"integer","maximum":3}}}}}]""");

        assertThat(sent(NEW, strict).path("tools")).isEqualTo(json("""
                [{"name":"a","strict":true,"input_schema":{"type":"object","additionalProperties":false,
                  "properties":{"n":{"type":"integer","description":"{maximum: 3}"}}}}]"""));
        assertThat(sent(OLD, strict).at("/tools/0").has("strict")).isFalse();
        assertThat(to(OLD).send(strict).dropped()).containsExactly("tools[0].function.strict");
    }

    @Test
    void a_schema_is_a_format_of_the_upstreams_own_where_the_model_is_held_to_it() {
        assertThat(sent(NEW, with(SCHEMA)).path("output_config")).isEqualTo(json("""
                {"format":{"type":"json_schema","schema":{"type":"object","additionalProperties":false,
                  "properties":{"age":{"type":"integer","description":"{minimum: 0}"}},"required":["age"]}}}"""));
    }

    @Test
    void an_older_model_is_made_to_answer_through_a_tool() {
        var sent = sent(OLD, with(SCHEMA));

        assertThat(sent.at("/tools/0/name").asText()).isEqualTo("json_answer");
        assertThat(sent.at("/tools/0/input_schema/properties/age/minimum").asInt(-1))
                .isZero();
        assertThat(sent.path("tool_choice")).isEqualTo(json("{\"type\":\"tool\",\"name\":\"json_answer\"}"));
        assertThat(sent.has("output_config")).isFalse();
        assertThat(sent(OLD, with(SCHEMA + "," + TOOL)).path("tool_choice")).isEqualTo(json("{\"type\":\"any\"}"));
        assertThat(sent(OLD, with(SCHEMA + "," + TOOL + ",\"tool_choice\":\"none\""))
                        .path("tools"))
                .hasSize(1);
    }

    @Test
    void the_tool_for_an_answer_says_what_the_format_says_and_takes_an_object() {
        var described = with("""
                "response_format":{"type":"json_schema","json_schema":{"name":"p","description":"A person","schema":\
                {"properties":{"age":{"type":"integer"}}}}}""");

        assertThat(sent(OLD, described).at("/tools/0")).isEqualTo(json("""
                {"name":"json_answer","description":"A person",
                 "input_schema":{"properties":{"age":{"type":"integer"}},"type":"object"}}"""));
        assertThat(sent(OLD, with(SCHEMA)).at("/tools/0/description").asText()).startsWith("Gives the answer");
    }

    @Test
    void a_null_is_nothing_and_a_member_that_a_model_takes_is_not_told() {
        assertThat(to(NEW).send(with("\"foo\":null,\"user\":null")).dropped()).isEmpty();
        assertThat(to(NEW).send(with("\"top_k\":5")).dropped()).isEmpty();
        assertThat(sent(with("\"top_k\":5")).path("top_k").asInt()).isEqualTo(5);
        assertThat(to("claude-opus-4-7").send(with("\"top_k\":5")).dropped()).containsExactly("top_k");
        assertThat(to("claude-opus-4-7").sent(with("\"top_k\":5")).has("top_k")).isFalse();
    }

    @Test
    void a_model_that_thinks_unasked_is_told_not_to_where_a_call_is_forced() {
        var forced = with(TOOL + ",\"tool_choice\":\"required\"");

        assertThat(sent("claude-opus-5", forced).path("thinking")).isEqualTo(json("{\"type\":\"disabled\"}"));
        assertThat(sent("claude-opus-5", with(TOOL)).has("thinking")).isFalse();
        assertThat(sent("claude-opus-4-7", forced).has("thinking")).isFalse();
        var asked = with(TOOL + ",\"tool_choice\":\"required\",\"reasoning_effort\":\"high\"");
        assertThat(sent("claude-opus-4-7", asked).at("/output_config/effort").asText())
                .isEqualTo("high");
        assertThat(to("claude-opus-4-7").send(asked).dropped()).containsExactly("reasoning_effort");
    }

    @Test
    void any_json_object_is_asked_for_in_words() {
        assertThat(sent(with("\"response_format\":{\"type\":\"json_object\"}"))
                        .path("system")
                        .asText())
                .contains("one valid JSON object");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "claude-sonnet-4-5 | high    | {\"type\":\"enabled\",\"budget_tokens\":8000} | ",
                "claude-sonnet-4-5 | minimal | {\"type\":\"enabled\",\"budget_tokens\":1024} | ",
                "claude-3-7-sonnet | medium  | {\"type\":\"enabled\",\"budget_tokens\":5000} | ",
                "claude-sonnet-4-6 | xhigh   | {\"type\":\"adaptive\"} | high",
                "claude-opus-4-7   | xhigh   | {\"type\":\"adaptive\",\"display\":\"summarized\"} | xhigh",
                "claude-opus-4-7   | minimal | {\"type\":\"adaptive\",\"display\":\"summarized\"} | low",
                "claude-opus-5     | none    | {\"type\":\"disabled\"} | ",
                "claude-opus-4-7   | none    |  | "
            })
    void an_effort_is_what_the_models_version_has_for_it(
            String upstream, String effort, String thinking, String outputEffort) {
        var sent = sent(upstream, with("\"max_tokens\":10000,\"reasoning_effort\":\"" + effort + "\""));

        assertThat(sent.path("thinking"))
                .isEqualTo(thinking == null ? json("{}").path("x") : json(thinking));
        assertThat(sent.at("/output_config/effort").asText(null)).isEqualTo(outputEffort);
    }

    @Test
    void an_effort_that_cannot_be_made_is_told() {
        assertThat(to(OLD).send(with("\"reasoning_effort\":\"high\"")).dropped())
                .containsExactly("reasoning_effort");
        assertThat(to(NEW).send(with("\"max_tokens\":500,\"reasoning_effort\":\"high\""))
                        .dropped())
                .containsExactly("reasoning_effort");
        var forced = with(TOOL + ",\"tool_choice\":\"required\",\"reasoning_effort\":\"high\"");
        assertThat(sent(forced).has("thinking")).isFalse();
        assertThat(to(NEW).send(forced).dropped()).containsExactly("reasoning_effort");
        assertThat(to("kimi-k2").send(with("\"reasoning_effort\":\"high\"")).dropped())
                .containsExactly("reasoning_effort");
    }

    @Test
    void a_loop_of_tools_that_was_begun_without_thinking_goes_on_without() {
        var loop = """
                {"model":"m","reasoning_effort":"high","messages":[{"role":"user","content":"x"},
                 {"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]%s},
                 {"role":"tool","tool_call_id":"a","content":"1"}]}""";
        var signed = ",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"t\",\"signature\":\"s\"}]";

        assertThat(to(NEW).sent(loop.formatted("")).has("thinking")).isFalse();
        assertThat(to(NEW).sent(loop.formatted(signed)).has("thinking")).isTrue();
        assertThat(to("claude-opus-4-7").sent(loop.formatted("")).has("thinking"))
                .isTrue();
    }

    @Test
    void a_temperature_ends_at_one_and_is_fixed_while_the_model_thinks() {
        assertThat(sent(with("\"temperature\":0.5")).path("temperature").asDouble())
                .isEqualTo(0.5);
        assertThat(sent(with("\"temperature\":1.7")).path("temperature").asDouble())
                .isEqualTo(1);
        assertThat(to(NEW).send(with("\"temperature\":1.7")).dropped()).containsExactly("temperature");
        var thinking = with("\"temperature\":0.2,\"top_p\":0.5,\"top_k\":3,\"reasoning_effort\":\"high\"");
        assertThat(sent(thinking).has("temperature")).isFalse();
        assertThat(to(NEW).send(thinking).dropped()).containsExactlyInAnyOrder("temperature", "top_p", "top_k");
    }

    @Test
    void newer_models_take_fewer_of_the_ways_to_draw() {
        var both = with("\"temperature\":0.2,\"top_p\":0.5");
        assertThat(sent(OLD, both).path("top_p").asDouble()).isEqualTo(0.5);
        assertThat(sent(NEW, both).has("top_p")).isFalse();
        assertThat(to(NEW).send(both).dropped()).containsExactly("top_p");
        assertThat(sent(NEW, with("\"top_p\":0.5")).path("top_p").asDouble()).isEqualTo(0.5);
        assertThat(to("claude-opus-4-7").send(both).dropped()).containsExactly("temperature", "top_p");
        assertThat(to("claude-opus-4-7")
                        .send(with("\"temperature\":1,\"top_p\":1"))
                        .dropped())
                .isEmpty();
    }

    @Test
    void stops_are_a_list_without_blank_ones() {
        assertThat(sent(with("\"stop\":\"END\"")).path("stop_sequences")).isEqualTo(json("[\"END\"]"));
        var blank = with("\"stop\":[\"\\n\",\"END\"]");
        assertThat(sent(blank).path("stop_sequences")).isEqualTo(json("[\"END\"]"));
        assertThat(to(NEW).send(blank).dropped()).containsExactly("stop");
    }

    @Test
    void the_apis_own_members_are_sent_and_unknown_ones_told() {
        var request = with("""
                "top_k":5,"thinking":{"type":"enabled","budget_tokens":2000},"max_tokens":4000,"user":"u-1",
                "foo":{"bar":1},"seed":7""");

        var sent = to(NEW).sent(request);
        assertThat(sent.path("thinking")).isEqualTo(json("{\"type\":\"enabled\",\"budget_tokens\":2000}"));
        assertThat(sent.path("metadata")).isEqualTo(json("{\"user_id\":\"u-1\"}"));
        assertThat(to(NEW).send(request).dropped()).containsExactlyInAnyOrder("seed", "foo", "top_k");
    }

    @Test
    void what_may_be_cached_is_marked_where_the_caller_marked_it() {
        var sent = sent(of("""
                [{"role":"system","content":[{"type":"text","text":"Long","cache_control":{"type":"ephemeral"}}]},
                 {"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral","ttl":"1h"}}]}]
                """));

        assertThat(sent.path("system"))
                .isEqualTo(json("[{\"type\":\"text\",\"text\":\"Long\",\"cache_control\":{\"type\":\"ephemeral\"}}]"));
        assertThat(sent.at("/messages/0/content/0/cache_control"))
                .isEqualTo(json("{\"type\":\"ephemeral\",\"ttl\":\"1h\"}"));
    }

    @Test
    void what_would_change_the_answer_is_refused() {
        for (var member : new String[] {
            "\"logprobs\":true",
            "\"logit_bias\":{\"1\":2}",
            "\"presence_penalty\":1",
            "\"web_search_options\":{}",
            "\"functions\":[{\"name\":\"f\"}]"
        }) {
            var param = member.substring(1, member.indexOf(':') - 1);
            assertThatThrownBy(() -> to(NEW).send(with(member)))
                    .as(member)
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.refusal().param()).isEqualTo(param));
        }
    }
}
