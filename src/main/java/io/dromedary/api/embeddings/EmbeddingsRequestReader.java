package io.dromedary.api.embeddings;

import io.dromedary.api.ModelName;
import io.dromedary.api.chat.ModelCheck;
import io.dromedary.api.chat.ServiceTierCheck;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks a request for embeddings in one pass over its bytes. Null stands for absent wherever a member is
 * optional; members that the contract does not know are left to the backends.
 */
public final class EmbeddingsRequestReader {
    private static final List<String> FORMATS = List.of("float", "base64");
    /** From which end a text is cut that is too long. */
    public static final List<String> DIRECTIONS = List.of("Left", "Right", "left", "right");

    private final Cursor at;
    private final InputCheck inputs;

    private @Nullable ModelName model;
    private boolean base64;
    private int dimensions;
    private @Nullable String serviceTier;

    private EmbeddingsRequestReader(Cursor at) {
        this.at = at;
        this.inputs = new InputCheck(at);
    }

    /**
     * Reads a request.
     *
     * @param body the whole body as the client sent it
     * @throws RefusedException 400 with the {@code param} that is wrong and how to mend it; broken JSON names line and column
     */
    public static EmbeddingsRequest read(byte[] body) {
        try (var at = Cursor.open(body)) {
            return new EmbeddingsRequestReader(at).request();
        }
    }

    private EmbeddingsRequest request() {
        var members = at.members(this::member);
        at.finish();
        if (model == null) {
            throw Faults.missing("model");
        }
        return new EmbeddingsRequest(
                at.body(),
                members,
                model,
                inputs.inputs(),
                new EmbeddingsRequest.Options(base64, dimensions, serviceTier));
    }

    private void member(String name) {
        switch (name) {
            case "model" -> model = ModelCheck.read(at);
            case "input" -> inputs.read();
            case "encoding_format" -> base64 = at.oneOf(FORMATS).equals("base64");
            case "dimensions" -> dimensions = (int) at.integer(1, Integer.MAX_VALUE);
            case "truncate" -> at.bool();
            case "truncation_direction" -> at.oneOf(DIRECTIONS);
            case "stream" -> noStream();
            case "user" -> at.string();
            case "service_tier" -> serviceTier = ServiceTierCheck.read(at);
            default -> at.skip();
        }
    }

    private void noStream() {
        if (at.bool()) {
            throw Faults.at("stream", "unsupported_value", "'%s' is not possible here: embeddings come as a whole.");
        }
    }
}
