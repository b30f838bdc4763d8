package io.dromedary.jobs.batch;

import io.dromedary.api.error.RefusedException;
import io.dromedary.files.StoredFile;
import io.dromedary.files.StoredFile.Part;
import io.dromedary.files.UrlFiles;
import io.dromedary.jobs.Attempt;
import io.dromedary.jobs.Outcome;
import io.dromedary.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes files of what a batch has brought, and writes how it ended. Does the same where it is done a second time. */
final class BatchEnd {
    private static final Logger LOG = LoggerFactory.getLogger(BatchEnd.class);
    private static final String PURPOSE = "batch_output";
    private static final int ID_DIGITS = 32;

    /** How often results are put to a place that does not take them. */
    private static final int MOST_TRIES = 2;

    private final BatchRooms rooms;
    private final Attempt attempt;

    BatchEnd(BatchRooms rooms, Attempt attempt) {
        this.rooms = rooms;
        this.attempt = attempt;
    }

    Outcome end(Work work, BatchStatus how, List<Fault> faults) {
        // from here on everything that is written is told, and whoever has lost the batch tells nothing
        if (!Stages.await(attempt.save(work.text()))) {
            return new Outcome.Again(Duration.ZERO, false);
        }
        var id = work.id();
        if (how == BatchStatus.COMPLETED) {
            Stages.await(rooms.records()
                    .change(
                            id,
                            is -> is.reached(
                                    BatchStatus.FINALIZING, rooms.clock().instant())));
        }
        var progress = work.progress();
        var output = file(work, "_output.jsonl", progress.output());
        var errors = file(work, "_error.jsonl", progress.errors());
        var sound = work.sound();
        var ended = Stages.await(rooms.records().change(id, is -> {
            var counted = sound == null ? is : is.counted(sound.model(), sound.lines(), progress.counts());
            return counted.ended(how, rooms.clock().instant(), output, errors, faults);
        }));
        return clean(work, ended);
    }

    /**
     * Takes away what nobody needs any more, when nothing of it is done a second time.
     *
     * @param ended how the batch stands on its shelf, or null where it is not there any more
     */
    Outcome clean(Work work, @Nullable Batch ended) {
        var fetched = work.fetched();
        if (fetched != null) {
            delete(fetched);
        }
        if (ended != null) {
            var progress = work.progress();
            deleteWhereElsewhere(ended.shown().path("output_file_id").asText(), progress.output());
            deleteWhereElsewhere(ended.shown().path("error_file_id").asText(), progress.errors());
        }
        return Outcome.DONE;
    }

    /** The record says where a result is, whoever has put it there. */
    private void deleteWhereElsewhere(String result, List<Part> written) {
        if (UrlFiles.isUrl(result)) {
            written.forEach(this::delete);
        }
    }

    private void delete(Part part) {
        Stages.await(rooms.files().blobs().delete(part.blob()));
    }

    /** Why a batch ended that was given up. */
    Fault fault(Closing why) {
        return new Fault(
                "server_error",
                "The gateways that worked on this batch were stopped again and again ("
                        + why.status().word() + "). What was done by then is in its files.",
                null,
                null);
    }

    /** Id or URL of a result, or null where there is nothing in it. */
    private @Nullable String file(Work work, String suffix, List<Part> written) {
        var parts = written.stream().filter(part -> part.length() > 0).toList();
        if (parts.isEmpty()) {
            return null;
        }
        var url = UrlFiles.isUrl(work.input()) ? put(work, suffix, parts) : null;
        if (url != null) {
            return url;
        }
        var project = attempt.job().project();
        var id = id(work.id() + suffix);
        if (Stages.await(rooms.files().find(project, id)) == null) {
            var life = work.outputLife();
            var made = rooms.clock().instant();
            var kept = life == null ? rooms.settings().get().files().retention() : Duration.ofSeconds(life);
            Stages.await(rooms.files()
                    .add(new StoredFile(id, project, work.id() + suffix, PURPOSE, made, made.plus(kept), parts)));
        }
        return id;
    }

    /** Beside the input, where there is a place for it. Results that cannot be put there are kept here. */
    private @Nullable String put(Work work, String suffix, List<Part> parts) {
        return put(work, suffix, parts, MOST_TRIES);
    }

    private @Nullable String put(Work work, String suffix, List<Part> parts, int tries) {
        try {
            return Stages.await(rooms.urls().forProject(attempt.job().project()).put(work.input(), suffix, parts));
        } catch (StoreException e) {
            throw e;
        } catch (RefusedException e) {
            LOG.warn("the results of batch {} stay here: {}", work.id(), e.getMessage());
            return null;
        } catch (RuntimeException e) {
            if (tries > 1) {
                // its client may have been superseded meanwhile
                return put(work, suffix, parts, tries - 1);
            }
            // whatever is wrong there may last: the batch does not wait for it, and the log gets no content
            var cause = e.getCause() == null ? e : e.getCause();
            LOG.warn(
                    "the results of batch {} stay here: they cannot be put beside its input ({})",
                    work.id(),
                    cause.getClass().getSimpleName());
            return null;
        }
    }

    /** The same for the same batch, whoever makes it. */
    private static String id(String name) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return "file-" + HexFormat.of().formatHex(hash).substring(0, ID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
