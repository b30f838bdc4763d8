package io.dromedary.files;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.FormSource;
import io.dromedary.api.Headers;
import io.dromedary.api.Ids;
import io.dromedary.api.Reply;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Faults;
import io.dromedary.api.read.PageLimit;
import io.dromedary.config.GatewaySettings;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Files as callers see them, in OpenAI's words. Each call fails with {@link RefusedException} where it cannot be done. */
public final class FilePages {
    private static final int MOST = 10_000;
    private static final List<String> ORDERS = List.of("asc", "desc");
    private static final String BYTES = "application/octet-stream";

    private final StoredFiles files;
    private final Supplier<GatewaySettings.Files> settings;
    private final Ids ids;
    private final InstantSource clock;

    public FilePages(StoredFiles files, Supplier<GatewaySettings.Files> settings, Ids ids, InstantSource clock) {
        this.files = files;
        this.settings = settings;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Takes in a file; what is there of it when something is wrong is taken away again.
     *
     * @param loop of the call
     */
    public CompletionStage<Reply> upload(String project, FormSource form, Executor loop) {
        var limits = settings.get();
        var place = new BlobPlace(files.blobs());
        var upload = new Upload(place, form, limits.bytes(), ShelfBlobs.PIECE, loop);
        return upload.begin().thenCompose(received -> {
            StoredFile file;
            try {
                file = file(project, received, place.part(), limits);
            } catch (RefusedException e) {
                return place.discard().thenApply(gone -> {
                    throw e;
                });
            }
            return files.add(file)
                    .exceptionallyCompose(failure -> forget(project, file, failure))
                    .thenApply(added -> json(shown(file)));
        });
    }

    /** Its sender has no id to ask for it, or to take it away. It may be there all the same. */
    private CompletionStage<Void> forget(String project, StoredFile file, Throwable failure) {
        return files.delete(project, file.id())
                .exceptionally(failed -> false)
                .thenCompose(
                        gone -> files.blobs().delete(file.parts().getFirst().blob()))
                .handle((gone, failed) -> {
                    throw new CompletionException(failure);
                });
    }

    private StoredFile file(
            String project, Upload.Received received, StoredFile.Part part, GatewaySettings.Files limits) {
        var form = UploadForm.of(received.fields());
        if (form.purpose().equals(UploadForm.BATCH) && part.length() == 0) {
            throw Faults.at("file", "invalid_value", "Invalid '%s': a file for a batch has a line for each request.");
        }
        var now = clock.instant();
        var life = form.life() == null ? limits.retention() : form.life();
        return new StoredFile(
                ids.next("file-"), project, received.filename(), form.purpose(), now, now.plus(life), List.of(part));
    }

    /**
     * A page of them.
     *
     * @param after id of the last one before the page, or null
     * @param limit 1 to {@value #MOST}, which is usual; null for that
     * @param order {@code asc} or {@code desc}, which is usual; null for that
     * @param purpose null for any
     */
    public CompletionStage<Reply> list(
            String project,
            @Nullable String after,
            @Nullable String limit,
            @Nullable String order,
            @Nullable String purpose) {
        var most = limit == null ? MOST : PageLimit.of(limit, MOST);
        if (order != null && !ORDERS.contains(order)) {
            throw Faults.unsupported("order", order, ORDERS);
        }
        return files.page(project, after == null || after.isEmpty() ? null : after, most, !"asc".equals(order), purpose)
                .thenApply(page -> json(list(page, most)));
    }

    private static ObjectNode list(List<StoredFile> found, int most) {
        var page = found.subList(0, Math.min(most, found.size()));
        var list = JsonNodeFactory.instance.objectNode().put("object", "list");
        var shown = list.putArray("data");
        page.forEach(file -> shown.add(shown(file)));
        return list.put("has_more", found.size() > most)
                .put("first_id", page.isEmpty() ? null : page.getFirst().id())
                .put("last_id", page.isEmpty() ? null : page.getLast().id());
    }

    public CompletionStage<Reply> show(String project, String id) {
        return found(project, id).thenApply(file -> json(shown(file)));
    }

    public CompletionStage<Reply> delete(String project, String id) {
        return files.delete(project, id).thenApply(deleted -> {
            if (!deleted) {
                throw notFound(id);
            }
            return json(JsonNodeFactory.instance
                    .objectNode()
                    .put("id", id)
                    .put("object", "file")
                    .put("deleted", true));
        });
    }

    /** Which bytes are wanted, in the words of the request's headers; null for what is not there. */
    public record Wanted(@Nullable String range, @Nullable String ifRange) {}

    /**
     * Its content, or some of it.
     *
     * @param headers get what belongs to the reply
     */
    public CompletionStage<Reply> content(String project, String id, Wanted wanted, Headers headers) {
        return found(project, id).thenApply(file -> {
            var tag = "\"" + file.id() + "\"";
            var length = file.bytes();
            var span = ContentRange.of(wanted.range, wanted.ifRange, tag, length);
            headers.set("accept-ranges", "bytes").set("etag", tag);
            if (span == null) {
                headers.set("content-range", "bytes */" + length);
                throw new RefusedException(new Refusal.Http(
                        416, "The file has " + length + " bytes, and none of those asked for.", "invalid_range"));
            }
            if (span.partial()) {
                headers.set(
                        "content-range",
                        "bytes " + span.from() + "-" + (span.from() + span.length() - 1) + "/" + length);
            }
            // what callers uploaded is never shown as a page of ours
            headers.set("content-disposition", Disposition.of(file.filename()))
                    .set("x-content-type-options", "nosniff");
            return new Reply.Content(
                    span.partial() ? 206 : 200, BYTES, span.length(), new FileContent(files, file, span));
        });
    }

    private CompletionStage<StoredFile> found(String project, String id) {
        return files.find(project, id)
                .thenCompose(file -> file == null
                        ? CompletableFuture.failedStage(notFound(id))
                        : CompletableFuture.completedStage(file));
    }

    private static RefusedException notFound(String id) {
        var shown = id.length() > 100 ? id.substring(0, 100) + "..." : id;
        return new RefusedException(new Refusal.NotFound("No such File object: " + shown, "file_id", "file_not_found"));
    }

    /** As OpenAI shows a file. What was uploaded whole is ready for use. */
    private static ObjectNode shown(StoredFile file) {
        var object = JsonNodeFactory.instance
                .objectNode()
                .put("id", file.id())
                .put("object", "file")
                .put("bytes", file.bytes())
                .put("created_at", file.created().getEpochSecond())
                .put("filename", file.filename())
                .put("purpose", file.purpose())
                .put("status", "processed");
        return file.expires() == null
                ? object.putNull("expires_at")
                : object.put("expires_at", file.expires().getEpochSecond());
    }

    private static Reply json(ObjectNode body) {
        return Reply.Whole.json(200, Json.bytes(body));
    }
}
