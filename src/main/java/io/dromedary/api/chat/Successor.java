package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.ModelName;
import io.dromedary.api.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the chunks of an attempt that comes after a broken one into those that the caller is still to see. The stream as a
 * whole then has one id and one time, for each choice one role and one finish reason, and tool calls without a gap.
 *
 * <p>Nothing is given before all that was sent has been met again, in every choice: an attempt that differs leaves no
 * trace, and yet another may be tried. Made by a {@link JoinedStream}, to which it makes known what it gives. Not
 * thread-safe.
 */
public final class Successor {
    private final JoinedStream stream;
    private final String model;
    private final JsonNode id;
    private final JsonNode created;
    private final long earlierTokens;
    private final Map<Long, SucceedingChoice> choices = new HashMap<>();
    private final List<byte[]> held = new ArrayList<>();
    private long heldBytes;
    private boolean caughtUp;
    private boolean diverged;

    private Successor(JoinedStream stream, ModelName model, long earlierTokens) {
        this.stream = stream;
        this.model = model.value();
        this.id = stream.answer().id();
        this.created = stream.answer().created();
        this.earlierTokens = earlierTokens;
    }

    static Successor continuing(JoinedStream stream, ModelName model, long earlierTokens) {
        var successor = new Successor(stream, model, earlierTokens);
        for (var sent : stream.answer().soFar().choices()) {
            successor.choices.put(sent.index(), SucceedingChoice.continuing(sent));
        }
        successor.caughtUp = true;
        return successor;
    }

    static Successor restarting(JoinedStream stream, ModelName model) {
        var successor = new Successor(stream, model, 0);
        for (var sent : stream.answer().soFar().choices()) {
            successor.choices.put(sent.index(), SucceedingChoice.restarting(sent));
        }
        successor.catchUp();
        return successor;
    }

    /**
     * Takes the data of one event of the attempt. What is no JSON object is passed over.
     *
     * @return the chunks to send, each the data of one event: none, one, or several when the attempt catches up
     */
    public List<byte[]> add(byte[] buffer, int offset, int length) {
        var chunk = diverged ? null : ChunkTree.read(buffer, offset, length);
        if (chunk == null) {
            return List.of();
        }
        takeSeen(chunk.path("choices"));
        if (!diverged) {
            catchUp();
            hold(chunk);
        }
        return diverged || !caughtUp ? List.of() : release();
    }

    private void takeSeen(JsonNode list) {
        for (var rest = list.iterator(); rest.hasNext(); ) {
            if (!(rest.next() instanceof ObjectNode choice)) {
                rest.remove();
                continue;
            }
            var index = ChunkTree.integer(choice.path("index"), 0);
            switch (choices.computeIfAbsent(index, any -> SucceedingChoice.unseen())
                    .take(choice)) {
                case NOTHING -> rest.remove();
                case SOMETHING -> {}
                case DIFFERENT -> {
                    diverge();
                    return;
                }
            }
        }
    }

    private void catchUp() {
        if (!caughtUp && choices.values().stream().allMatch(SucceedingChoice::caughtUp)) {
            caughtUp = true;
            stream.metAgain();
        }
    }

    private void hold(ObjectNode chunk) {
        if (chunk.path("choices").isEmpty() && !chunk.path("usage").isObject()) {
            return;
        }
        name(chunk);
        var bytes = ChunkTree.bytes(chunk);
        held.add(bytes);
        heldBytes += bytes.length;
        if (!caughtUp && heldBytes > stream.most()) {
            diverge();
        }
    }

    private void name(ObjectNode chunk) {
        if (!id.isMissingNode()) {
            chunk.set("id", id);
        }
        if (!created.isMissingNode()) {
            chunk.set("created", created);
        }
        chunk.put("model", model);
        if (earlierTokens > 0 && chunk.path("usage") instanceof ObjectNode usage) {
            raise(usage, "completion_tokens");
            raise(usage, "total_tokens");
        }
    }

    private void raise(ObjectNode usage, String count) {
        var own = ChunkTree.integer(usage.path(count), -1);
        if (own >= 0) {
            usage.put(count, own + earlierTokens);
        }
    }

    private List<byte[]> release() {
        var chunks = List.copyOf(held);
        held.clear();
        heldBytes = 0;
        chunks.forEach(chunk -> stream.sent(chunk, 0, chunk.length));
        return chunks;
    }

    private void diverge() {
        diverged = true;
        held.clear();
    }

    /**
     * The attempt's answer is not the one that the caller has seen the beginning of, or said too much before that could be
     * known. Nothing was given of it, and nothing will be.
     */
    public boolean diverged() {
        return diverged;
    }

    /**
     * All that was sent has been met again, in every choice. An attempt that ends before has shown nothing: for the caller
     * its end is one more break, not the end of the answer.
     */
    public boolean caughtUp() {
        return caughtUp;
    }

    /** Usage of the joined stream, where this attempt finishes it: its own, and the tokens of those that it continues. */
    public Usage usage(Usage own) {
        return new Usage(own.prompt(), own.completion() + earlierTokens, own.cached(), own.reasoning());
    }
}
