package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChatRequestReaderTest {
    @Test
    void the_least_request_has_the_defaults() {
        var request = read("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");

        assertThat(request.model().value()).isEqualTo("m");
        assertThat(request.stream()).isFalse();
        assertThat(request.usageWanted()).isFalse();
        assertThat(request.choices()).isEqualTo(1);
        assertThat(request.maxTokens()).isZero();
        assertThat(request.topLogprobs()).isZero();
        assertThat(request.serviceTier()).isNull();
        assertThat(request.deferred()).isFalse();
        assertThat(request.traits())
                .isEqualTo(new ChatRequest.Traits(false, false, false, false, false, false, false, 0, false, false));
        assertThat(request.traits().tools()).isFalse();
    }

    @Test
    void what_the_gateway_acts_on_is_read() {
        var request = of("""
                "stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false},"n":3,
                "max_completion_tokens":50,"max_tokens":50,"logprobs":true,"top_logprobs":5,"service_tier":"flex"
                """);

        assertThat(request.stream()).isTrue();
        assertThat(request.usageWanted()).isTrue();
        assertThat(request.choices()).isEqualTo(3);
        assertThat(request.maxTokens()).isEqualTo(50);
        assertThat(request.topLogprobs()).isEqualTo(5);
        assertThat(request.serviceTier()).isEqualTo("flex");
        assertThat(of("\"deferred\":true").deferred()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"temperature\":0",
                "\"temperature\":2",
                "\"temperature\":2.0",
                "\"temperature\":-0.0",
                "\"temperature\":1.5e-3",
                "\"temperature\":0.7000000000000000000000000000000000000001",
                "\"top_p\":0",
                "\"top_p\":1",
                "\"presence_penalty\":-2,\"frequency_penalty\":2.0",
                "\"n\":128",
                "\"seed\":-9223372036854775808",
                "\"seed\":9223372036854775807",
                "\"seed\":-0",
                "\"top_k\":-1",
                "\"top_k\":40",
                "\"max_tokens\":1",
                "\"max_tokens\":2147483647",
                "\"max_completion_tokens\":2147483647",
                "\"logprobs\":true,\"top_logprobs\":0",
                "\"top_logprobs\":20,\"logprobs\":true",
                "\"stop\":\"\\n\"",
                "\"stop\":[\"a\"]",
                "\"stop\":[\"a\",\"b\",\"c\",\"d\"]",
                "\"logit_bias\":{}",
                "\"logit_bias\":{\"50256\":-100,\"1\":100,\"2\":0.5}",
                "\"reasoning_effort\":\"none\"",
                "\"reasoning_effort\":\"minimal\"",
                "\"reasoning_effort\":\"xhigh\"",
                "\"reasoning_effort\":\"max\"",
                "\"verbosity\":\"low\"",
                "\"verbosity\":\"high\"",
                "\"modalities\":[\"text\"]",
                "\"modalities\":[\"text\",\"audio\"],\"audio\":{\"voice\":\"alloy\",\"format\":\"pcm16\"}",
                "\"audio\":{\"voice\":{\"id\":\"v\"},\"format\":\"mp3\"}",
                "\"store\":true",
                "\"metadata\":{}",
                "\"metadata\":{\"a\":\"\",\"b\":\"x\"}",
                "\"user\":\"\"",
                "\"safety_identifier\":\"u\"",
                "\"prompt_cache_key\":\"k\"",
                "\"prediction\":{\"type\":\"content\",\"content\":\"x\"}",
                "\"prediction\":{\"type\":\"content\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}",
                "\"service_tier\":\"auto\"",
                "\"service_tier\":\"default\"",
                "\"service_tier\":\"priority\"",
                "\"service_tier\":\"scale\"",
                "\"service_tier\":\"fast\"",
                "\"service_tier\":\"no-limit\"",
                "\"deferred\":false",
                "\"input\":{}",
                "\"output\":{}",
                "\"input\":{\"block_prompt_injection\":false,\"pii\":null,\"pii_replace_method\":\"fake\",\"entity_list\":[\"EMAIL\"]}",
                "\"output\":{\"factuality\":false,\"toxicity\":false,\"pii\":null}",
                "\"web_search_options\":{\"search_context_size\":\"low\"}",
                "\"search_parameters\":{\"mode\":\"auto\"}",
                "\"extra_body\":{\"guided_json\":{}}",
                "\"parallel_tool_calls\":false",
                "\"stream\":true",
                "\"stream\":true,\"stream_options\":{}",
                "\"stream\":true,\"stream_options\":{\"include_usage\":null,\"x\":[1]}",
                "\"tools\":[]",
                "\"tools\":[],\"tool_choice\":\"none\"",
                "\"tool_choice\":\"auto\"",
                "\"functions\":[{\"name\":\"f\",\"description\":\"d\",\"parameters\":{}}],\"function_call\":{\"name\":\"f\"}",
                "\"function_call\":\"none\"",
                "\"response_format\":{\"type\":\"text\"}",
                "\"response_format\":{\"type\":\"json_object\"}",
                "\"response_format\":{\"json_schema\":{\"name\":\"a-B_9\",\"schema\":{\"type\":\"object\"},\"strict\":null,\"description\":\"d\"},\"type\":\"json_schema\"}",
                "\"x_unknown\":{\"any\":[1,2.5,\"x\",null,true,{\"deep\":{}}]}",
                "\"\":1",
                "\"x\":1e99999",
                "\"x\":\"\\ud83d\\ude00 \\\\ud83d \\u0000\"",
                "\"x\":\"é😀\u007f\""
            })
    void each_form_of_a_member_is_taken(String member) {
        var request = of(member);

        assertThat(request.tree().path("model").asText()).isEqualTo("m");
    }

    @Test
    void null_is_as_good_as_absent_for_every_optional_member() {
        var names = new ArrayList<String>();
        for (var malformed : MalformedRequests.all()) {
            var param = malformed.param();
            if (param != null && param.matches("[a-z_]+") && !param.equals("model") && !param.equals("messages")) {
                names.add(param);
            }
        }
        assertThat(names).contains("temperature", "tools", "tool_choice", "stream_options", "service_tier", "input");

        for (var name : names) {
            var request = of("\"" + name + "\":null");
            assertThat(request.has(name)).as(name).isFalse();
            assertThat(request.members().has(name)).as(name).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\":\"system\",\"content\":\"\"}",
                "{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"name\":\"boss\"}",
                "{\"role\":\"developer\",\"content\":\"a\"}",
                "{\"role\":\"user\",\"content\":\"a\",\"name\":\"bob\",\"tool_calls\":[],\"refusal\":null}",
                "{\"role\":\"assistant\",\"content\":\"a\"}",
                "{\"role\":\"assistant\",\"content\":\"\",\"reasoning_content\":\"hm\",\"annotations\":[]}",
                "{\"role\":\"assistant\",\"refusal\":\"no\"}",
                "{\"role\":\"assistant\",\"content\":null,\"audio\":{\"id\":\"a1\"}}",
                "{\"role\":\"assistant\",\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}}",
                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
                "{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"custom\",\"custom\":{\"name\":\"f\",\"input\":\"x\"}}]}",
                "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"refusal\",\"refusal\":\"b\"}]}",
                "{\"tool_call_id\":\"c\",\"content\":\"42\",\"role\":\"tool\"}",
                "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":[{\"type\":\"text\",\"text\":\"42\"}]}",
                "{\"role\":\"function\",\"name\":\"f\",\"content\":\"42\"}",
                "{\"role\":\"function\",\"name\":\"f\",\"content\":null}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\",\"cache_control\":{\"type\":\"ephemeral\"}}]}"
            })
    void each_form_of_a_message_is_taken(String message) {
        var request = read("{\"model\":\"m\",\"messages\":[" + message + "]}");

        assertThat(request.traits().messagesAsText()).isFalse();
    }

    @Test
    void parts_show_in_the_traits() {
        assertThat(part("{\"type\":\"image_url\",\"image_url\":{\"url\":\"HTTPS://x/y.png\"}}")
                        .images())
                .isTrue();
        assertThat(
                        part("{\"image_url\":{\"detail\":\"original\",\"url\":\"data:image/png;base64,AA==\"},\"type\":\"image_url\"}")
                                .images())
                .isTrue();
        assertThat(part("{\"type\":\"image_url\",\"image_url\":{\"url\":\"http:\\/\\/x\",\"detail\":null}}")
                        .images())
                .isTrue();
        assertThat(part("{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA==\",\"format\":\"wav\"}}")
                        .audio())
                .isTrue();
        assertThat(part("{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}").files())
                .isTrue();
        assertThat(part("{\"type\":\"file\",\"file\":{\"file_data\":\"AA==\",\"filename\":\"a.pdf\"}}")
                        .files())
                .isTrue();
        var text = part("{\"type\":\"text\",\"text\":\"a\"}");
        assertThat(text.images() || text.audio() || text.files()).isFalse();
    }

    @Test
    void the_rest_of_the_traits() {
        assertThat(read("{\"model\":\"m\",\"messages\":\"hi\"}").traits().messagesAsText())
                .isTrue();
        assertThat(messages("{\"role\":\"developer\",\"content\":\"a\"}").developerRole())
                .isTrue();
        assertThat(messages("{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}")
                        .prefill())
                .isTrue();
        assertThat(messages("{\"role\":\"assistant\",\"content\":\"b\"},{\"role\":\"user\",\"content\":\"a\"}")
                        .prefill())
                .isFalse();
        var call =
                "\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]";
        var withContent = messages("{\"role\":\"assistant\",\"content\":\"b\"," + call + "}");
        assertThat(withContent.contentWithToolCalls()).isTrue();
        assertThat(withContent.prefill()).isFalse();
        assertThat(messages("{\"role\":\"assistant\"," + call + "}").contentWithToolCalls())
                .isFalse();
        assertThat(of("\"modalities\":[\"audio\"],\"audio\":{\"voice\":\"v\",\"format\":\"wav\"}")
                        .traits()
                        .audio())
                .isTrue();
    }

    @Test
    void tools_and_what_they_force() {
        var tools = """
                "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":null,"strict":null}},
                {"type":"custom","custom":{"name":"c","description":"d","format":{"type":"grammar",
                "grammar":{"definition":"a: b","syntax":"lark"}}}},
                {"type":"custom","custom":{"name":"t","format":{"type":"text"}}}]""";

        assertThat(of(tools).traits().toolCount()).isEqualTo(3);
        assertThat(of(tools).traits().tools()).isTrue();
        assertThat(of(tools).traits().customTools()).isTrue();
        assertThat(forced(tools, "\"auto\"")).isFalse();
        assertThat(forced(tools, "\"none\"")).isFalse();
        assertThat(forced(tools, "\"required\"")).isTrue();
        assertThat(forced(tools, "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"))
                .isTrue();
        assertThat(forced(tools, "{\"custom\":{\"name\":\"c\"},\"type\":\"custom\"}"))
                .isTrue();
        var allowed = "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"%s\",\"tools\":"
                + "[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"custom\",\"custom\":{\"name\":\"t\"}}]}}";
        assertThat(forced(tools, allowed.formatted("auto"))).isFalse();
        assertThat(forced(tools, allowed.formatted("required"))).isTrue();
    }

    @Test
    void exactly_as_many_as_allowed_are_taken() {
        var tool = "{\"type\":\"function\",\"function\":{\"name\":\"" + "f".repeat(64) + "\"}}";
        assertThat(of("\"tools\":[" + (tool + ",").repeat(127) + tool + "]")
                        .traits()
                        .toolCount())
                .isEqualTo(128);
        assertThat(of("\"x\":" + "[".repeat(63) + "]".repeat(63)).has("x")).isTrue();
        assertThat(of("\"x\":" + "9".repeat(1000)).rawValue("x")).hasSize(1000);
        var zeros = Json.MAX_TOKENS - 16; // sixteen are the rest of the request
        assertThat(of("\"x\":[" + "0,".repeat(zeros - 1) + "0]").has("x")).isTrue();
        assertThat(of("\"safety_identifier\":\"" + "é".repeat(64) + "\"").has("safety_identifier"))
                .isTrue();
        assertThat(of("\"metadata\":{\"" + "k".repeat(64) + "\":\"" + "v".repeat(512) + "\"}")
                        .has("metadata"))
                .isTrue();
        assertThat(read("{\"messages\":\"hi\",\"model\":\"" + "m".repeat(256) + "\"}")
                        .model()
                        .value())
                .hasSize(256);
    }

    @Test
    void the_body_stays_as_it_came_and_a_mark_is_left_out() {
        var json = " {\"model\" : \"m\" ,\r\n\"messages\":\"h\\u00e9\" } \n";
        var body = json.getBytes(UTF_8);

        assertThat(ChatRequestReader.read(body).body()).isSameAs(body);
        var marked = ChatRequestReader.read(("\ufeff" + json).getBytes(UTF_8));
        assertThat(marked.body()).isEqualTo(body);
        assertThat(marked.rawValue("messages")).isEqualTo("\"h\\u00e9\"");
        assertThat(marked.rawValue("absent")).isNull();
    }

    @Test
    void members_are_known_by_their_exact_bytes() {
        var json = "{ \"mod\\u0065l\" :\"é😀\",\n\t\"messages\": [ {\"role\":\"user\",\"content\":\"a}\\\"]\"} ] ,"
                + "\"n\":1 ,\"temperature\":-1.5e-300,\"store\":true,\"user\":\"\",\"x\":{ }, \"y\" : [1 , 2] ,\"z\":null}";
        var request = read(json.replace("-1.5e-300", "1.5e-300"));
        var body = new String(request.body(), UTF_8);

        assertThat(request.model().value()).isEqualTo("é😀");
        assertThat(request.rawValue("messages")).isEqualTo("[ {\"role\":\"user\",\"content\":\"a}\\\"]\"} ]");
        assertThat(request.rawValue("n")).isEqualTo("1");
        assertThat(request.rawValue("temperature")).isEqualTo("1.5e-300");
        assertThat(request.rawValue("store")).isEqualTo("true");
        assertThat(request.rawValue("user")).isEqualTo("\"\"");
        assertThat(request.rawValue("x")).isEqualTo("{ }");
        assertThat(request.rawValue("y")).isEqualTo("[1 , 2]");
        assertThat(request.rawValue("z")).isEqualTo("null");
        assertThat(request.members().nameStart(0)).isEqualTo(body.indexOf("\"mod"));
        assertThat(request.members().end()).isEqualTo(request.body().length);
        var edited = request.members().edit(request.body());
        assertThat(Json.read(edited.set("model", "\"q\"").remove("messages").toBytes()))
                .isEqualTo(Json.object(request.body()).put("model", "q").without(List.of("messages")));
    }

    @Test
    void recorded_requests_of_other_clients_are_taken() throws Exception {
        var folder = Path.of("..", "shared", "wire", "openai-recorded-cassettes");
        Assumptions.assumeTrue(Files.isDirectory(folder), "the recorded cassettes are not here");
        var count = 0;
        try (var files = Files.list(folder)) {
            for (var file : files.filter(ChatRequestReaderTest::isChat).toList()) {
                for (var body : CassetteBodies.of(file)) {
                    assertThat(ChatRequestReader.read(body).model().value()).isNotEmpty();
                    count++;
                }
            }
        }
        assertThat(count).isPositive();
    }

    private static boolean isChat(Path file) {
        var name = file.getFileName().toString();
        return name.startsWith("chat-")
                && !name.equals("chat-no-messages.yaml")
                && !name.equals("chat-bad-request.yaml");
    }

    private static boolean forced(String tools, String choice) {
        return of("\"tool_choice\":" + choice + "," + tools).traits().toolForced();
    }

    private static ChatRequest.Traits part(String part) {
        return messages("{\"role\":\"user\",\"content\":[" + part + "]}");
    }

    private static ChatRequest.Traits messages(String messages) {
        return read("{\"model\":\"m\",\"messages\":[" + messages + "]}").traits();
    }

    private static ChatRequest of(String member) {
        return read("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + member + "}");
    }

    private static ChatRequest read(String json) {
        return ChatRequestReader.read(json.getBytes(UTF_8));
    }
}
