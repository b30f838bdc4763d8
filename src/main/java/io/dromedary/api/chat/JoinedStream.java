package io.dromedary.api.chat;

import io.dromedary.api.ModelName;
import io.dromedary.api.Usage;
import org.jspecify.annotations.Nullable;

/**
 * One stream for the caller out of an attempt that broke and those that came after it. Remembers what the caller has
 * seen; after a break, a {@link Successor} gives what the caller is still to see of another attempt.
 *
 * <p>While nothing breaks, remembering costs one copy of each chunk's bytes and nothing else: no chunk is parsed. A stream
 * so holds its own bytes, about 250 for each token, in an array that doubles up to the limit. All of it is parsed when
 * something is asked for the first time after {@link #sent}, some milliseconds for a megabyte. Not thread-safe.
 */
public final class JoinedStream {
    /** Bytes of chunks that are remembered unless another limit is given: some four thousand tokens. */
    public static final int MOST = 1 << 20;

    private final int most;
    private final SentChunks chunks;
    private @Nullable SentAnswer answer;
    private long earlierTokens;
    private int earlierChunks;

    public JoinedStream() {
        this(MOST);
    }

    /** @param most bytes of chunks that are remembered; a stream that is longer cannot be joined */
    public JoinedStream(int most) {
        this.most = most;
        this.chunks = new SentChunks(most);
    }

    /**
     * The caller has been sent the chunk that these bytes are. For the first attempt's chunks only: a successor makes its
     * own known.
     */
    public void sent(byte[] buffer, int offset, int length) {
        answer = null;
        chunks.add(buffer, offset, length);
    }

    /**
     * {@link #restarting} can be right. It cannot once the caller has seen audio, logprobs, a legacy {@code function_call},
     * lists such as annotations, an event that is no JSON object, or more than is remembered.
     */
    public boolean joinable() {
        return !chunks.full() && answer().comparable();
    }

    /**
     * {@link #continuing} can be right as well: there is one choice, and the beginning of its content, without reasoning,
     * refusal or tool call, is all that the caller has seen.
     */
    public boolean continuable() {
        return joinable() && answer().continuable();
    }

    /** The content of the first choice as the caller has seen it, for {@link ChatRequest#continued}. */
    public String textSoFar() {
        return answer().text();
    }

    /**
     * How many tokens the caller has seen: what the attempt that broke reported, else the number of its chunks that say
     * something, and those of the attempts that it continued.
     *
     * @param reported usage of the attempt that the last chunks were of; null where it reported none, and where an attempt
     *     of which nothing was shown has broken since
     */
    public long tokensSoFar(@Nullable Usage reported) {
        return earlierTokens + (reported == null ? answer().contentChunks() - earlierChunks : reported.completion());
    }

    /**
     * Goes on with an attempt that continues the text so far: its content follows as it is.
     *
     * @param model the public name of the model that continues
     * @param reported as of {@link #tokensSoFar}
     * @throws IllegalStateException where it is not {@link #continuable()}
     */
    public Successor continuing(ModelName model, @Nullable Usage reported) {
        if (!continuable()) {
            throw new IllegalStateException("what was sent cannot be continued");
        }
        earlierTokens = tokensSoFar(reported);
        earlierChunks = answer().contentChunks();
        return Successor.continuing(this, model, earlierTokens);
    }

    /**
     * Goes on with an attempt that answers from the start: what was already sent is left out, as long as it is the same.
     *
     * @param model the public name of the model that answers
     * @throws IllegalStateException where it is not {@link #joinable()}
     */
    public Successor restarting(ModelName model) {
        if (!joinable()) {
            throw new IllegalStateException("what was sent cannot be compared");
        }
        return Successor.restarting(this, model);
    }

    SentAnswer answer() {
        var read = answer;
        if (read == null) {
            read = chunks.read();
            answer = read;
        }
        return read;
    }

    int most() {
        return most;
    }

    /** All that was sent is also the beginning of what one other attempt says, whose count of tokens holds for it. */
    void metAgain() {
        earlierTokens = 0;
        earlierChunks = 0;
    }
}
