package io.dromedary.backend.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Reply;
import io.dromedary.api.Usage;
import io.dromedary.api.embeddings.EmbeddingsRequest;
import io.dromedary.api.embeddings.EmbeddingsRequestReader;
import io.dromedary.api.json.Json;
import io.dromedary.api.rerank.RerankRequest;
import io.dromedary.api.rerank.RerankRequestReader;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the tests of tasks share: requests, and tasks run with the answers of an upstream. */
final class Tasks {
    private Tasks() {}

    /** A task that was run. */
    record Done(
            ObjectNode answer,
            List<ObjectNode> sent,
            List<String> paths,
            @Nullable Usage usage) {}

    static EmbeddingsRequest embeddings(String members) {
        return EmbeddingsRequestReader.read(("{\"model\":\"chat-small\"," + members + "}").getBytes(UTF_8));
    }

    static RerankRequest rerank(String members) {
        return RerankRequestReader.read(("{\"model\":\"chat-small\"," + members + "}").getBytes(UTF_8));
    }

    /** Runs one; each of its parts is answered by one of these. */
    static Done run(Task task, String... answers) {
        return run(task, name -> null, answers);
    }

    static Done run(Task task, UnaryOperator<@Nullable String> headers, String... answers) {
        var sent = new ArrayList<ObjectNode>();
        var paths = new ArrayList<String>();
        Usage usage = null;
        for (var part = 0; part < task.parts(); part++) {
            var sending = task.sending(part);
            sent.add(Json.object(sending.body()));
            paths.add(String.valueOf(sending.path()));
            var reader = task.reader(part);
            reader.head(headers);
            if (reader.whole(answers[part].getBytes(UTF_8)) == null) {
                throw new AssertionError(String.valueOf(reader.failure()));
            }
            var more = reader.usage();
            usage = usage == null ? more : more == null ? usage : usage.plus(more);
        }
        return new Done(Json.object(answer(task)), sent, paths, usage);
    }

    /** What goes out, where that is one piece. */
    static byte[] answer(Task task) {
        return ((Reply.Whole) task.reply()).body();
    }

    /** What becomes of an answer that is none. */
    static AttemptFailure failure(Task task, String answer) {
        task.sending(0);
        var reader = task.reader(0);
        if (reader.whole(answer.getBytes(UTF_8)) != null) {
            throw new AssertionError("it was taken for an answer");
        }
        return Objects.requireNonNull(reader.failure());
    }
}
