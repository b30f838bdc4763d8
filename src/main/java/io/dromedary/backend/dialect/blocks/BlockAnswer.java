package io.dromedary.backend.dialect.blocks;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.FinishReason;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer that is a list of content blocks. A dialect tells it what it found, by {@link Sink}; what becomes of that
 * is the same for all: texts are the content, thinking is the reasoning and, once its block is over, a detail that can be
 * sent again; a call of the tool that stands for {@code response_format} is the content too, and texts are that only where it
 * was not called. A stream that ends without a stop reason was cut.
 */
public abstract class BlockAnswer implements ChatAnswer {
    private final BlockChunks chunks;
    private final boolean byTool;
    private final Sink sink = new Sink();

    /** Texts of which it is not known yet whether they are the content. */
    private final StringBuilder aside = new StringBuilder();

    private final Map<Integer, Open> open = new HashMap<>();

    private @Nullable BlockMessage whole;
    private @Nullable AttemptFailure failure;
    private @Nullable Usage usage;
    private @Nullable String finishReason;
    private long cacheWritten;
    private boolean called;
    private boolean answered;
    private boolean begun;
    private boolean done;
    private boolean ended;
    private boolean counted;
    private int calls;
    private int pieces;
    private int dropped;

    /** A block of a stream that is being read. */
    private static final class Open {
        private final int ordinal;
        private final StringBuilder text = new StringBuilder();
        private String signature = "";
        private boolean said;

        Open(int ordinal) {
            this.ordinal = ordinal;
        }
    }

    /** @param byTool the answer is the input of {@link AnswerFormat#TOOL} */
    protected BlockAnswer(ChatRequest request, Target target, boolean byTool, Ids ids, InstantSource clock) {
        this.chunks = new BlockChunks(target, request.usageWanted(), ids, clock);
        this.byTool = byTool;
    }

    /** What a dialect found. In a whole answer blocks come complete, in a stream by their index and in pieces. */
    protected final class Sink {
        private static final int CALL = -1;
        private static final int ANSWER = -2;
        private static final int THINKING = -3;

        /** The backend's word for the tier that served it. */
        public void tier(String word) {
            chunks.tier(word);
        }

        /** Tokens as far as they are counted now. */
        public void usage(Usage so, long written) {
            usage = so;
            cacheWritten = written;
        }

        /** The last word on usage was said. */
        public void counted() {
            counted = true;
        }

        /** Text, or a piece of it. */
        public void text(String text, ByteArrayBuilder out) {
            pieces++;
            if (byTool) {
                aside.append(text);
            } else if (!text.isEmpty()) {
                begun = true;
                chunks.content(text, out);
            }
        }

        public void callBegins(int block, String id, String name, ByteArrayBuilder out) {
            if (byTool && name.equals(AnswerFormat.TOOL)) {
                answered = true;
                open.put(block, new Open(ANSWER));
                return;
            }
            called = true;
            begun = true;
            var opened = new Open(calls++);
            open.put(block, opened);
            chunks.call(opened.ordinal, id, name, out);
        }

        /** A piece of a call's input. */
        public void input(int block, String piece, ByteArrayBuilder out) {
            var call = open.get(block);
            if (call == null || piece.isEmpty()) {
                return;
            }
            pieces++;
            call.said = true;
            if (call.ordinal == ANSWER) {
                begun = true;
                chunks.content(piece, out);
            } else if (call.ordinal > CALL) {
                chunks.arguments(call.ordinal, piece, out);
            }
        }

        public void thinking(int block, String piece, ByteArrayBuilder out) {
            var thought = open.computeIfAbsent(block, any -> new Open(THINKING));
            pieces++;
            if (!piece.isEmpty()) {
                begun = true;
                thought.text.append(piece);
                chunks.reasoning(piece, out);
            }
        }

        public void signature(int block, String signature) {
            open.computeIfAbsent(block, any -> new Open(THINKING)).signature += signature;
        }

        public void redacted(String data, ByteArrayBuilder out) {
            begun = true;
            chunks.details(BlockMessage.redactedDetail(data), out);
        }

        public void blockEnds(int block, ByteArrayBuilder out) {
            var ended = open.remove(block);
            if (ended == null) {
                return;
            }
            if (ended.ordinal == THINKING) {
                if (!ended.text.isEmpty() || !ended.signature.isEmpty()) {
                    begun = true;
                    chunks.details(BlockMessage.detail(ended.text.toString(), ended.signature), out);
                }
            } else if (!ended.said && ended.ordinal > CALL) {
                chunks.arguments(ended.ordinal, "{}", out);
            }
        }

        /** The model stopped, for a reason in the backend's words. */
        public void stop(String word, String refusal, ByteArrayBuilder out) {
            var reason = reason(word);
            if (reason == null || finishReason != null) {
                return;
            }
            begun = true;
            var words = aside();
            if (!words.isEmpty()) {
                chunks.content(words, out);
            }
            if (!refusal.isEmpty()) {
                chunks.refusal(refusal, out);
            }
            finishReason = reason;
            chunks.finish(reason, out);
        }

        /** An error in place of an event; after a stop reason it comes too late to matter. */
        public void error(AttemptFailure why) {
            done = true;
            failure = finishReason == null ? why : failure;
        }

        /** Nothing can come any more. */
        public void done() {
            done = true;
        }

        /** An event that could not be read. */
        public void drop() {
            dropped++;
        }

        /** A whole block of text. */
        public void text(String text) {
            if (byTool) {
                aside.append(text);
            } else {
                message().text(text);
            }
        }

        /** A whole call. */
        public void call(String id, String name, String arguments) {
            if (byTool && name.equals(AnswerFormat.TOOL)) {
                answered = true;
                message().text(arguments);
            } else {
                called = true;
                message().call(id, name, arguments);
            }
        }

        /** A whole block of thinking. */
        public void thinking(String text, String signature) {
            message().thinking(text, signature);
        }

        public void redacted(String data) {
            message().redacted(data);
        }

        /** Whole answer: why the model stopped. */
        public void stop(String word, String refusal) {
            message().refusal(refusal);
            finishReason = reason(word);
        }

        /** The texts that were kept aside, where they are the content: around an answer that has to be JSON they would spoil it. */
        private String aside() {
            return answered ? "" : aside.toString();
        }

        private BlockMessage message() {
            if (whole == null) {
                whole = new BlockMessage();
            }
            return whole;
        }
    }

    /** OpenAI's word; null where the answer broke off, which is then the failure, or where nothing is said. */
    private @Nullable String reason(String word) {
        var reason = FinishReason.of(word);
        return switch (reason) {
            case NONE -> null;
            case FAILED -> {
                failure = new AttemptFailure.Faulty(500, "the answer broke off: " + word);
                yield null;
            }
            case OVERLOADED -> {
                failure = new AttemptFailure.Overloaded(503, word, null);
                yield null;
            }
            case TOOL_CALLS -> called ? reason.word() : FinishReason.STOP.word();
            case STOP, LENGTH, CONTENT_FILTER, FUNCTION_CALL -> reason.word();
        };
    }

    /** Reads a whole answer. */
    protected abstract void read(ObjectNode answer, Sink into);

    /** Reads one event of a stream. */
    protected abstract void read(ObjectNode event, Sink into, ByteArrayBuilder out);

    /** What an object means that has an error where an answer should be, or null for an answer. */
    protected abstract @Nullable AttemptFailure error(ObjectNode answer);

    @Override
    public byte @Nullable [] whole(byte[] body) {
        if (!(Json.read(body) instanceof ObjectNode answer)) {
            failure = new AttemptFailure.Broken("the body is not a JSON object");
            return null;
        }
        failure = error(answer);
        if (failure != null) {
            return null;
        }
        read(answer, sink);
        if (failure != null) {
            return null;
        }
        if (finishReason == null) {
            failure = new AttemptFailure.Broken("the body has no finished answer");
            return null;
        }
        begun = true;
        done = true;
        sink.message().text(sink.aside());
        var shown = chunks.head("chat.completion");
        var choice = shown.putArray("choices").addObject().put("index", 0);
        choice.set("message", sink.message().json());
        choice.putNull("logprobs").put("finish_reason", finishReason);
        if (usage != null) {
            shown.set("usage", BlockChunks.usage(usage, cacheWritten));
        }
        return Json.bytes(shown);
    }

    @Override
    public void event(byte[] buffer, int offset, int length, ByteArrayBuilder out) {
        if (done || failure != null) {
            return;
        }
        if (Json.read(buffer, offset, length) instanceof ObjectNode event) {
            read(event, sink, out);
        } else {
            dropped++;
        }
    }

    @Override
    public void end(ByteArrayBuilder out) {
        if (ended || failure != null) {
            return;
        }
        ended = true;
        if (finishReason == null) {
            failure = new AttemptFailure.Broken("the stream ended without a stop reason");
            return;
        }
        chunks.end(usage == null ? null : BlockChunks.usage(usage, cacheWritten), out);
    }

    @Override
    public boolean begun() {
        return begun;
    }

    @Override
    public boolean done() {
        return done;
    }

    @Override
    public @Nullable AttemptFailure failure() {
        return failure;
    }

    /** As the backend reported it; of a stream that has not told its end yet, as many tokens as pieces have come. */
    @Override
    public @Nullable Usage usage() {
        return usage == null || counted || whole != null || usage.completion() >= pieces
                ? usage
                : new Usage(usage.prompt(), pieces, usage.cached(), usage.reasoning());
    }

    @Override
    public int pieces() {
        return pieces;
    }

    @Override
    public @Nullable String finishReason() {
        return finishReason;
    }

    @Override
    public int dropped() {
        return dropped;
    }
}
