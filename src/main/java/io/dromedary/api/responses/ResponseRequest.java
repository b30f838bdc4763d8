package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.ModelName;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request to create a response, read and checked. Nobody changes the trees that it gives out. */
public final class ResponseRequest {
    private final ObjectNode body;
    private final List<ObjectNode> input;
    private final @Nullable Refusal unlessNative;

    /** One that every backend can serve. */
    ResponseRequest(ObjectNode body, List<ObjectNode> input) {
        this(body, input, null);
    }

    /**
     * One that has been checked.
     *
     * @param body as the client sent it
     * @param input its items, each with its {@code type}; text alone stands for one message of the user's
     * @param unlessNative names what only a backend can do that speaks the Responses API itself; null where there is
     *     nothing like that
     */
    ResponseRequest(ObjectNode body, List<ObjectNode> input, @Nullable Refusal unlessNative) {
        this.body = body;
        this.input = List.copyOf(input);
        this.unlessNative = unlessNative;
    }

    /** The same with what a prompt template adds. */
    ResponseRequest filled(ObjectNode newBody, List<ObjectNode> newInput) {
        return new ResponseRequest(newBody, newInput, unlessNative);
    }

    /** All of it, as the client sent it; the model and the instructions that a prompt template adds are in it too. */
    public ObjectNode body() {
        return body;
    }

    /** What is new in this turn; none where there is none. */
    public List<ObjectNode> input() {
        return input;
    }

    /**
     * The path, in what the caller sent, of the first thing that only a backend can do which speaks the Responses API
     * itself, e.g. {@code tools[1].type}; null where any backend will do.
     */
    public @Nullable String beyondChat() {
        return unlessNative == null ? null : unlessNative.param();
    }

    /**
     * To be asked where no backend speaks the Responses API itself.
     *
     * @throws RefusedException 400 with {@link #beyondChat()}, where that is not null
     */
    public void refuseBeyondChat() {
        if (unlessNative != null) {
            throw new RefusedException(unlessNative);
        }
    }

    /** The model that the caller named; null where a prompt template is to say it. */
    public @Nullable ModelName model() {
        var name = text("model");
        return name == null ? null : new ModelName(name);
    }

    public boolean stream() {
        return body.path("stream").asBoolean(false);
    }

    /** It is to be kept; so where the caller does not say. */
    public boolean store() {
        return body.path("store").asBoolean(true);
    }

    public boolean background() {
        return body.path("background").asBoolean(false);
    }

    /** The turn before this one, or null. */
    public @Nullable String previousResponseId() {
        return text("previous_response_id");
    }

    /** The conversation that it belongs to, or null. */
    public @Nullable String conversationId() {
        var conversation = body.path("conversation");
        return conversation.isObject() ? conversation.path("id").textValue() : conversation.textValue();
    }

    public @Nullable String instructions() {
        return text("instructions");
    }

    /** One of the words in {@code include}. */
    public boolean includes(String what) {
        for (var word : body.path("include")) {
            if (word.asText().equals(what)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable String text(String member) {
        return body.path(member).textValue();
    }
}
