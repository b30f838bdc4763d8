package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.embeddings.EmbeddingsRequest;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.json.Members;
import io.dromedary.api.rerank.RerankRequest;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.SelfReport;
import io.dromedary.backend.Target;
import io.dromedary.backend.Task;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hugging Face Text Embeddings Inference, which serves one model that makes embeddings or ranks. The backend's url is the
 * server's root, without {@code /v1}. How many texts it takes at once it says itself; until then it is 32, which is its own
 * default.
 */
public final class TeiDialect extends OpenAiDialect {
    /** As of TEI 1.9. */
    public static final Capabilities CAPABILITIES = Capabilities.OPENAI.with(Map.of(
            "endpoints", List.of("embeddings", "rerank"), "maxInputs", 32, "topN", false, "serviceTiers", List.of()));

    private static final String EMBEDDINGS = "/v1/embeddings";
    private static final String RERANK = "/rerank";
    private static final String TRUNCATE = "truncate";
    private static final String DIRECTION = "truncation_direction";
    private static final Set<String> EMBEDS = Set.of("model", "input", "dimensions", "user", "service_tier");
    private static final Set<String> RANKS = Set.of("model", "query", "documents", "service_tier", TRUNCATE, DIRECTION);

    private final Ids ids;

    public TeiDialect(Ids ids, InstantSource clock) {
        super("tei", CAPABILITIES, "/health", ids, clock);
        this.ids = ids;
    }

    @Override
    public String reportPath() {
        return "/info";
    }

    @Override
    public @Nullable SelfReport report(byte[] page) {
        var info = Json.read(page);
        if (info == null || !info.path("model_id").isTextual()) {
            return null;
        }
        return new SelfReport(
                info.path("model_id").textValue(),
                info.path("version").textValue(),
                info.path("max_input_length").asInt(),
                info.path("max_concurrent_requests").asInt(),
                info.path("max_client_batch_size").asInt());
    }

    @Override
    public Outgoing chat(ChatRequest request, Target target) {
        throw RefusedException.badRequest(
                "model",
                "The model `" + request.model() + "` makes embeddings or ranks, and does not chat. Use another model.",
                "unsupported_endpoint");
    }

    @Override
    public Task task(ModelRequest request, Target target) {
        return switch (request) {
            case EmbeddingsRequest embeddings -> {
                if (isTrue(embeddings.body(), embeddings.members(), TRUNCATE)) {
                    throw TaskMembers.cannot(request, TRUNCATE, "be told to cut texts that are too long");
                }
                yield new EmbeddingsTask(embeddings, target, EMBEDDINGS, EMBEDS);
            }
            case RerankRequest rerank
            when !target.capabilities().rankByEmbeddings() ->
                new RerankTask(rerank, target, RERANK, ids, (members, texts, topN) -> ranks(rerank, texts), RANKS);
            default -> super.task(request, target);
        };
    }

    @Override
    protected String embeddingsPath(Target target) {
        return EMBEDDINGS;
    }

    private static byte[] ranks(RerankRequest request, byte[] texts) {
        var body = new ByteArrayOutputStream(texts.length + 256);
        write(body, "{\"query\":");
        body.writeBytes(request.query());
        write(body, ",\"texts\":");
        body.writeBytes(texts);
        if (isTrue(request.body(), request.members(), TRUNCATE)) {
            write(body, ",\"truncate\":true");
            var direction = request.members().find(DIRECTION);
            if (direction >= 0) {
                write(body, ",\"truncation_direction\":\"" + (isLeft(request, direction) ? "Left" : "Right") + "\"");
            }
        }
        write(body, "}");
        return body.toByteArray();
    }

    private static boolean isLeft(RerankRequest request, int member) {
        return new RawValue(
                        request.body(),
                        request.members().valueStart(member),
                        request.members().valueEnd(member))
                .string()
                .equalsIgnoreCase("left");
    }

    private static boolean isTrue(byte[] body, Members members, String name) {
        var index = members.find(name);
        return index >= 0 && body[members.valueStart(index)] == 't';
    }

    private static void write(ByteArrayOutputStream body, String ascii) {
        body.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }
}
