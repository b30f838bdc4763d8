package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Reply;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.front.WholeAnswer;
import io.dromedary.api.json.Json;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A history that is made short. Nothing of it is kept. */
public final class CompactionTurn implements Turn {
    private final Compaction compaction;
    private final String project;
    private final List<ObjectNode> items;
    private final ChatRequest chat;

    CompactionTurn(Compaction compaction, String project, List<ObjectNode> items, ChatRequest chat) {
        this.compaction = compaction;
        this.project = project;
        this.items = items;
        this.chat = chat;
    }

    @Override
    public ChatRequest chat() {
        return chat;
    }

    @Override
    public CompletionStage<Reply> answered(Reply answer) {
        if (!(answer instanceof Reply.Whole whole)) {
            return CompletableFuture.failedStage(new IllegalStateException("a compaction was answered by a stream"));
        }
        var completion = WholeAnswer.read(whole.body());
        var summary = completion
                .path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asText("");
        try {
            var object = compaction.of(project, items, summary, usage(completion));
            return CompletableFuture.completedStage(Reply.Whole.json(200, Json.bytes(object)));
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static Usage usage(ObjectNode completion) {
        var usage = completion.path("usage");
        return new Usage(
                usage.path("prompt_tokens").asLong(),
                usage.path("completion_tokens").asLong(),
                usage.path("prompt_tokens_details").path("cached_tokens").asLong(),
                usage.path("completion_tokens_details").path("reasoning_tokens").asLong());
    }

    @Override
    public CompletionStage<Reply> refused(Refusal refusal, Reply.Whole told, boolean begun) {
        return CompletableFuture.completedStage(told);
    }
}
