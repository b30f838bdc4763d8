package io.dromedary;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request with one field of an API, and the same without it: what a dialect makes of the one and not of the other is what
 * it does with that field.
 *
 * @param field as the documentation names it
 */
record Probe(String field, ObjectNode without, ObjectNode with) {
    private static final String HI = "{\"role\":\"user\",\"content\":\"hi\"}";
    private static final String TOOLS =
            "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"string\"}}}}}]";
    private static final String TWO_TOOLS =
            TOOLS.replace("\"tools\":[", "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\"}},");
    private static final String FLAT_TOOLS =
            "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"string\"}}}}]";
    private static final String SCHEMA =
            "{\"name\":\"n\",\"schema\":{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"string\"}},\"required\":[\"p\"],\"additionalProperties\":false}}";
    private static final String FLAT_SCHEMA =
            "{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"string\"}},\"required\":[\"p\"],\"additionalProperties\":false}}";
    private static final String CALLED =
            "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
                    + "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"out\"}";

    /** The fields of {@code POST /v1/chat/completions}, in the order of the documentation. */
    static List<Probe> chat() {
        return List.of(
                messages("messages[].role `developer`", HI, "{\"role\":\"developer\",\"content\":\"be\"}," + HI),
                messages(
                        "messages[].role `function`",
                        HI,
                        "{\"role\":\"function\",\"name\":\"f\",\"content\":\"o\"}," + HI),
                messages("messages[].name", HI, "{\"role\":\"user\",\"name\":\"ann\",\"content\":\"hi\"}"),
                messages(
                        "messages[].content parts `text`",
                        HI,
                        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}"),
                part("image_url", "{\"url\":\"data:image/png;base64,AAAA\"}"),
                part("image_url", "{\"url\":\"https://images.example/a.png\"}", " by address"),
                part("input_audio", "{\"data\":\"AAAA\",\"format\":\"wav\"}"),
                part("file", "{\"filename\":\"a.pdf\",\"file_data\":\"data:application/pdf;base64,AAAA\"}"),
                messages("messages[].tool_calls, outputs", HI, HI + "," + CALLED),
                messages(
                        "messages[].tool_calls of type `custom`",
                        HI,
                        HI
                                + ",{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"custom\",\"custom\":{\"name\":\"c\",\"input\":\"i\"}}]},"
                                + "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"out\"}"),
                messages(
                        "messages[].content beside tool_calls",
                        HI,
                        HI + "," + CALLED.replace("\"content\":null", "\"content\":\"wait\"")),
                messages(
                        "messages[].function_call",
                        HI,
                        HI
                                + ",{\"role\":\"assistant\",\"content\":null,\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}},{\"role\":\"function\",\"name\":\"f\",\"content\":\"o\"}"),
                messages(
                        "messages[].refusal",
                        HI,
                        HI + ",{\"role\":\"assistant\",\"content\":null,\"refusal\":\"no\"}," + HI),
                answered("reasoning_content", "\"because\""),
                answered(
                        "reasoning_details",
                        "[{\"type\":\"reasoning.text\",\"text\":\"because\",\"signature\":\"AAAA\"}]"),
                messages("messages[].audio", HI, HI + ",{\"role\":\"assistant\",\"audio\":{\"id\":\"audio_1\"}}," + HI),
                messages(
                        "messages, last of the assistant (prefill)",
                        HI,
                        HI + ",{\"role\":\"assistant\",\"content\":\"so\"}"),
                chat("temperature", "0.5"),
                chat("top_p", "0.5"),
                chat("top_p `0`", "\"top_p\":0.3", "\"top_p\":0"),
                chat("top_k", "5"),
                chat("presence_penalty", "0.5"),
                chat("frequency_penalty", "0.5"),
                chat("logit_bias", "{\"7\":5}"),
                chat("logprobs", "true"),
                chat("top_logprobs", "\"logprobs\":true", "\"logprobs\":true,\"top_logprobs\":5"),
                chat("n", "2"),
                chat("seed", "7"),
                chat("stop", "[\"x\"]"),
                chat("stop, a string", "\"stop\":[\"x\"]", "\"stop\":\"x\""),
                chat("max_completion_tokens", "100"),
                chat("max_tokens", "100"),
                chat("response_format `text`", "", "\"response_format\":{\"type\":\"text\"}"),
                chat("response_format `json_object`", "", "\"response_format\":{\"type\":\"json_object\"}"),
                chat(
                        "response_format `json_schema`",
                        "",
                        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":" + SCHEMA + "}"),
                chat(
                        "response_format `json_schema` beside tools",
                        TOOLS,
                        TOOLS + ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":" + SCHEMA + "}"),
                chat("tools of type `function`", "", TOOLS),
                chat(
                        "tools[].function.strict",
                        TOOLS,
                        TOOLS.replace("\"name\":\"f\"", "\"name\":\"f\",\"strict\":true")),
                chat("tools of type `custom`", "", "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"c\"}}]"),
                chat("tool_choice `none`", TOOLS, TOOLS + ",\"tool_choice\":\"none\""),
                chat("tool_choice `required`", TOOLS, TOOLS + ",\"tool_choice\":\"required\""),
                chat(
                        "tool_choice of a function",
                        TOOLS,
                        TOOLS + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"),
                chat(
                        "tool_choice `allowed_tools`",
                        TWO_TOOLS,
                        TWO_TOOLS
                                + ",\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}}"),
                chat("parallel_tool_calls", TOOLS, TOOLS + ",\"parallel_tool_calls\":false"),
                chat("functions", "[{\"name\":\"f\"}]"),
                chat(
                        "function_call",
                        "\"functions\":[{\"name\":\"f\"}]",
                        "\"functions\":[{\"name\":\"f\"}],\"function_call\":\"auto\""),
                chat("stream", "true"),
                chat(
                        "stream_options",
                        "\"stream\":true",
                        "\"stream\":true,\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":false}"),
                chat("modalities", "[\"text\"]"),
                chat(
                        "audio",
                        "",
                        "\"modalities\":[\"text\",\"audio\"],\"audio\":{\"voice\":\"alloy\",\"format\":\"mp3\"}"),
                chat("reasoning_effort", "\"low\""),
                chat("verbosity", "\"low\""),
                chat("prediction", "{\"type\":\"content\",\"content\":\"p\"}"),
                chat("store", "true"),
                chat("metadata", "{\"a\":\"b\"}"),
                chat("user", "\"u\""),
                chat("safety_identifier", "\"u\""),
                chat("prompt_cache_key", "\"k\""),
                chat("prompt_cache_retention", "\"24h\""),
                chat("prompt_cache_options", "{\"a\":1}"),
                chat("web_search_options", "{}"),
                chat("search_parameters", "{\"a\":1}"),
                chat("moderation", "{\"a\":1}"),
                chat("service_tier", "\"flex\""),
                chat("deferred", "true"),
                chat("input", "{}"),
                chat("output", "{}"),
                chat("extra_body", "{\"a\":1}"),
                chat("anything else", "", "\"no_such_member\":1"));
    }

    /** The fields of {@code POST /v1/responses}. */
    static List<Probe> responses() {
        return List.of(
                response("instructions", "\"be\""),
                response("previous_response_id", "\"resp_1\""),
                response("conversation", "\"conv_1\""),
                response("prompt", "{\"id\":\"p\"}"),
                response("background", "true"),
                response("store", "false"),
                response("stream", "true"),
                response(
                        "stream_options",
                        "\"stream\":true",
                        "\"stream\":true,\"stream_options\":{\"include_obfuscation\":false}"),
                response("include", "[\"message.output_text.logprobs\"]"),
                response("truncation", "\"auto\""),
                response("context_management", "[{\"type\":\"compaction\",\"compact_threshold\":2000}]"),
                response("temperature", "0.5"),
                response("top_p", "0.5"),
                response("top_k", "5"),
                response("presence_penalty", "0.5"),
                response("frequency_penalty", "0.5"),
                response("repetition_penalty", "1.1"),
                response("seed", "7"),
                response("stop", "[\"x\"]"),
                response("logprobs", "true"),
                response("top_logprobs", "3"),
                response("max_output_tokens", "100"),
                response("max_tool_calls", "2"),
                response("reasoning", "{\"effort\":\"low\",\"summary\":\"auto\"}"),
                response("text", "{\"format\":" + FLAT_SCHEMA + ",\"verbosity\":\"low\"}"),
                response("tools", "", FLAT_TOOLS),
                response("tools, hosted", "", "\"tools\":[{\"type\":\"web_search\"}]"),
                response("tool_choice", FLAT_TOOLS, FLAT_TOOLS + ",\"tool_choice\":\"required\""),
                response("parallel_tool_calls", FLAT_TOOLS, FLAT_TOOLS + ",\"parallel_tool_calls\":false"),
                response("service_tier", "\"flex\""),
                response("metadata", "{\"a\":\"b\"}"),
                response("user", "\"u\""),
                response("safety_identifier", "\"u\""),
                response("prompt_cache_key", "\"k\""),
                response("prompt_cache_retention", "\"24h\""),
                response("prompt_cache_options", "{\"a\":1}"),
                response("moderation", "{\"a\":1}"),
                response("safeguards", "{\"pii\":\"replace\"}"));
    }

    private static Probe messages(String field, String without, String with) {
        return of(field, "\"messages\":[" + without + "]", "\"messages\":[" + with + "]");
    }

    private static Probe part(String type, String value) {
        return part(type, value, "");
    }

    private static Probe part(String type, String value, String how) {
        return messages(
                "messages[].content parts `" + type + "`" + how,
                HI,
                "{\"role\":\"user\",\"content\":[{\"type\":\"" + type + "\",\"" + type + "\":" + value + "}]}");
    }

    private static Probe answered(String member, String value) {
        var answer = HI + ",{\"role\":\"assistant\",\"content\":\"so\"}," + HI;
        return messages(
                "messages[]." + member,
                answer,
                answer.replace("\"content\":\"so\"", "\"content\":\"so\",\"" + member + "\":" + value));
    }

    private static Probe chat(String member, String value) {
        return chat(member, "", "\"" + member + "\":" + value);
    }

    private static Probe chat(String field, String without, String with) {
        var hi = "\"messages\":[" + HI + "]";
        return of(field, hi + more(without), hi + more(with));
    }

    private static Probe response(String member, String value) {
        return response(member, "", "\"" + member + "\":" + value);
    }

    private static Probe response(String field, String without, String with) {
        return of(field, "\"input\":\"hi\"" + more(without), "\"input\":\"hi\"" + more(with));
    }

    private static String more(String members) {
        return members.isEmpty() ? "" : "," + members;
    }

    private static Probe of(String field, String without, String with) {
        return new Probe(field, json(without), json(with));
    }

    private static ObjectNode json(String members) {
        return Json.object(("{\"model\":\"m\"," + members + "}").getBytes(StandardCharsets.UTF_8));
    }

    /** The member at the top that the field is, or is in. */
    String member() {
        return field.split("[^a-z_]", 2)[0];
    }
}
