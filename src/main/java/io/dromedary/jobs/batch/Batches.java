package io.dromedary.jobs.batch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Faults;
import io.dromedary.config.GatewaySettings;
import io.dromedary.files.StoredFile;
import io.dromedary.files.StoredFiles;
import io.dromedary.files.UrlFiles;
import io.dromedary.jobs.Jobs;
import io.dromedary.jobs.Jobs.Order;
import io.dromedary.jobs.Kind;
import io.dromedary.jobs.Worker;
import io.dromedary.responses.PageRequest;
import io.dromedary.store.Register;
import io.dromedary.store.Shelf;
import io.dromedary.store.ShelfName;
import io.dromedary.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The batches of all projects, as the API shows them: {@code {id, object: "batch", endpoint, status, ...}}. What is unknown,
 * has outlived its time or is another project's cannot be told apart: 404.
 *
 * <p>Stages complete on any thread. They fail with {@link RefusedException}, and with {@link
 * io.dromedary.store.StoreException} where the store cannot be used.
 */
public final class Batches {
    private static final String PURPOSE = "batch";
    private static final Duration WINDOW = Duration.ofHours(24);

    /** A batch outlives its window, whatever files do. */
    private static final Duration SHORTEST_RETENTION = Duration.ofDays(2);

    private final BatchRecords records;
    private final Register register;
    private final Jobs jobs;
    private final StoredFiles files;
    private final UrlFiles urls;
    private final Supplier<GatewaySettings> settings;
    private final Ids ids;
    private final InstantSource clock;

    /** @param settings as they are at the time */
    public Batches(
            Store store,
            Register register,
            Jobs jobs,
            StoredFiles files,
            UrlFiles urls,
            Supplier<GatewaySettings> settings,
            Ids ids,
            InstantSource clock) {
        this(store.shelf(ShelfName.BATCHES, Batch.CODEC), register, jobs, files, urls, settings, ids, clock);
    }

    Batches(
            Shelf<Batch> shelf,
            Register register,
            Jobs jobs,
            StoredFiles files,
            UrlFiles urls,
            Supplier<GatewaySettings> settings,
            Ids ids,
            InstantSource clock) {
        this.records = records(shelf, settings);
        this.register = register;
        this.jobs = jobs;
        this.files = files;
        this.urls = urls;
        this.settings = settings;
        this.ids = ids;
        this.clock = clock;
    }

    private static BatchRecords records(Shelf<Batch> shelf, Supplier<GatewaySettings> settings) {
        return new BatchRecords(shelf, () -> {
            var retention = settings.get().files().retention();
            return retention.compareTo(SHORTEST_RETENTION) < 0 ? SHORTEST_RETENTION : retention;
        });
    }

    /** Who works on jobs of the kind {@link Kind#BATCH}. */
    public static Worker worker(
            Store store,
            StoredFiles files,
            UrlFiles urls,
            LineRoute lines,
            Supplier<GatewaySettings> settings,
            Ids ids,
            InstantSource clock,
            RandomGenerator random) {
        var records = records(store.shelf(ShelfName.BATCHES, Batch.CODEC), settings);
        return new BatchWorker(new BatchRooms(records, files, urls, lines, settings, ids, clock, random, Paces.USUAL));
    }

    /**
     * Makes a batch; when this is complete it will be run, whatever happens to this gateway.
     *
     * @param body of {@code POST /v1/batches}
     * @param key id of the caller's key
     * @throws RefusedException 400 with {@code param}; 429 where the project has too many jobs
     */
    public CompletionStage<ObjectNode> create(String project, String key, byte[] body) {
        var request = BatchRequest.read(body);
        jobs.admit(project);
        return input(project, request.input()).thenCompose(any -> {
            var id = ids.next("batch_");
            var batch = begun(id, request);
            var work = Work.begun(batch, request.outputLife()).text();
            // the record comes last: whoever works on the job puts it where it is missing
            return register.enter(owner(project), id)
                    .thenCompose(entered -> jobs.submit(new Order(id, Kind.BATCH, project, key, work)))
                    .thenCompose(submitted -> records.begin(id, new Batch(project, batch)))
                    .thenApply(Batch::shown);
        });
    }

    private CompletionStage<?> input(String project, String input) {
        if (UrlFiles.isUrl(input)) {
            urls.forProject(project).check(input);
            return CompletableFuture.completedStage(null);
        }
        return files.find(project, input).thenApply(file -> {
            if (file == null) {
                throw new RefusedException(
                        new Refusal.NotFound("No such File object: " + input, BatchRequest.INPUT, "file_not_found"));
            }
            return checked(file);
        });
    }

    private StoredFile checked(StoredFile file) {
        if (!file.purpose().equals(PURPOSE)) {
            throw Faults.at(
                    BatchRequest.INPUT,
                    "invalid_value",
                    "Invalid '%s': the file was uploaded for another purpose than '" + PURPOSE + "'.");
        }
        var most = settings.get().jobs().batchBytes();
        if (file.bytes() > most) {
            throw Faults.at(
                    BatchRequest.INPUT,
                    "file_too_large",
                    "Invalid '%s': the file has more than " + most
                            + " bytes, which is the most that a batch may have.");
        }
        return file;
    }

    private ObjectNode begun(String id, BatchRequest request) {
        var created = clock.instant();
        var batch = JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", "batch")
                .put("endpoint", request.endpoint())
                .putNull("errors")
                .put(BatchRequest.INPUT, request.input())
                .put("completion_window", BatchRequest.WINDOW)
                .put("status", BatchStatus.VALIDATING.word())
                .putNull("output_file_id")
                .putNull("error_file_id")
                .put("created_at", created.getEpochSecond())
                .putNull(BatchStatus.IN_PROGRESS.reachedAt())
                .put("expires_at", created.plus(WINDOW).getEpochSecond());
        for (var later : List.of(
                BatchStatus.FINALIZING,
                BatchStatus.COMPLETED,
                BatchStatus.FAILED,
                BatchStatus.EXPIRED,
                BatchStatus.CANCELLING,
                BatchStatus.CANCELLED)) {
            batch.putNull(later.reachedAt());
        }
        batch.set("request_counts", Counts.NONE.shown(0));
        batch.set("metadata", request.metadata());
        if (request.overrides() != null) {
            batch.set("override_settings", request.overrides());
        }
        return batch;
    }

    private static String owner(String project) {
        return "batches/" + project;
    }

    public CompletionStage<ObjectNode> get(String project, String id) {
        return found(project, id).thenApply(Batch::shown);
    }

    /**
     * A page of a project's batches, the newest first: {@code {object: "list", data, first_id, last_id, has_more}}.
     *
     * @param limit 1 to 100 in digits, or null for 20
     * @param after id of the batch after which it begins, or null
     * @throws RefusedException 400 with {@code param}
     */
    public CompletionStage<ObjectNode> list(String project, @Nullable String limit, @Nullable String after) {
        var wanted = PageRequest.of(limit, null, after);
        if (wanted.after() == null) {
            return page(project, wanted.limit(), null, new ArrayList<>());
        }
        return records.find(project, wanted.after()).thenCompose(there -> {
            if (there == null) {
                throw Faults.at("after", "invalid_value", "Invalid '%s': there is no batch of that id.");
            }
            return page(project, wanted.limit(), wanted.after(), new ArrayList<>());
        });
    }

    /** One more than is wanted is looked for, to see whether there are more. */
    private CompletionStage<ObjectNode> page(
            String project, int limit, @Nullable String after, List<ObjectNode> before) {
        var most = limit + 1 - before.size();
        return register.page(owner(project), after, most, true)
                .thenCompose(page -> records.find(project, page).thenCompose(found -> {
                    for (var id : page) {
                        var batch = found.get(id);
                        if (batch != null) {
                            before.add(batch.shown());
                        }
                    }
                    return page.size() < most || before.size() > limit
                            ? CompletableFuture.completedStage(list(before, limit))
                            : page(project, limit, page.getLast(), before);
                }));
    }

    private static ObjectNode list(List<ObjectNode> found, int limit) {
        var shown = found.subList(0, Math.min(limit, found.size()));
        var list = JsonNodeFactory.instance.objectNode().put("object", "list");
        list.putArray("data").addAll(shown);
        return list.put("first_id", shown.isEmpty() ? null : id(shown.getFirst()))
                .put("last_id", shown.isEmpty() ? null : id(shown.getLast()))
                .put("has_more", found.size() > limit);
    }

    private static String id(ObjectNode batch) {
        return batch.path("id").asText();
    }

    /**
     * Begins to cancel a batch: lines that are not run yet will not be, and what is done is kept.
     *
     * @return as it is now, {@code cancelling}; fails with 400 where it has ended
     */
    public CompletionStage<ObjectNode> cancel(String project, String id) {
        return found(project, id)
                .thenCompose(any -> records.change(id, is -> is.reached(BatchStatus.CANCELLING, clock.instant())))
                .thenCompose(changed -> {
                    var batch = Objects.requireNonNullElseGet(changed, () -> {
                        throw notFound(id);
                    });
                    if (batch.status().ended()) {
                        throw RefusedException.badRequest(
                                null,
                                "Cannot cancel a batch with status '"
                                        + batch.status().word() + "'.",
                                "batch_not_cancellable");
                    }
                    return jobs.cancel(id).thenApply(told -> batch.shown());
                });
    }

    private CompletionStage<Batch> found(String project, String id) {
        return records.find(project, id).thenApply(batch -> {
            if (batch == null) {
                throw notFound(id);
            }
            return batch;
        });
    }

    private static RefusedException notFound(String id) {
        var shown = id.length() > 100 ? id.substring(0, 100) + "..." : id;
        return new RefusedException(
                new Refusal.NotFound("No batch found with id '" + shown + "'.", null, "batch_not_found"));
    }
}
