package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Loop;
import io.dromedary.api.Reply;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.front.WholeAnswer;
import io.dromedary.api.json.Json;
import io.dromedary.api.responses.Answer;
import io.dromedary.api.responses.ItemIds;
import io.dromedary.api.responses.ResponseError;
import io.dromedary.api.responses.ResponseEvents;
import io.dromedary.api.responses.ResponseObject;
import io.dromedary.api.responses.ResponseRequest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One response, from its request to its last event. */
public final class ResponseTurn implements Turn {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseTurn.class);

    /** What all turns share. */
    record Shared(
            ResponseMemory memory,
            Conversations conversations,
            BackgroundResponses background,
            Together together,
            InstantSource clock) {}

    /**
     * What a turn is about.
     *
     * @param project that asks
     * @param object of its response
     * @param ids names its items
     * @param before what it continues
     * @param input its own items, with their ids
     * @param run the attempt that it is, where nobody waits for it; null where somebody does, and before it is queued
     */
    record Facts(
            String project,
            ResponseRequest request,
            ResponseObject object,
            ItemIds ids,
            History before,
            List<ObjectNode> input,
            @Nullable BackgroundRun run) {}

    private final Shared shared;
    private final Facts facts;
    private final ChatRequest chat;
    private final Loop loop;
    private boolean begun;
    private Runnable whole = () -> {};
    private List<ObjectNode> output = List.of();

    ResponseTurn(Shared shared, Facts facts, ChatRequest chat, Loop loop) {
        this.shared = shared;
        this.facts = facts;
        this.chat = chat;
        this.loop = loop;
    }

    @Override
    public ChatRequest chat() {
        return chat;
    }

    /** Of its response. */
    public String id() {
        return facts.object.id();
    }

    /** It is kept where others find it. */
    public boolean stored() {
        return facts.request.store();
    }

    /** @param told when the answer is whole and about to go out */
    public void whenWhole(Runnable told) {
        whole = told;
    }

    /** What a turn after this one continues, where nobody else knows of it. */
    History history() {
        var items = new ArrayList<>(facts.before.items());
        items.addAll(facts.input);
        items.addAll(output);
        return new History(facts.before.ancestors(), items);
    }

    /**
     * Keeps it for later, where others find it from then on.
     *
     * @return as it is shown
     */
    public CompletionStage<ObjectNode> queue() {
        var queued = facts.object.queued();
        return shared.background.queue(record(queued)).thenApply(any -> queued);
    }

    @Override
    public CompletionStage<Reply> answered(Reply answer) {
        var run = facts.run;
        if (run != null) {
            return background(answer, run);
        }
        return switch (answer) {
            case Reply.Whole whole -> whole(whole.body());
            case Reply.Events events ->
                CompletableFuture.completedStage(
                        new Reply.Events(new TurnStream(this, events(), events.source(), loop)));
            case Reply.Content content ->
                CompletableFuture.failedStage(
                        new IllegalStateException("a backend's answer is neither whole nor events"));
        };
    }

    private CompletionStage<Reply> background(Reply answer, BackgroundRun run) {
        if (!(answer instanceof Reply.Events events)) {
            return CompletableFuture.failedStage(
                    new IllegalStateException("a response in the background was answered as a whole"));
        }
        return CompletableFuture.completedStage(new Reply.Events(new BackgroundStream(
                shared.background, run, record(facts.object.inProgress()), this::eventsAfter, events.source(), loop)));
    }

    /** Ids are different from those that others have given, of which each event has two at most. */
    private ResponseEvents eventsAfter(ResponseEvents.Begin begin) {
        var names = ItemIds.ofResponse(id(), 2 * (facts.input.size() + begin.sequence()));
        return ResponseEvents.after(begin, facts.object, facts.request, names, this::now);
    }

    private ResponseEvents events() {
        return new ResponseEvents(facts.object, facts.request, facts.ids, this::now);
    }

    private CompletionStage<Reply> whole(byte[] completion) {
        var answer = Answer.of(WholeAnswer.read(completion), facts.ids, facts.request);
        var response = facts.object.ended(answer, now());
        var json = Json.bytes(response);
        return keep(response, json).thenApply(done -> Reply.Whole.json(200, json));
    }

    /**
     * A response that failed is kept as one, where it is to be kept: with a stream the caller is told by its events, else by
     * the error.
     */
    @Override
    public CompletionStage<Reply> refused(Refusal refusal, Reply.Whole told, boolean begun) {
        if (facts.run != null) {
            return CompletableFuture.completedStage(told);
        }
        var failed = refusal instanceof Refusal.BackendsFailed;
        if (facts.request.stream() && (failed || begun)) {
            return CompletableFuture.completedStage(new Reply.Events(TurnStream.failed(this, events(), refusal, loop)));
        }
        if (!failed) {
            return CompletableFuture.completedStage(told);
        }
        return keep(facts.object.failed(ResponseError.of(refusal), Answer.none()))
                .handle((done, failure) -> {
                    if (failure != null) {
                        LOG.warn("{} failed, and could not be kept as failed", id(), failure);
                    }
                    return told;
                });
    }

    /** Lets others find it while it runs; nothing where it is not to be kept. */
    CompletionStage<Void> begin() {
        begun = true;
        return stored()
                ? shared.memory.begin(record(facts.object.inProgress()))
                : CompletableFuture.completedStage(null);
    }

    /** It has no end that is kept. */
    void forget() {
        if (stored()) {
            shared.memory.abandon(id());
        }
    }

    /** Where its events are written down, or null where they are not to be. */
    @Nullable
    Recording recording() {
        return stored() ? shared.memory.events().record(id()) : null;
    }

    /** Others read its events now. */
    CompletionStage<Boolean> isFollowed() {
        return stored() ? shared.memory.events().isFollowed(id()) : CompletableFuture.completedStage(false);
    }

    /**
     * Keeps how it ended, where it is to be kept, and adds it to its conversation.
     *
     * @return fails with {@link RefusedException} 503 where the store does not take it
     */
    CompletionStage<Void> keep(ObjectNode response) {
        return keep(response, null);
    }

    /** @param json the response as it is told, where that is known already */
    private CompletionStage<Void> keep(ObjectNode response, byte @Nullable [] json) {
        if (!stored()) {
            if (!is("failed", response)) {
                output = StoredResponse.objects(response.path("output"));
                whole.run();
            }
            return CompletableFuture.completedStage(null);
        }
        var record = record(response);
        return (begun
                        ? shared.memory.store(record)
                        : shared.together.begin(loop, () -> shared.memory.storeNew(record, json)))
                .thenCompose(done -> converse(response))
                .handle((done, failure) -> {
                    if (failure == null) {
                        return null;
                    }
                    LOG.error("{} could not be kept", id(), failure);
                    throw new RefusedException(new Refusal.Unavailable(
                            "The response was made, but the store that keeps responses does not take it now. Try again a"
                                    + " little later, or with 'store' set to false.",
                            "store_unavailable"));
                });
    }

    private static boolean is(String status, ObjectNode response) {
        return response.path("status").asText().equals(status);
    }

    private CompletionStage<?> converse(ObjectNode response) {
        var conversation = facts.request.conversationId();
        if (conversation == null || !is("completed", response)) {
            return CompletableFuture.completedStage(null);
        }
        var said = new ArrayList<>(facts.input);
        said.addAll(StoredResponse.objects(response.path("output")));
        return shared.conversations.append(facts.project, conversation, id(), said);
    }

    private StoredResponse record(ObjectNode response) {
        return new StoredResponse(
                id(),
                facts.project,
                Lineage.of(facts.before.ancestors()),
                facts.request.conversationId(),
                facts.input,
                response);
    }

    private long now() {
        return shared.clock.instant().getEpochSecond();
    }
}
