package io.dromedary.api.messages;

import io.dromedary.api.chat.ModelCheck;
import io.dromedary.api.error.ErrorShape;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks a request of the Messages API: one pass over its bytes for the checks, one that builds its tree.
 *
 * <p>Null stands for absent wherever a member is optional. Members that the contract does not know are left alone here, and
 * named to the caller as dropped. The first fault in the order of the text is the one reported; rules between members come
 * last.
 */
public final class MessagesRequestReader {
    private static final List<String> ROLES = List.of("user", "assistant", "system");
    private static final List<String> TIERS =
            List.of("auto", "standard_only", "default", "flex", "priority", "scale", "fast", "no-limit");
    private static final List<String> THINKING = List.of("enabled", "disabled", "adaptive");
    private static final List<String> EFFORTS = List.of("low", "medium", "high", "xhigh", "max");
    private static final int MAX_USER_ID = 512;
    private static final int MAX_STOPS = 4;
    private static final int LEAST_BUDGET = 1024;

    private final Cursor at;
    private final BlocksCheck blocks;
    private final MessageToolsCheck tools;
    private boolean model;
    private boolean messages;
    private long maxTokens;
    private long budget;
    private @Nullable String thinking;

    private MessagesRequestReader(Cursor at) {
        this.at = at;
        this.blocks = new BlocksCheck(at);
        this.tools = new MessageToolsCheck(at);
    }

    /**
     * Reads a request for a message.
     *
     * @param body the whole body as the client sent it
     * @throws RefusedException 400 with the {@code param} that is wrong and how to mend it
     */
    public static MessagesRequest read(byte[] body) {
        return read(body, true);
    }

    /** Reads a request to count its tokens, which says nothing of how many the answer may have. */
    public static MessagesRequest readCount(byte[] body) {
        return read(body, false);
    }

    private static MessagesRequest read(byte[] body, boolean answered) {
        try (var at = Cursor.open(body)) {
            new MessagesRequestReader(at).check(answered);
            return new MessagesRequest(Json.object(at.body()));
        }
    }

    private void check(boolean answered) {
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            member(name);
        }
        at.finish();
        if (!model) {
            throw Faults.missing("model");
        }
        if (!messages) {
            throw Faults.missing("messages");
        }
        if (answered && maxTokens == 0) {
            throw Faults.missing("max_tokens");
        }
        thinkingVerified(answered);
        tools.verify();
    }

    private void member(String name) {
        switch (name) {
            case "model" -> {
                ModelCheck.read(at);
                model = true;
            }
            case "messages" -> {
                messages();
                messages = true;
            }
            case "system" -> blocks.content(BlocksCheck.SYSTEM, "the system prompt");
            case "max_tokens" -> maxTokens = at.integer(1, Integer.MAX_VALUE);
            case "temperature", "top_p" -> at.number(0, 1);
            case "top_k" -> at.integer(0, Integer.MAX_VALUE);
            case "stop_sequences" -> stops();
            case "stream" -> at.bool();
            case "metadata" -> metadata();
            case "service_tier" -> at.oneOf(TIERS);
            case "thinking" -> thinking();
            case "output_config" -> outputConfig();
            case "output_format" -> format();
            case "tools" -> tools.read();
            case "tool_choice" -> tools.choice();
            case "container" ->
                throw unsupported(
                        "Containers run at Anthropic alone: leave it out, and run code by a tool of your own.");
            case "mcp_servers" -> mcpServers();
            case "thread" -> thread();
            default -> at.skip();
        }
    }

    private RefusedException unsupported(String why) {
        return Faults.at(at.path(), "unsupported_parameter", "Unsupported parameter: '%s'. " + why);
    }

    private void messages() {
        at.beginArray("an array of messages");
        var count = 0;
        while (at.element()) {
            message();
            count++;
        }
        if (count == 0) {
            throw Faults.emptyArray(at.path());
        }
    }

    private void message() {
        @Nullable String role = null;
        var content = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "role" -> role = at.oneOf(ROLES);
                case "content" -> {
                    blocks.read();
                    content = true;
                }
                default -> at.skip();
            }
        }
        if (role == null) {
            throw Faults.missing(at.path("role"));
        }
        if (!content) {
            throw Faults.missing(at.path("content"));
        }
        blocks.verify(
                switch (role) {
                    case "user" -> BlocksCheck.USER;
                    case "assistant" -> BlocksCheck.ASSISTANT;
                    default -> BlocksCheck.SYSTEM;
                },
                "content",
                "a message of the role '" + role + "'");
    }

    private void stops() {
        at.beginArray("an array of strings");
        var count = 0;
        while (at.element()) {
            at.filled();
            count++;
        }
        if (count > MAX_STOPS) {
            throw Faults.longArray(at.path(), MAX_STOPS, count);
        }
    }

    private void metadata() {
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            if (name.equals("user_id")) {
                at.string(MAX_USER_ID);
            } else {
                at.skip();
            }
        }
    }

    private void mcpServers() {
        at.beginArray("an array of objects");
        if (at.element()) {
            throw Faults.at(
                    "mcp_servers",
                    "unsupported_parameter",
                    "Unsupported parameter: '%s'. Servers of tools are called by Anthropic alone: leave it out, and declare"
                            + " their tools in 'tools'.");
        }
    }

    /** Left out of a request that goes on with a thread, it would leave all of the conversation out. */
    private void thread() {
        if (at.atNull()) {
            at.skip();
            return;
        }
        throw Faults.at(
                at.path(),
                ErrorShape.NO_THREADS,
                "Unsupported parameter: '%s'. No conversation is held here: leave it out, and send all messages each time.");
    }

    private void thinking() {
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> thinking = at.oneOf(THINKING);
                case "budget_tokens" -> budget = at.integer(LEAST_BUDGET, Integer.MAX_VALUE);
                default -> at.skip();
            }
        }
        if (thinking == null) {
            throw Faults.missing(at.path("type"));
        }
    }

    private void thinkingVerified(boolean answered) {
        if (!"enabled".equals(thinking)) {
            return;
        }
        if (budget == 0) {
            throw Faults.missing("thinking.budget_tokens");
        }
        if (answered && budget >= maxTokens) {
            throw Faults.at(
                    "thinking.budget_tokens",
                    "invalid_value",
                    "Invalid '%s': it must be less than 'max_tokens', which the answer shares with it.");
        }
    }

    private void outputConfig() {
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "effort" -> at.oneOf(EFFORTS);
                case "format" -> format();
                default -> at.skip();
            }
        }
    }

    private void format() {
        var typed = false;
        var schema = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> {
                    at.oneOf(List.of("json_schema"));
                    typed = true;
                }
                case "schema" -> {
                    at.object();
                    schema = true;
                }
                default -> at.skip();
            }
        }
        if (!typed) {
            throw Faults.missing(at.path("type"));
        }
        if (!schema) {
            throw Faults.missing(at.path("schema"));
        }
    }
}
