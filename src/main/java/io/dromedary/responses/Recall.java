package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.Loop;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Faults;
import io.dromedary.api.responses.CallIds;
import io.dromedary.api.responses.ChatForm;
import io.dromedary.api.responses.ItemIds;
import io.dromedary.api.responses.NativeForm;
import io.dromedary.api.responses.ResponseObject;
import io.dromedary.api.responses.ResponseRequest;
import io.dromedary.api.responses.Truncation;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Begins turns: finds what they continue and what they refer to, and makes one chat request of all of it. */
public final class Recall {
    private static final String REFERENCE = "item_reference";
    private static final History NONE = new History(List.of(), List.of());

    private final ResponseTurn.Shared shared;
    private final Compaction compaction;
    private final Attachments attachments;
    private final Ids ids;

    public Recall(
            ResponseMemory memory,
            Conversations conversations,
            Compaction compaction,
            Attachments attachments,
            Ids ids,
            InstantSource clock) {
        this.shared = new ResponseTurn.Shared(
                memory, conversations, memory.background(conversations, ids), new Together(), clock);
        this.compaction = compaction;
        this.attachments = attachments;
        this.ids = ids;
    }

    /**
     * Where a turn begins.
     *
     * @param project that asks
     * @param local the turn that its connection remembers, or null
     * @param windowBytes how much of the input {@code truncation: auto} leaves; 0 where nobody knows
     * @param nativelyServed a backend that may answer speaks the Responses API itself; also where nobody may, for there is
     *     nothing to refuse then
     * @param loop the call's event loop
     */
    public record Start(
            String project, @Nullable ResponseTurn local, long windowBytes, boolean nativelyServed, Loop loop) {}

    /**
     * A response is to be made.
     *
     * @return fails with {@link RefusedException} for what is wrong with the request: 404 for a turn, a conversation or an
     *     item that is not there for this project, 400 for an output without its call and for what no backend of the model
     *     can do, 503 while the store cannot be used
     */
    public CompletionStage<ResponseTurn> response(ResponseRequest request, Start start) {
        check(request, start);
        var id = ids.dated("resp_");
        return Bare.of(both(request, start).thenCompose(both -> {
            var before = both.before;
            var names = ItemIds.ofResponse(id);
            CallIds.check(before.items(), both.input);
            var named = named(both.input, before.items(), names);
            var model = request.model();
            var object = ResponseObject.of(
                    request, id, shared.clock().instant().getEpochSecond(), model == null ? "" : model.value());
            var facts = new ResponseTurn.Facts(start.project, request, object, names, before, named, null);
            return asked(request, before.items(), named, start)
                    .thenApply(chat -> new ResponseTurn(shared, facts, chat, start.loop));
        }));
    }

    /** What was before, and the input with its references resolved. */
    private record Both(History before, List<ObjectNode> input) {}

    private CompletionStage<Both> both(ResponseRequest request, Start start) {
        return before(request, start).thenCombine(resolved(request.input(), start.project), Both::new);
    }

    /**
     * An attempt is to be made at a response that was queued: it has its id, and its items theirs.
     *
     * @return fails as {@link #response} does, for what it continues may be gone since
     */
    public CompletionStage<ResponseTurn> attempt(ResponseRequest request, Start start, BackgroundRun run) {
        checkServed(request, start);
        var queued = run.response();
        return Bare.of(before(request, start).thenCompose(before -> {
            var model = request.model();
            var object = ResponseObject.of(
                    request,
                    queued.id(),
                    queued.response().path("created_at").asLong(),
                    model == null ? "" : model.value());
            var names = ItemIds.ofResponse(queued.id());
            var facts = new ResponseTurn.Facts(start.project, request, object, names, before, queued.input(), run);
            return asked(request, before.items(), queued.input(), start)
                    .thenApply(chat -> new ResponseTurn(shared, facts, chat, start.loop));
        }));
    }

    /** Responses that nobody waits for. */
    public BackgroundResponses background() {
        return shared.background();
    }

    /** What the request would cost, as a chat request. Nothing is begun. */
    public CompletionStage<ChatRequest> counted(ResponseRequest request, Start start) {
        checkServed(request, start);
        return Bare.of(both(request, start)
                .thenCompose(both -> items(request, both.before.items(), both.input, start))
                .thenApply(items -> ChatForm.read(request, items)));
    }

    /** A history is to be made short. */
    public CompletionStage<CompactionTurn> compaction(ResponseRequest request, Start start) {
        checkServed(request, start);
        return Bare.of(both(request, start).thenApply(both -> {
            var items = opened(start.project, both.before.items(), both.input);
            var chat = ChatRequestReader.read(Compaction.chatBody(request.body(), items));
            return new CompactionTurn(compaction, start.project, items, chat);
        }));
    }

    private static void checkServed(ResponseRequest request, Start start) {
        if (!start.nativelyServed) {
            request.refuseBeyondChat();
        }
    }

    private static void check(ResponseRequest request, Start start) {
        checkServed(request, start);
        if (request.conversationId() != null && !request.store()) {
            throw Faults.at(
                    "store",
                    "invalid_value",
                    "Invalid '%s': a conversation keeps what is said in it. Leave 'store' out, or 'conversation'.");
        }
        if (start.local != null && request.store()) {
            throw Faults.at(
                    "store",
                    "invalid_value",
                    "Invalid '%s': the previous response is not stored, so that a stored one cannot continue it. Set"
                            + " 'store' to false.");
        }
    }

    private CompletionStage<History> before(ResponseRequest request, Start start) {
        if (start.local != null) {
            return CompletableFuture.completedStage(start.local.history());
        }
        var previous = request.previousResponseId();
        if (previous != null) {
            return shared.memory().history(start.project, previous).thenApply(history -> {
                if (history == null) {
                    throw new RefusedException(new Refusal.NotFound(
                            "Previous response with id '" + previous + "' not found.",
                            "previous_response_id",
                            "previous_response_not_found"));
                }
                return history;
            });
        }
        var conversation = request.conversationId();
        if (conversation != null) {
            return shared.conversations().items(start.project, conversation).thenApply(items -> {
                if (items == null) {
                    throw Conversations.notFound(conversation, "conversation");
                }
                return new History(List.of(), items);
            });
        }
        return CompletableFuture.completedStage(NONE);
    }

    /** Each reference as the item that it stands for. */
    private CompletionStage<List<ObjectNode>> resolved(List<ObjectNode> input, String project) {
        Map<String, CompletableFuture<@Nullable ObjectNode>> wanted = new HashMap<>();
        for (var item : input) {
            if (isReference(item)) {
                wanted.computeIfAbsent(
                        item.path("id").asText(), id -> find(project, id).toCompletableFuture());
            }
        }
        if (wanted.isEmpty()) {
            return CompletableFuture.completedStage(input);
        }
        return CompletableFuture.allOf(wanted.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> {
                    List<ObjectNode> whole = new ArrayList<>(input.size());
                    for (var i = 0; i < input.size(); i++) {
                        var item = input.get(i);
                        whole.add(isReference(item) ? found(wanted, item, i) : item);
                    }
                    return whole;
                });
    }

    private static ObjectNode found(
            Map<String, CompletableFuture<@Nullable ObjectNode>> wanted, ObjectNode reference, int at) {
        var id = reference.path("id").asText();
        var stage = wanted.get(id);
        var item = stage == null ? null : stage.join();
        if (item == null) {
            throw itemNotFound(id, "input[" + at + "].id");
        }
        return item;
    }

    /** 404: a reference to an item that is not there for this project. */
    static RefusedException itemNotFound(String id, String path) {
        return new RefusedException(
                new Refusal.NotFound("Item with id '" + id + "' not found.", path, "item_not_found"));
    }

    /** An item of a stored response, or of a conversation. */
    public CompletionStage<@Nullable ObjectNode> find(String project, String item) {
        return shared.memory()
                .item(project, item)
                .thenCompose(found -> found != null
                        ? CompletableFuture.completedStage(found)
                        : shared.conversations().getItem(project, item));
    }

    private static boolean isReference(ObjectNode item) {
        return item.path("type").asText().equals(REFERENCE);
    }

    /** Items that came without an id, or with one that is taken, get one. */
    private static List<ObjectNode> named(List<ObjectNode> input, List<ObjectNode> before, ItemIds names) {
        var taken = new HashSet<String>();
        before.forEach(item -> taken.add(item.path("id").asText()));
        var own = KeptItem.ids(input, names, taken);
        List<ObjectNode> named = new ArrayList<>(input.size());
        for (var i = 0; i < input.size(); i++) {
            named.add(KeptItem.of(input.get(i), own.get(i)));
        }
        return named;
    }

    private List<ObjectNode> opened(String project, List<ObjectNode> before, List<ObjectNode> input) {
        List<ObjectNode> items = new ArrayList<>(before.size() + input.size());
        items.addAll(compaction.opened(project, before, "input"));
        items.addAll(compaction.opened(project, input, "input"));
        return items;
    }

    /** What the backends are asked: in words of chat, and in the caller's own for those who understand them. */
    private CompletionStage<ChatRequest> asked(
            ResponseRequest request, List<ObjectNode> before, List<ObjectNode> input, Start start) {
        return items(request, before, input, start).thenApply(items -> {
            var chat = ChatForm.read(request, items);
            return start.nativelyServed
                    ? chat.withNativeForm(NativeForm.of(request, items), request.beyondChat())
                    : chat;
        });
    }

    private CompletionStage<List<ObjectNode>> items(
            ResponseRequest request, List<ObjectNode> before, List<ObjectNode> input, Start start) {
        var all = opened(start.project, before, input);
        var items = start.windowBytes > 0
                        && request.body().path("truncation").asText().equals("auto")
                ? Truncation.fit(all, start.windowBytes)
                : all;
        return attachments.in(start.project, items, Math.max(0, items.size() - input.size()));
    }
}
