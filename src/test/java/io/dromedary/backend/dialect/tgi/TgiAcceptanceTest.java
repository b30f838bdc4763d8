package io.dromedary.backend.dialect.tgi;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** TGI's verdicts on 59 requests, and what becomes of the same requests on their way through the gateway. */
final class TgiAcceptanceTest {
    /** What the gateway refuses as no sound request before a dialect sees it, with the param that it names. */
    private static final Map<String, String> UNSOUND = Map.ofEntries(
            entry("model null", "model"),
            entry("messages missing", "messages"),
            entry("messages empty", "messages"),
            entry("max_tokens -1", "max_tokens"),
            entry("max_tokens float 10.0", "max_tokens"),
            entry("stream_options {}", "stream_options"),
            entry("stream_options include_usage null", "stream_options"),
            entry("stream_options include_usage + include_obfuscation", "stream_options"),
            entry("tool_choice any (mistral)", "tool_choice"),
            entry("tool_choice object", "tool_choice"),
            entry("tool_choice responses-style", "tool_choice.function"),
            entry("tool_choice allowed_tools", "tool_choice.allowed_tools.tools"),
            entry("response_format json value", "response_format.type"),
            entry("response_format json_schema value", "response_format.json_schema"),
            entry("response_format regex", "response_format.type"),
            entry("content part input_audio", "messages[0].content[0].input_audio.data"),
            entry("content part image_url as string", "messages[0].content[0].image_url"),
            entry("assistant content null, no tool_calls", "messages[0].content"),
            entry("assistant content null, tool_calls null", "messages[0].content"));

    /** What no rewriting can make TGI honour, with the param that is named. */
    private static final Map<String, String> UNFIT = Map.of(
            "logit_bias object", "logit_bias",
            "tools custom type", "tools",
            "n=2", "n",
            "top_logprobs 20", "top_logprobs");

    @TestFactory
    Stream<DynamicTest> the_rules_that_requests_are_held_against_are_those_of_tgi() {
        return cases().map(each -> dynamicTest(
                each.path("case").asText(),
                () -> assertThat(TgiRules.parsed(each.path("request")).isEmpty())
                        .isEqualTo(each.path("accepted").asBoolean())));
    }

    @TestFactory
    Stream<DynamicTest> each_is_refused_with_its_param_or_sent_as_tgi_takes_it() {
        return cases().map(each -> dynamicTest(
                each.path("case").asText(), () -> handled(each.path("case").asText(), each)));
    }

    private static void handled(String name, JsonNode recorded) {
        if (UNSOUND.containsKey(name)) {
            refused(UNSOUND.get(name), () -> read(recorded));
            return;
        }
        var request = read(recorded);
        if (UNFIT.containsKey(name)) {
            refused(UNFIT.get(name), () -> Tgi.send(request));
        } else {
            assertThat(TgiRules.served(Tgi.sent(request))).isEmpty();
        }
    }

    private static void refused(String param, ThrowingCallable sending) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(sending)
                .satisfies(e -> assertThat(e.refusal().status()).isEqualTo(400))
                .satisfies(e -> assertThat(e.refusal().param()).isEqualTo(param));
    }

    /** The request as a client would send it: with a model, where TGI goes without. */
    private static ChatRequest read(JsonNode recorded) {
        var request = (ObjectNode) recorded.path("request").deepCopy();
        if (!request.has("model")) {
            request.put("model", "llama");
        }
        return ChatRequestReader.read(Json.bytes(request));
    }

    private static Stream<JsonNode> cases() {
        var cases = Tgi.json(Tgi.recorded("tgi-request-acceptance.json"));
        assertThat(cases).hasSize(59);
        return StreamSupport.stream(cases.spliterator(), false);
    }
}
