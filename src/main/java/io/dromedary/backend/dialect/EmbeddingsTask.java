package io.dromedary.backend.dialect;

import io.dromedary.api.Reply;
import io.dromedary.api.Usage;
import io.dromedary.api.embeddings.EmbeddingsRequest;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Sending;
import io.dromedary.backend.Target;
import io.dromedary.backend.Task;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Embeddings over an upstream that makes them in OpenAI's shape. It is always asked for numbers, which are then encoded
 * here where the caller wants base64; a list that is longer than it takes is asked for in parts, and joined in order.
 */
final class EmbeddingsTask implements Task, Vectors {
    private static final int AT_ONCE = 4;
    private static final Set<String> OWN = Set.of("encoding_format");
    private static final byte[] QUOTE = {'"'};
    private static final byte[] NONE = {};

    private final EmbeddingsRequest request;
    private final Target target;
    private final String path;
    private final TaskMembers members;
    private final int size;
    private final int perPart;
    private final EmbeddingsList.@Nullable Value[] values;
    private final List<VectorsAnswer> readers = new ArrayList<>(1);
    private final FloatScan scan = new FloatScan();
    private final byte[] quote;

    /**
     * @param path of embeddings below the backend's url
     * @throws RefusedException 400 with the {@code param} that this backend cannot honour
     */
    EmbeddingsTask(EmbeddingsRequest request, Target target, String path) {
        this(request, target, path, null);
    }

    /**
     * @param known as of {@link TaskMembers}
     * @throws RefusedException as above
     */
    EmbeddingsTask(EmbeddingsRequest request, Target target, String path, @Nullable Set<String> known) {
        var can = target.capabilities();
        if (request.inputs().areTokens() && !can.tokenInputs()) {
            throw TaskMembers.cannot(request, "input", "read token ids: send the texts themselves");
        }
        if (request.dimensions() > 0 && !can.dimensions()) {
            throw TaskMembers.cannot(request, "dimensions", "change how long its vectors are");
        }
        this.request = request;
        this.target = target;
        this.path = path;
        this.members = new TaskMembers(request, request.body(), request.members(), target, OWN, known);
        this.size = request.inputs().size();
        this.perPart = can.maxInputs() == 0 ? size : Math.min(size, can.maxInputs());
        this.values = new EmbeddingsList.Value[size];
        this.quote = request.base64() ? QUOTE : NONE;
    }

    @Override
    public int parts() {
        return Math.ceilDiv(size, perPart);
    }

    @Override
    public int atOnce() {
        return AT_ONCE;
    }

    @Override
    public Sending sending(int part) {
        var edits = members.edits();
        if (parts() > 1) {
            edits.set("input", request.inputs().list(from(part), to(part)));
        }
        return Sending.json(path, edits.toBytes());
    }

    private int from(int part) {
        return part * perPart;
    }

    private int to(int part) {
        return Math.min(size, from(part + 1));
    }

    @Override
    public ChatAnswer reader(int part) {
        var reader = new VectorsAnswer(from(part), to(part) - from(part), request.dimensions(), this);
        readers.add(reader);
        return reader;
    }

    @Override
    public FloatScan scan() {
        return scan;
    }

    @Override
    public boolean wantsNumbers() {
        return request.base64();
    }

    @Override
    public void list(int which, byte[] text, int start, int end, FloatScan numbers) {
        if (request.base64()) {
            base64(which, numbers.littleEndian());
        } else {
            values[which] = new EmbeddingsList.Value(text, start, end);
        }
    }

    @Override
    public void numbers(int which, float[] numbers) {
        if (request.base64()) {
            base64(which, FloatScan.littleEndian(numbers, numbers.length));
            return;
        }
        var list = new StringBuilder(numbers.length * 12);
        for (var number : numbers) {
            list.append(list.isEmpty() ? '[' : ',').append(number);
        }
        var text = bytes(list.append(']').toString());
        values[which] = new EmbeddingsList.Value(text, 0, text.length);
    }

    private void base64(int which, byte[] vector) {
        var encoded = Base64.getEncoder().encode(vector);
        values[which] = new EmbeddingsList.Value(encoded, 0, encoded.length);
    }

    @Override
    public Reply reply() {
        var usage = new TaskUsage();
        readers.forEach(reader -> usage.add(reader.usage()));
        var end = new ByteArrayOutputStream(256);
        usage.writeEnd(target, estimate(), end);
        return new EmbeddingsList(values, quote, end.toByteArray()).reply();
    }

    /** Tokens of the inputs, for a backend that does not count them. */
    private long estimate() {
        return request.inputs().areTokens()
                ? request.inputs().tokens()
                : Usage.estimated(request.inputs().bytes(), 0).prompt();
    }

    @Override
    public List<String> dropped() {
        return members.dropped();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
