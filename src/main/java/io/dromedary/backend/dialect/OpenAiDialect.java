package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.audio.TranscriptionRequest;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.embeddings.EmbeddingsRequest;
import io.dromedary.api.rerank.RerankRequest;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Target;
import io.dromedary.backend.Task;
import io.dromedary.backend.dialect.audio.SpeechWire;
import io.dromedary.backend.dialect.audio.SpokenTask;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's chat completions, and whatever speaks them. Passed through: the bytes of requests and answers are spliced
 * where they have to differ, and left alone everywhere else.
 */
public class OpenAiDialect implements Dialect {
    private final String name;
    private final Capabilities capabilities;
    private final @Nullable String healthPath;
    private final Ids ids;
    private final InstantSource clock;

    /** The dialect {@code openai}. */
    public OpenAiDialect(Ids ids, InstantSource clock) {
        this("openai", Capabilities.OPENAI, null, ids, clock);
    }

    /**
     * Another dialect of the same protocol.
     *
     * @param healthPath from the root of the backend's {@code url}, or null where there is none
     * @param ids for answers that come without an id
     * @param clock for waits that the backend states as a date
     */
    public OpenAiDialect(
            String name, Capabilities capabilities, @Nullable String healthPath, Ids ids, InstantSource clock) {
        this.name = name;
        this.capabilities = capabilities;
        this.healthPath = healthPath;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public @Nullable String healthPath() {
        return healthPath;
    }

    @Override
    public Outgoing chat(ChatRequest request, Target target) {
        return new OpenAiRequest(request, target).outgoing();
    }

    /** How such a server takes speech. */
    protected SpeechWire speechWire() {
        return SpeechWire.OPENAI;
    }

    @Override
    public ChatAnswer answer(ChatRequest request, Target target) {
        return new OpenAiAnswer(request, target, ids);
    }

    @Override
    public Task task(ModelRequest request, Target target) {
        return switch (request) {
            case EmbeddingsRequest embeddings -> new EmbeddingsTask(embeddings, target, embeddingsPath(target));
            case RerankRequest rerank
            when target.capabilities().rankByEmbeddings() ->
                new CosineTask(rerank, target, embeddingsPath(target), ids);
            case RerankRequest rerank -> new RerankTask(rerank, target, rerankPath(target), ids);
            case TranscriptionRequest speech -> SpokenTask.of(speech, target, speechWire(), ids);
            default -> Dialect.super.task(request, target);
        };
    }

    /** The path of embeddings below the backend's {@code url}. */
    protected String embeddingsPath(Target target) {
        return "/embeddings";
    }

    /** The path of ranks below the backend's {@code url}. */
    protected String rerankPath(Target target) {
        return "/rerank";
    }

    @Override
    public AttemptFailure failure(int status, UnaryOperator<@Nullable String> headers, byte[] body) {
        return UpstreamError.failure(status, headers, body, clock);
    }
}
