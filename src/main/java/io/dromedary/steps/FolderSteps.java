package io.dromedary.steps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.json.Json;
import io.dromedary.files.StoredFile;
import io.dromedary.files.StoredFiles;
import io.dromedary.files.url.BlobCopy;
import io.dromedary.files.url.PartsStream;
import io.dromedary.jobs.batch.Batches;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Batches for routes of an operator's own: of what a message holds, and what became of them. */
public final class FolderSteps {
    private static final String CHAT = "/v1/chat/completions";
    private static final String WINDOW = "24h";

    private final Supplier<StoredFiles> files;
    private final Supplier<Batches> batches;
    private final LongSupplier most;
    private final Ids ids;
    private final InstantSource clock;

    /**
     * Steps that wait, each on a thread of its own.
     *
     * @param files asked at each message: routes are also looked at where there is no store
     * @param most bytes of an input
     */
    public FolderSteps(
            Supplier<StoredFiles> files, Supplier<Batches> batches, LongSupplier most, Ids ids, InstantSource clock) {
        this.files = files;
        this.batches = batches;
        this.most = most;
        this.ids = ids;
        this.clock = clock;
    }

    Map<String, Processor> byName() {
        return Map.of(
                "make-batch", new BlockingStep(this::make),
                "find-batch", new BlockingStep(this::find),
                "file-content", new BlockingStep(this::content));
    }

    /** The body is the input; it becomes the batch as the API shows it. */
    private void make(Exchange exchange) throws IOException {
        var project = project(exchange);
        StoredFile file;
        try (var input = exchange.getMessage().getBody(InputStream.class)) {
            if (input == null) {
                throw new IllegalStateException("the step `make-batch` needs a body that can be read");
            }
            var part = new BlobCopy(files.get().blobs()).of(input, most.getAsLong());
            var name = exchange.getMessage().getHeader(Exchange.FILE_NAME, "input.jsonl", String.class);
            file = new StoredFile(ids.next("file-"), project, name, "batch", clock.instant(), null, List.of(part));
        }
        await(files.get().add(file));
        var order = JsonNodeFactory.instance
                .objectNode()
                .put("input_file_id", file.id())
                .put("endpoint", exchange.getProperty("endpoint", CHAT, String.class))
                .put("completion_window", WINDOW);
        var key = exchange.getProperty("key", String.valueOf(exchange.getFromRouteId()), String.class);
        show(exchange, await(batches.get().create(project, key, Json.bytes(order))));
    }

    /** The body is a batch as it was; it becomes what it is now. */
    private void find(Exchange exchange) throws IOException {
        var before = Json.MAPPER.readTree(exchange.getMessage().getBody(byte[].class));
        show(
                exchange,
                await(batches.get().get(project(exchange), before.path("id").asText())));
    }

    private static void show(Exchange exchange, ObjectNode batch) {
        var message = exchange.getMessage();
        message.setBody(Json.bytes(batch));
        message.setHeader("dromedary_batch_status", batch.path("status").asText());
        message.setHeader("dromedary_batch_ended", ended(batch));
        message.setHeader("dromedary_output_file", text(batch.path("output_file_id")));
        message.setHeader("dromedary_error_file", text(batch.path("error_file_id")));
    }

    private static boolean ended(ObjectNode batch) {
        return List.of("completed", "failed", "expired", "cancelled")
                .contains(batch.path("status").asText());
    }

    private static @Nullable String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : null;
    }

    /** The body becomes the content of the file that the exchange property {@code file} names. */
    private void content(Exchange exchange) {
        var id = exchange.getProperty("file", "", String.class);
        var file = await(files.get().find(project(exchange), id));
        if (file == null) {
            throw new IllegalStateException("the file " + id + " is not there any more");
        }
        exchange.getMessage().setBody(new PartsStream(files.get().blobs(), file.parts()));
    }

    private static String project(Exchange exchange) {
        return Objects.requireNonNull(
                exchange.getProperty("project", String.class),
                "the exchange property `project` says in whose name; set it before this step");
    }

    private static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
