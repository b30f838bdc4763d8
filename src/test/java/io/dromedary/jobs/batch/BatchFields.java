package io.dromedary.jobs.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The doors through which what a caller says of batches comes in, one by one. Each throws what the caller would be told. */
public final class BatchFields {
    private final BatchTrial trial = new BatchTrial();

    /**
     * {@code POST /v1/batches}, with the id of a file that is there for {@code FILE}.
     *
     * @return the batch as it is shown, and as it is worked on
     */
    public String create(String body) {
        var file = trial.files.put(BatchTrial.lines(1));
        var shown = told(trial.batches.create(
                BatchTrial.PROJECT, "ci", body.replace("FILE", file).getBytes(UTF_8)));
        return shown + trial.orders.getLast().work();
    }

    /** The id of the last one that was made. */
    public String last() {
        return trial.orders.getLast().id();
    }

    /** {@code GET /v1/batches}. */
    public ObjectNode list(@Nullable String limit, @Nullable String after) {
        return told(trial.batches.list(BatchTrial.PROJECT, limit, after));
    }

    /** A line of the input of a batch over chat completions. */
    public static byte[] line(byte[] line) {
        return BatchLine.read(line, BatchTrial.CHAT).body();
    }

    private static ObjectNode told(CompletionStage<ObjectNode> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw e;
        }
    }
}
