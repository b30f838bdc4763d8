package io.dromedary.testing;

import io.dromedary.api.json.JsonText;
import org.jspecify.annotations.Nullable;

/** Data of the events of a chat completion's stream, in OpenAI's shape. */
public final class ChatEvents {
    public static final String DONE = "[DONE]";

    private ChatEvents() {}

    /** What a stream begins with. */
    public static String role() {
        return chunk("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", null);
    }

    public static String text(String text) {
        return chunk("{\"content\":" + JsonText.quote(text) + "}", null);
    }

    /** The beginning of a tool's call: all but its arguments. */
    public static String call(String id, String name) {
        return chunk(
                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":" + JsonText.quote(id)
                        + ",\"type\":\"function\",\"function\":{\"name\":" + JsonText.quote(name)
                        + ",\"arguments\":\"\"}}]}",
                null);
    }

    /** A piece of the arguments of the call that was begun. */
    public static String arguments(String piece) {
        return chunk(
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + JsonText.quote(piece) + "}}]}", null);
    }

    public static String finish(String reason) {
        return chunk("{}", reason);
    }

    /** The chunk that has usage and no choice. */
    public static String usage(int prompt, int completion) {
        return envelope("[]", "," + usageMember(prompt, completion));
    }

    /** The member {@code usage} of a body or a chunk. */
    public static String usageMember(int prompt, int completion) {
        return "\"usage\":{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion + ",\"total_tokens\":"
                + (prompt + completion) + "}";
    }

    /** An error instead of a chunk. */
    public static String error(String message) {
        return "{\"error\":{\"message\":" + JsonText.quote(message)
                + ",\"type\":\"server_error\",\"param\":null,\"code\":null}}";
    }

    private static String chunk(String delta, @Nullable String finishReason) {
        return envelope(
                "[{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":"
                        + JsonText.quote(finishReason) + "}]",
                "");
    }

    private static String envelope(String choices, String more) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"scripted\","
                + "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_1\",\"choices\":" + choices + more + "}";
    }
}
