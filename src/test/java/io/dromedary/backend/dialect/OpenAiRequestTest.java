package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.ModelName;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.json.Json;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Target;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OpenAiRequestTest {
    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    /** A request to a model that is known upstream by the same name, with these members. */
    private static String with(String members) {
        return "{\"model\":\"up/model-1\"," + HI + members + "}";
    }

    private static Dialect.Outgoing outgoing(String json, Map<String, Object> overrides) {
        return Answers.dialect().chat(ChatRequests.of(json), Answers.target(overrides));
    }

    private static String sent(String json, Map<String, Object> overrides) {
        return Answers.text(outgoing(json, overrides).body());
    }

    @Test
    void only_the_model_differs_and_every_other_byte_is_the_callers() {
        var request = """
                 {  "temperature":1.0,"x_new" :{"b":1e3,"a":[1.50, 2E-7]},\t"model" : "chat-small" ,
                "messages":[{"role":"user","content":"caf\\u00e9 \\/ \\ud83e\\udd99 ż","name":null}] ,"seed":-0 }
                """;

        assertThat(sent(request, Map.of())).isEqualTo(request.replace("\"chat-small\"", "\"up/model-1\""));
    }

    @Test
    void a_request_in_which_nothing_differs_is_the_callers_own_bytes() {
        var request = ChatRequests.of(with(""));

        var outgoing = Answers.dialect().chat(request, Answers.target(Map.of()));

        assertThat(outgoing.body()).isSameAs(request.body());
        assertThat(outgoing.dropped()).isEmpty();
    }

    @Test
    void an_upstream_name_is_escaped() {
        var target = new Target(new BackendName("b"), new ModelName("m"), "we\"ird", Capabilities.OPENAI);

        var body = Answers.dialect()
                .chat(ChatRequests.of("{\"model\":\"m\"," + HI + "}"), target)
                .body();

        assertThat(Answers.text(body)).isEqualTo("{\"model\":\"we\\\"ird\"," + HI + "}");
    }

    @Test
    void text_in_place_of_messages_becomes_one_user_message_with_the_same_bytes() {
        assertThat(sent("{\"model\":\"up/model-1\", \"messages\" : \"h\\u00e9 \\\"you\\\"\" }", Map.of()))
                .isEqualTo("{\"model\":\"up/model-1\", \"messages\" : "
                        + "[{\"role\":\"user\",\"content\":\"h\\u00e9 \\\"you\\\"\"}] }");
    }

    @Test
    void a_stream_is_always_asked_for_its_usage() {
        var asking = with(",\"stream\":true,\"stream_options\":{\"include_usage\":true}");

        assertThat(sent(with(",\"stream\":true"), Map.of())).isEqualTo(asking);
        assertThat(sent(with(",\"stream\":true,\"stream_options\":null"), Map.of()))
                .isEqualTo(asking);
        assertThat(sent(with(",\"stream\":true,\"stream_options\":{\"include_obfuscation\":false}"), Map.of()))
                .isEqualTo(with(
                        ",\"stream\":true,\"stream_options\":{\"include_obfuscation\":false,\"include_usage\":true}"));
        assertThat(sent(with(",\"stream\":true,\"stream_options\": {\"include_usage\" : false}"), Map.of()))
                .isEqualTo(with(",\"stream\":true,\"stream_options\": {\"include_usage\":true}"));
    }

    @Test
    void usage_is_not_asked_for_where_it_was_asked_or_cannot_be_or_nothing_streams() {
        var streaming = with(",\"stream\":true");
        var asked = with(",\"stream\":true,\"stream_options\":{ \"include_usage\" : true }");

        assertThat(sent(asked, Map.of())).isEqualTo(asked);
        assertThat(sent(streaming, Map.of("streamUsage", false))).isEqualTo(streaming);
        assertThat(sent(asked, Map.of("streamUsage", false))).isEqualTo(streaming);
        assertThat(sent(with(",\"stream\":false"), Map.of())).doesNotContain("stream_options");
    }

    @Test
    void what_does_not_fit_is_left_out_and_named() {
        var outgoing = outgoing(
                "{\"user\":\"u\",\"deferred\":true,\"model\":\"up/model-1\"," + HI
                        + ",\"seed\":1,\"top_p\":0.9,\"input\":{}}",
                Map.of("dropped", List.of("user"), "seed", false));

        assertThat(Answers.text(outgoing.body())).isEqualTo(with(",\"top_p\":0.9"));
        assertThat(outgoing.dropped()).containsExactly("user", "seed");
    }

    @Test
    void a_limit_goes_out_under_the_name_that_the_backend_knows() {
        var old = Map.<String, Object>of("maxCompletionTokens", false);
        var reasoning = Map.<String, Object>of("dropped", List.of("max_tokens"));
        var both = ",\"max_tokens\":9,\"max_completion_tokens\":9";

        assertThat(sent(with(",\"max_completion_tokens\":100"), old)).isEqualTo(with(",\"max_tokens\":100"));
        assertThat(sent(with(both), old)).isEqualTo(with(",\"max_tokens\":9"));
        assertThat(sent(with(",\"max_tokens\":7,\"max_completion_tokens\":null"), old))
                .isEqualTo(with(",\"max_tokens\":7"));
        assertThat(sent(with(",\"max_tokens\":7"), reasoning)).isEqualTo(with(",\"max_completion_tokens\":7"));
        assertThat(sent(with(both), reasoning)).isEqualTo(with(",\"max_completion_tokens\":9"));
        assertThat(sent(with(",\"max_tokens\":7,\"max_completion_tokens\":null"), reasoning))
                .isEqualTo(with(",\"max_completion_tokens\":7"));
        assertThat(outgoing(with(",\"max_tokens\":7"), reasoning).dropped()).isEmpty();
    }

    @Test
    void a_bare_stop_is_listed_where_lists_are_wanted() {
        var lists = Map.<String, Object>of("stopAsString", false);

        assertThat(sent(with(",\"stop\":\"\\u000a\""), lists)).isEqualTo(with(",\"stop\":[\"\\u000a\"]"));
        assertThat(sent(with(",\"stop\":[\"a\"]"), lists)).isEqualTo(with(",\"stop\":[\"a\"]"));
        assertThat(sent(with(",\"stop\":\"a\""), Map.of())).isEqualTo(with(",\"stop\":\"a\""));
    }

    @Test
    void a_top_p_of_zero_is_raised_where_zero_is_not_taken() {
        var positive = Map.<String, Object>of("topPZero", false);

        assertThat(sent(with(",\"top_p\":0.0"), positive)).isEqualTo(with(",\"top_p\":0.000001"));
        assertThat(sent(with(",\"top_p\":0.10"), positive)).isEqualTo(with(",\"top_p\":0.10"));
        assertThat(sent(with(",\"top_p\":0"), Map.of())).isEqualTo(with(",\"top_p\":0"));
    }

    @Test
    void developers_speak_as_the_system_where_the_role_is_unknown() {
        var request = "{\"model\":\"up/model-1\",\"temperature\":1.0,\"messages\":["
                + "{\"role\":\"developer\",\"content\":\"be \\\"developer\\\"\"},{\"role\":\"user\",\"content\":\"x\"}]}";

        assertThat(sent(request, Map.of("developerRole", false)))
                .isEqualTo(request.replace("\"role\":\"developer\"", "\"role\":\"system\""));
        assertThat(sent(request, Map.of())).isEqualTo(request);
    }

    @Test
    void messages_that_only_mention_a_developer_stay_as_they_are() {
        var request =
                "{\"model\":\"up/model-1\",\"messages\":[ {\"role\":\"user\",\"content\":\"a\",\"x\":\"developer\", \"y\":1.0} ]}";

        assertThat(sent(request, Map.of("developerRole", false))).isEqualTo(request);
    }

    @Test
    void content_beside_tool_calls_is_left_out_where_both_cannot_be_and_named_if_it_said_something() {
        var call = "{\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}";
        var request = """
                {"model":"up/model-1","messages":[
                {"role":"assistant","content":"let me see","tool_calls":[%1$s]},
                {"role":"assistant","content":null,"tool_calls":[%1$s]},
                {"role":"assistant","content":"kept","tool_calls":[]}]}""".formatted(call);

        var outgoing = outgoing(request, Map.of("contentWithToolCalls", false));

        assertThat(Json.object(outgoing.body()).get("messages")).hasToString("""
                [{"role":"assistant","tool_calls":[%1$s]},{"role":"assistant","tool_calls":[%1$s]},\
                {"role":"assistant","content":"kept","tool_calls":[]}]""".formatted(call));
        assertThat(outgoing.dropped()).containsExactly("messages[0].content");
        assertThat(sent(request, Map.of())).isEqualTo(request);
    }
}
