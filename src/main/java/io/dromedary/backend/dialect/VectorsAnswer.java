package io.dromedary.backend.dialect;

import io.dromedary.api.error.Refusal;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.TaskAnswer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.BitSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads the answer to a request for embeddings in OpenAI's shape, in one pass. */
final class VectorsAnswer extends TaskAnswer {
    private final int first;
    private final int count;
    private final int dimensions;
    private final Vectors to;
    private final BitSet seen;
    private final FloatScan scan;
    private boolean error;
    private boolean answered;

    /**
     * @param first of those that were asked for, counted over all parts
     * @param count of those that were asked for
     * @param dimensions that each has to have, 0 for any
     */
    VectorsAnswer(int first, int count, int dimensions, Vectors to) {
        this.first = first;
        this.count = count;
        this.dimensions = dimensions;
        this.to = to;
        this.scan = to.scan();
        this.seen = new BitSet(count);
    }

    @Override
    protected void read(UnaryOperator<@Nullable String> headers, byte[] body) {
        var listed = UpstreamError.inList(body, 0, body.length);
        if (listed != null) {
            lose(listed);
            return;
        }
        var walk = new JsonWalk(body);
        if (walk.object()) {
            while (walk.member()) {
                if (walk.named("data")) {
                    data(body, walk);
                } else if (walk.named("usage")) {
                    counted(TaskUsage.read(walk));
                } else {
                    error |= walk.named("error") && !walk.at('n');
                    walk.skip();
                }
            }
        }
        scan.forget();
        if (failure() != null) {
            return;
        }
        if (walk.broken()) {
            lose(new AttemptFailure.Broken("an answer that is no JSON, or whose vectors are no lists of numbers"));
        } else if (!answered) {
            lose(
                    error
                            ? UpstreamError.inStream(body, 0, body.length)
                            : new AttemptFailure.Broken("an answer without embeddings"));
        } else if (seen.cardinality() != count) {
            lose(new AttemptFailure.Broken(seen.cardinality() + " embeddings for " + count + " inputs"));
        }
    }

    private void data(byte[] body, JsonWalk walk) {
        if (!walk.list()) {
            return;
        }
        answered = true;
        for (var position = 0; walk.element(); position++) {
            if (!walk.object()) {
                continue;
            }
            var index = (long) position;
            var start = -1;
            var end = -1;
            var list = false;
            while (walk.member()) {
                if (walk.named("index")) {
                    index = walk.integer();
                } else if (walk.named("embedding")) {
                    list = walk.at('[');
                    start = walk.position();
                    if (list) {
                        walk.floats(scan, to.wantsNumbers());
                    } else {
                        walk.skip();
                    }
                    end = walk.position();
                } else {
                    walk.skip();
                }
            }
            if (!walk.broken() && start >= 0) {
                vector(index, body, start, end, list);
            }
        }
    }

    private void vector(long index, byte[] body, int start, int end, boolean list) {
        if (index < 0 || index >= count || seen.get((int) index)) {
            return;
        }
        var numbers = list ? null : decoded(body, start, end);
        var size = numbers == null ? list ? scan.size() : 0 : numbers.length;
        if (size == 0) {
            return;
        }
        if (dimensions > 0 && size != dimensions) {
            lose(new AttemptFailure.Incapable(new Refusal.BadRequest(
                    "The model makes vectors of " + size + " numbers, and 'dimensions' asks for " + dimensions
                            + ". Leave it out, or use another model.",
                    "dimensions",
                    "unsupported_value")));
            return;
        }
        seen.set((int) index);
        if (numbers == null) {
            to.list(first + (int) index, body, start, end, scan);
        } else {
            to.numbers(first + (int) index, numbers);
        }
    }

    /** What a backend has sent as base64 although nobody asked for that; null where it is none. */
    private static float @Nullable [] decoded(byte[] body, int start, int end) {
        try {
            var bytes = Base64.getDecoder()
                    .decode(new RawValue(body, start, end).string().getBytes(StandardCharsets.UTF_8));
            if (bytes.length % Float.BYTES != 0) {
                return null;
            }
            var numbers = new float[bytes.length / Float.BYTES];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(numbers);
            for (var number : numbers) {
                if (!Float.isFinite(number)) {
                    return null;
                }
            }
            return numbers;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
