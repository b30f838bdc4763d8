package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Endpoint;
import io.dromedary.api.Guards;
import io.dromedary.api.Media;
import io.dromedary.api.ModelName;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.json.Members;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A chat completion request that has been read once and found sound: the bytes as the client sent them, where its
 * members stand, and what the gateway decides on. What a dialect needs beyond that it takes from {@link #tree()}.
 */
public final class ChatRequest implements ModelRequest {
    /** The largest {@code n}. */
    public static final int MAX_CHOICES = 128;

    private final byte[] body;
    private final Members members;
    private final ModelName model;
    private final Options options;
    private final Traits traits;
    private final Media media;
    private final byte @Nullable [] nativeForm;
    private final @Nullable String beyondChat;

    /** Asked together with this one; all of these have none of their own. */
    private final List<ChatRequest> others;

    ChatRequest(byte[] body, Members members, ModelName model, Options options, Traits traits, Media media) {
        this.body = body;
        this.members = members;
        this.model = model;
        this.options = options;
        this.traits = traits;
        this.media = media;
        this.nativeForm = null;
        this.beyondChat = null;
        this.others = List.of();
    }

    private ChatRequest(
            ChatRequest request, byte @Nullable [] nativeForm, @Nullable String beyondChat, List<ChatRequest> others) {
        this.body = request.body;
        this.members = request.members;
        this.model = request.model;
        this.options = request.options;
        this.traits = request.traits;
        this.media = request.media;
        this.nativeForm = nativeForm;
        this.beyondChat = beyondChat;
        this.others = others;
    }

    /**
     * What the messages and tools hold, for backends that cannot take everything.
     *
     * @param images a message has an {@code image_url} part
     * @param audio a message has an {@code input_audio} part, or audio output is asked for
     * @param files a message has a {@code file} part
     * @param developerRole a message has the role {@code developer}
     * @param contentWithToolCalls a message has both content and tool calls
     * @param prefill the last message is the assistant's, to be continued
     * @param messagesAsText {@code messages} is a string instead of a list
     * @param toolCount how many {@code tools} there are
     * @param customTools a tool's type is other than {@code function}
     * @param toolForced {@code tool_choice} does not leave it to the model whether it calls a tool
     */
    public record Traits(
            boolean images,
            boolean audio,
            boolean files,
            boolean developerRole,
            boolean contentWithToolCalls,
            boolean prefill,
            boolean messagesAsText,
            int toolCount,
            boolean customTools,
            boolean toolForced) {
        /** There is at least one tool. */
        public boolean tools() {
            return toolCount > 0;
        }
    }

    /** The members that the gateway itself acts on, with their defaults where they are absent. */
    record Options(
            boolean stream,
            boolean usageWanted,
            int choices,
            int maxTokens,
            int topLogprobs,
            @Nullable String serviceTier,
            boolean deferred,
            @Nullable Guards guards) {}

    /** The request as it came, UTF-8 JSON, less a byte-order mark. Not to be changed in place: another attempt may read it again. */
    public byte[] body() {
        return body;
    }

    /** The top-level members of {@link #body()}. */
    public Members members() {
        return members;
    }

    /** A member is there and is not null. */
    public boolean has(String member) {
        var index = members.find(member);
        return index >= 0 && body[members.valueStart(index)] != 'n';
    }

    @Override
    public Endpoint endpoint() {
        return Endpoint.CHAT;
    }

    /** The model that the caller named. */
    @Override
    public ModelName model() {
        return model;
    }

    @Override
    public boolean stream() {
        return options.stream();
    }

    /** The caller asked for {@code stream_options.include_usage}. */
    public boolean usageWanted() {
        return options.usageWanted();
    }

    /** How many choices are wanted of all {@linkplain #conversations() conversations}, 1 to {@link #MAX_CHOICES}. */
    @Override
    public int choices() {
        return options.choices() * calls();
    }

    @Override
    public int calls() {
        return 1 + others.size();
    }

    /** The most tokens that one choice may have ({@code max_completion_tokens} or {@code max_tokens}), 0 for unset. */
    @Override
    public int maxTokens() {
        return options.maxTokens();
    }

    /** How many alternatives to each token are wanted ({@code top_logprobs}), 0 to 20. */
    public int topLogprobs() {
        return options.topLogprobs();
    }

    /** The tier that the caller asks for, or null. Whether it may have it is decided elsewhere. */
    @Override
    public @Nullable String serviceTier() {
        return options.serviceTier();
    }

    /** By {@code prompt_cache_key}, else {@code user}. */
    @Override
    public @Nullable String session() {
        var key = has("prompt_cache_key") ? rawValue("prompt_cache_key") : null;
        return key == null && has("user") ? rawValue("user") : key;
    }

    @Override
    public long textBytes() {
        long bytes = Math.max(0, body.length - media.bytes());
        for (var other : others) {
            bytes += other.textBytes();
        }
        return bytes;
    }

    /** The answer is to be fetched later. */
    public boolean deferred() {
        return options.deferred();
    }

    @Override
    public @Nullable Guards guards() {
        return options.guards();
    }

    public Traits traits() {
        return traits;
    }

    /** What the messages hold beside text. */
    @Override
    public Media media() {
        return media;
    }

    /**
     * The same call as a body of the Responses API, for backends that speak it themselves; null where it did not come in
     * over that API. It says everything that the caller said, hosted tools and all the items before this turn included;
     * {@link #body()} is as much of it as chat can say. Dialects of chat take no notice of it. Not to be changed in place.
     */
    public byte @Nullable [] nativeForm() {
        return nativeForm;
    }

    /**
     * Where the caller asks for something that chat has no words for, e.g. {@code tools[1]}, so that only a backend that
     * gets {@link #nativeForm()} can do it; null where chat says it all.
     */
    public @Nullable String beyondChat() {
        return beyondChat;
    }

    /**
     * The request with a native form beside it, all of which chat can say as well.
     *
     * @param responsesBody UTF-8 JSON, one object: the body of {@code POST /v1/responses} with {@code input} as the list of
     *     all items, those of earlier turns first
     */
    public ChatRequest withNativeForm(byte[] responsesBody) {
        return withNativeForm(responsesBody, null);
    }

    /**
     * The request with a native form beside it.
     *
     * @param responsesBody as of {@link #withNativeForm(byte[])}
     * @param beyondChat the member, by its path in the native form, that only a backend can honour which gets that form:
     *     others refuse the call with it as the {@code param}; null where every backend will do
     */
    public ChatRequest withNativeForm(byte[] responsesBody, @Nullable String beyondChat) {
        return new ChatRequest(this, responsesBody, beyondChat, others);
    }

    /**
     * This request and others that are answered together: the choices of the first come first, and each has as many. They
     * succeed and fail as one; {@link #body()}, members and traits are the first one's.
     *
     * @param more of the same model and with the same members, but for what is said
     */
    public ChatRequest besides(List<ChatRequest> more) {
        return new ChatRequest(this, nativeForm, beyondChat, List.copyOf(more));
    }

    /** The requests that this one consists of, each to be answered by itself: itself alone, mostly. */
    public List<ChatRequest> conversations() {
        return others.isEmpty()
                ? List.of(this)
                : Stream.concat(Stream.of(besides(List.of())), others.stream()).toList();
    }

    /** The request parsed anew as a tree, for dialects that translate. The caller owns the tree. */
    public ObjectNode tree() {
        return Json.object(body);
    }

    /**
     * The request for one choice of its own alone, to be asked for beside the others: without {@code n}, and where the caller
     * gave a {@code seed} with one of its own, or all choices would be equal. Every other byte is the caller's. The native
     * form stays, which is of one choice anyway, with that seed.
     *
     * @param choice which one, from 0
     */
    public ChatRequest single(int choice) {
        var edits = members.edit(body).remove("n");
        var spoken = nativeForm;
        if (has("seed")) {
            var seed = Long.parseLong(Objects.requireNonNull(rawValue("seed"))) + choice;
            edits.set("seed", Long.toString(seed));
            spoken = spoken == null ? null : Json.bytes(Json.object(spoken).put("seed", seed));
        }
        return new ChatRequest(ChatRequestReader.read(edits.toBytes()), spoken, beyondChat, List.of());
    }

    /**
     * The same request asking for a stream with usage, read anew: every byte but those of {@code stream} and {@code
     * stream_options} is the caller's. The request itself where it asks for that already. The native form stays as it is:
     * whether a stream is wanted is never taken from there.
     *
     * @throws RefusedException where a body at the very limit of what is read has no room for the two members
     */
    public ChatRequest streamed() {
        return stream() && usageWanted()
                ? this
                : new ChatRequest(
                        StreamedRequest.of(this),
                        nativeForm,
                        beyondChat,
                        others.stream().map(ChatRequest::streamed).toList());
    }

    /**
     * The request to go on with an answer that broke off, for backends that continue a message of the assistant's, read
     * anew: the text so far stands last, joined to a message of the assistant's that the caller has left to be continued,
     * and the limits to tokens are lower by those spent, 1 at least. Of one choice, which is what can be continued. It has no
     * native form, which does not know of the text so far: a backend that would get one is sent a translation of this. What
     * is {@link #beyondChat()} stays so, and keeps the call from being continued without it.
     *
     * @param textSoFar what was shown of the answer
     * @param tokensSpent how many tokens that was
     * @throws RefusedException where a body at the very limit of what is read has no room for the text
     */
    public ChatRequest continued(String textSoFar, long tokensSpent) {
        return new ChatRequest(new ContinuedRequest(this).with(textSoFar, tokensSpent), null, beyondChat, List.of());
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
                        StandardCharsets.UTF_8);
    }
}
