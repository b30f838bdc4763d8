package io.dromedary;

import static io.dromedary.FieldProbe.more;
import static io.dromedary.FieldProbe.of;

import java.util.List;

/** The fields of endpoints that are fronts of chat. */
final class FrontProbe {
    private static final String PROMPT = "\"prompt\":\"hi\"";
    private static final String HI = "{\"role\":\"user\",\"content\":\"hi\"}";
    private static final String ASKED = asked(HI);
    private static final String TOOLS = ASKED + ",\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}]";
    private static final String CALLED = HI
            + ",{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"f\",\"input\":{}}]}";
    private static final String THINKS = ASKED.replace("\"max_tokens\":16", "\"max_tokens\":4096");
    private static final String SCHEMA =
            "{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"string\"}},\"required\":[\"p\"],\"additionalProperties\":false}}";

    private FrontProbe() {}

    /** The fields of {@code POST /v1/completions}. */
    static List<FieldProbe> completions() {
        return List.of(
                of("`prompt`, a string", "\"prompt\":\"ho\"", PROMPT, "\"prompt\":\"\""),
                of("… a list of one string", "\"prompt\":\"ho\"", "\"prompt\":[\"hi\"]", "\"prompt\":[]"),
                of("… several strings", PROMPT, "\"prompt\":[\"a\",\"b\"]", "\"prompt\":[\"a\",7]"),
                of("… token ids", PROMPT, "\"prompt\":[1,2]", "\"prompt\":[-1]"),
                of("… several lists of token ids", PROMPT, "\"prompt\":[[1],[2]]", "\"prompt\":[[]]"),
                more("suffix", "", PROMPT, "\"the end\"", "7"),
                more("max_tokens", "", PROMPT, "7", "-1"),
                more("temperature", "", PROMPT, "0.5", "3"),
                more("top_p", "", PROMPT, "0.5", "2"),
                more("n", "", PROMPT, "2", "129"),
                more("best_of", " above `n`", PROMPT, "3", "21"),
                more("stream", "", PROMPT, "true", "1"),
                of(
                        "`stream_options`",
                        PROMPT + ",\"stream\":true",
                        PROMPT + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}",
                        PROMPT + ",\"stream_options\":{\"include_usage\":true}"),
                more("logprobs", "", PROMPT, "2", "6"),
                more("echo", "", PROMPT, "true", "1"),
                of(
                        "`echo` with `logprobs`",
                        PROMPT + ",\"logprobs\":2",
                        PROMPT + ",\"logprobs\":2,\"echo\":true",
                        PROMPT + ",\"logprobs\":true,\"echo\":true"),
                more("stop", "", PROMPT, "[\"x\"]", "[\"a\",\"b\",\"c\",\"d\",\"e\"]"),
                more("presence_penalty", "", PROMPT, "0.5", "3"),
                more("frequency_penalty", "", PROMPT, "0.5", "3"),
                more("logit_bias", "", PROMPT, "{\"7\":5}", "{\"7\":101}"),
                more("seed", "", PROMPT, "7", "0.5"),
                more("user", "", PROMPT, "\"u\"", "7"),
                more("service_tier", "", PROMPT, "\"flex\"", "\"gold\""),
                more("messages", "", PROMPT, "[" + HI + "]", ""),
                more("deferred", "", PROMPT, "true", "1"),
                more("input", " (guards)", PROMPT, "{\"pii\":\"block\"}", "{\"pii\":\"hide\"}"),
                of("anything else", PROMPT, PROMPT + ",\"no_such_member\":1", ""));
    }

    /** The fields of {@code POST /v1/messages} and {@code /v1/messages/count_tokens}. */
    static List<FieldProbe> messages() {
        return List.of(
                of("`messages`, a text", asked("{\"role\":\"user\",\"content\":\"hi there\"}"), ASKED, asked("")),
                block("text", "\"text\":\"a\"", "\"text\":7"),
                block(
                        "image",
                        "\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}",
                        "\"source\":{}"),
                block(
                        "document",
                        "\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"AAAA\"}",
                        "\"source\":{}"),
                block(
                        "search_result",
                        "\"source\":\"s\",\"title\":\"t\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]",
                        "\"content\":7"),
                of(
                        "… `tool_use`, `tool_result`",
                        ASKED,
                        asked(
                                CALLED
                                        + ",{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_1\",\"content\":\"o\"}]}"),
                        asked(CALLED
                                + ",{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"content\":\"o\"}]}")),
                of(
                        "… `thinking`",
                        ASKED,
                        asked(HI
                                + ",{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":\"AAAA\"},{\"type\":\"text\",\"text\":\"a\"}]},"
                                + HI),
                        asked(HI + ",{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\"}]}")),
                of(
                        "… `redacted_thinking`",
                        ASKED,
                        asked(HI
                                + ",{\"role\":\"assistant\",\"content\":[{\"type\":\"redacted_thinking\",\"data\":\"AAAA\"},{\"type\":\"text\",\"text\":\"a\"}]},"
                                + HI),
                        asked(HI + ",{\"role\":\"assistant\",\"content\":[{\"type\":\"redacted_thinking\"}]}")),
                block("server_tool_use", "\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{}", "\"id\":7"),
                of(
                        "… `cache_control`",
                        asked("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}"),
                        asked(
                                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\",\"cache_control\":{\"type\":\"ephemeral\"}}]}"),
                        ""),
                of(
                        "… `citations`",
                        asked(
                                "{\"role\":\"user\",\"content\":[{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"d\"}}]}"),
                        asked(
                                "{\"role\":\"user\",\"content\":[{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"d\"},\"citations\":{\"enabled\":true}}]}"),
                        ""),
                more("system", "", ASKED, "\"be\"", "7"),
                of("`max_tokens`", ASKED, ASKED.replace("16", "17"), ASKED.replace("16", "0")),
                more("temperature", "", ASKED, "0.5", "1.5"),
                more("top_p", "", ASKED, "0.5", "2"),
                more("top_k", "", ASKED, "5", "-1"),
                more("stop_sequences", "", ASKED, "[\"x\"]", "[\"\"]"),
                more("stream", "", ASKED, "true", "1"),
                more("metadata", "", ASKED, "{\"user_id\":\"u\"}", "{\"user_id\":7}"),
                more("service_tier", "", ASKED, "\"standard_only\"", "\"gold\""),
                of(
                        "`thinking` `enabled`",
                        THINKS,
                        THINKS + ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}",
                        THINKS + ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":4096}"),
                of(
                        "… `adaptive`",
                        THINKS,
                        THINKS + ",\"thinking\":{\"type\":\"adaptive\"}",
                        THINKS + ",\"thinking\":{}"),
                of("… `disabled`", THINKS, THINKS + ",\"thinking\":{\"type\":\"disabled\"}", ""),
                more("output_config", " `effort`", THINKS, "{\"effort\":\"low\"}", "{\"effort\":\"none\"}"),
                more("output_config", " `format`", ASKED, "{\"format\":" + SCHEMA + "}", "{\"format\":{}}"),
                more("output_format", "", ASKED, SCHEMA, "{\"type\":\"json_object\"}"),
                of("`tools`, of the caller's", ASKED, TOOLS, ASKED + ",\"tools\":[{\"name\":\"f\"}]"),
                more(
                        "tools",
                        ", of Anthropic's",
                        ASKED,
                        "[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]",
                        ""),
                of(
                        "`tool_choice` `any`",
                        TOOLS,
                        TOOLS + ",\"tool_choice\":{\"type\":\"any\"}",
                        TOOLS + ",\"tool_choice\":{}"),
                of(
                        "… `tool`",
                        TOOLS,
                        TOOLS + ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"f\"}",
                        TOOLS + ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"g\"}"),
                of("… `none`", TOOLS, TOOLS + ",\"tool_choice\":{\"type\":\"none\"}", ""),
                of(
                        "… `disable_parallel_tool_use`",
                        TOOLS + ",\"tool_choice\":{\"type\":\"auto\"}",
                        TOOLS + ",\"tool_choice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":true}",
                        ""),
                more("container", "", ASKED, "\"c\"", ""),
                more("mcp_servers", "", ASKED, "[{\"type\":\"url\",\"url\":\"https://x\",\"name\":\"n\"}]", ""),
                more("thread", "", ASKED, "{\"type\":\"create\"}", ""),
                more("context_management", "", ASKED, "{\"edits\":[]}", ""),
                more("inference_geo", "", ASKED, "\"us\"", ""),
                more("input", " (guards)", ASKED, "{\"pii\":\"block\"}", "{\"pii\":\"hide\"}"),
                of("anything else", ASKED, ASKED + ",\"no_such_member\":1", ""));
    }

    private static FieldProbe block(String type, String members, String wrong) {
        var block = "{\"role\":\"user\",\"content\":[{\"type\":\"" + type + "\",";
        return of("… `" + type + "`", ASKED, asked(block + members + "}]}"), asked(block + wrong + "}]}"));
    }

    private static String asked(String messages) {
        return "\"max_tokens\":16,\"messages\":[" + messages + "]";
    }
}
