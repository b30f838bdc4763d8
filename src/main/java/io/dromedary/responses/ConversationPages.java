package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the paths under {@code /v1/conversations} take and give. A body that is wrong is refused at once, with a {@link
 * RefusedException} that is thrown; whatever has to be looked up first fails the stage with one: 404 for what is not there
 * for this project.
 */
public final class ConversationPages {
    private static final String REFERENCE = "item_reference";

    private final Conversations conversations;
    private final InputItems reader;
    private final ItemReferences references;

    public ConversationPages(Conversations conversations, InputItems reader, ItemReferences references) {
        this.conversations = conversations;
        this.reader = reader;
        this.references = references;
    }

    /** {@code POST /v1/conversations}. */
    public CompletionStage<byte[]> create(String project, byte[] body) {
        var request = ConversationRequest.create(body, reader);
        return Bare.of(whole(project, request.items())
                .thenCompose(items -> conversations.create(project, request.metadata(), items))
                .thenApply(Json::bytes));
    }

    /** {@code GET /v1/conversations/{id}}. */
    public CompletionStage<byte[]> get(String project, String id) {
        return shown(id, conversations.get(project, id));
    }

    /** {@code POST /v1/conversations/{id}}. */
    public CompletionStage<byte[]> update(String project, String id, byte[] body) {
        var request = ConversationRequest.update(body, reader);
        return shown(id, conversations.update(project, id, request.metadata()));
    }

    /** {@code DELETE /v1/conversations/{id}}. */
    public CompletionStage<byte[]> delete(String project, String id) {
        return shown(id, conversations.delete(project, id).thenApply(there -> there ? deleted(id) : null));
    }

    /** {@code POST /v1/conversations/{id}/items}. */
    public CompletionStage<byte[]> addItems(String project, String id, byte[] body) {
        var request = ConversationRequest.add(body, reader);
        return shown(
                id, whole(project, request.items()).thenCompose(items -> conversations.addItems(project, id, items)));
    }

    /** {@code GET /v1/conversations/{id}/items}. */
    public CompletionStage<byte[]> listItems(String project, String id, PageRequest wanted) {
        return shown(id, conversations.listItems(project, id, wanted));
    }

    /** {@code GET /v1/conversations/{id}/items/{item}}. */
    public CompletionStage<byte[]> getItem(String project, String id, String item) {
        return shown(id, item, conversations.getItem(project, id, item));
    }

    /** {@code DELETE /v1/conversations/{id}/items/{item}}: the conversation. */
    public CompletionStage<byte[]> deleteItem(String project, String id, String item) {
        return shown(id, item, conversations.deleteItem(project, id, item));
    }

    private static CompletionStage<byte[]> shown(String id, CompletionStage<@Nullable ObjectNode> found) {
        return Bare.of(found.thenApply(there -> {
            if (there == null) {
                throw Conversations.notFound(id, null);
            }
            return Json.bytes(there);
        }));
    }

    private static CompletionStage<byte[]> shown(String id, String item, CompletionStage<@Nullable ObjectNode> found) {
        return Bare.of(found.thenApply(there -> {
            if (there == null) {
                throw new RefusedException(new Refusal.NotFound(
                        "Item with id '" + item + "' not found in conversation '" + id + "'.", null, "item_not_found"));
            }
            return Json.bytes(there);
        }));
    }

    private static ObjectNode deleted(String id) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", "conversation.deleted")
                .put("deleted", true);
    }

    /** What is referred to is kept itself, so that it stays when the one that it came from is gone. */
    private CompletionStage<List<ObjectNode>> whole(String project, List<ObjectNode> items) {
        CompletionStage<List<ObjectNode>> all = CompletableFuture.completedStage(new ArrayList<>());
        for (var i = 0; i < items.size(); i++) {
            var path = "items[" + i + "].id";
            all = all.thenCombine(whole(project, items.get(i), path), (before, item) -> {
                before.add(item);
                return before;
            });
        }
        return all;
    }

    private CompletionStage<ObjectNode> whole(String project, ObjectNode item, String path) {
        if (!REFERENCE.equals(item.path("type").textValue())) {
            return CompletableFuture.completedStage(item);
        }
        var id = item.path("id").asText();
        return references.find(project, id).thenApply(found -> {
            if (found == null) {
                throw Recall.itemNotFound(id, path);
            }
            return found;
        });
    }
}
