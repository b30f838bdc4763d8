package io.dromedary.api.embeddings;

import io.dromedary.api.Endpoint;
import io.dromedary.api.ModelName;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.json.Members;
import org.jspecify.annotations.Nullable;

/** A request for embeddings that has been read once and found sound: the bytes as they came, and where its inputs stand. */
public final class EmbeddingsRequest implements ModelRequest {
    /** The most inputs that one request may have. */
    public static final int MOST_INPUTS = 2048;

    private final byte[] body;
    private final Members members;
    private final ModelName model;
    private final Inputs inputs;
    private final Options options;

    EmbeddingsRequest(byte[] body, Members members, ModelName model, Inputs inputs, Options options) {
        this.body = body;
        this.members = members;
        this.model = model;
        this.inputs = inputs;
        this.options = options;
    }

    /** The members that the gateway itself acts on, with their defaults where they are absent. */
    record Options(boolean base64, int dimensions, @Nullable String serviceTier) {}

    @Override
    public Endpoint endpoint() {
        return Endpoint.EMBEDDINGS;
    }

    @Override
    public ModelName model() {
        return model;
    }

    @Override
    public @Nullable String serviceTier() {
        return options.serviceTier();
    }

    @Override
    public long textBytes() {
        return inputs.tokens() > 0 ? 0 : body.length;
    }

    @Override
    public long countedTokens() {
        return inputs.tokens();
    }

    /** The request as it came, UTF-8 JSON, less a byte-order mark. Not to be changed in place. */
    public byte[] body() {
        return body;
    }

    /** The top-level members of {@link #body()}. */
    public Members members() {
        return members;
    }

    /** What vectors are wanted of. */
    public Inputs inputs() {
        return inputs;
    }

    /** Vectors are wanted as base64 of little-endian floats of 32 bits, and not as lists of numbers. */
    public boolean base64() {
        return options.base64();
    }

    /** How long each vector is to be, 0 where that is left to the model. */
    public int dimensions() {
        return options.dimensions();
    }
}
