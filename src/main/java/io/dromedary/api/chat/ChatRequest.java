package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.ModelName;
import io.dromedary.api.json.Json;
import io.dromedary.api.json.Members;
import org.jspecify.annotations.Nullable;

/**
 * A chat completion request that has been read once and found sound: the bytes as the client sent them, where its
 * members stand, and what the gateway decides on. What a dialect needs beyond that it takes from {@link #tree()}.
 */
public final class ChatRequest {
    private final byte[] body;
    private final Members members;
    private final ModelName model;
    private final boolean stream;
    private final boolean usageWanted;
    private final int choices;
    private final Traits traits;

    ChatRequest(
            byte[] body,
            Members members,
            ModelName model,
            boolean stream,
            boolean usageWanted,
            int choices,
            Traits traits) {
        this.body = body;
        this.members = members;
        this.model = model;
        this.stream = stream;
        this.usageWanted = usageWanted;
        this.choices = choices;
        this.traits = traits;
    }

    /**
     * What the messages and tools hold, for backends that cannot take everything.
     *
     * @param images a message has an {@code image_url} part
     * @param audio a message has an {@code input_audio} part, or audio output is asked for
     * @param files a message has a {@code file} part
     * @param tools there is at least one tool
     * @param customTools a tool's type is other than {@code function}
     * @param messagesAsText {@code messages} is a string instead of a list
     */
    public record Traits(
            boolean images, boolean audio, boolean files, boolean tools, boolean customTools, boolean messagesAsText) {}

    /** The request as it came, UTF-8 JSON. Not to be changed in place: another attempt may read it again. */
    public byte[] body() {
        return body;
    }

    /** The top-level members of {@link #body()}. */
    public Members members() {
        return members;
    }

    public boolean has(String member) {
        return members.has(member);
    }

    /** The model that the caller named. */
    public ModelName model() {
        return model;
    }

    public boolean stream() {
        return stream;
    }

    /** The caller asked for {@code stream_options.include_usage}. */
    public boolean usageWanted() {
        return usageWanted;
    }

    /** How many choices are wanted ({@code n}), 1 to 128. */
    public int choices() {
        return choices;
    }

    public Traits traits() {
        return traits;
    }

    /** The request parsed anew as a tree, for dialects that translate. The caller owns the tree. */
    public ObjectNode tree() {
        return Json.object(body);
    }

    /** The text of a member's value as it stands in the body, or null. */
    public @Nullable String rawValue(String member) {
        var index = members.find(member);
        return index < 0
                ? null
                : new String(
                        body,
                        members.valueStart(index),
                        members.valueEnd(index) - members.valueStart(index),
                        java.nio.charset.StandardCharsets.UTF_8);
    }
}
