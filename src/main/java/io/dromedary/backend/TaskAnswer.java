package io.dromedary.backend;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.dromedary.api.Usage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads the answer to one part of a {@link Task} that is never streamed. Used once. */
public abstract class TaskAnswer implements ChatAnswer {
    private static final byte[] READ = {};

    private UnaryOperator<@Nullable String> headers = name -> null;
    private @Nullable AttemptFailure failure;
    private @Nullable Usage usage;

    /**
     * Reads and keeps a body that came with a 2xx. What cannot be read is told by {@link #lose}.
     *
     * @param headers value of a header by lower-case name, or null
     */
    protected abstract void read(UnaryOperator<@Nullable String> headers, byte[] body);

    /** This is no answer. */
    protected final void lose(AttemptFailure why) {
        failure = why;
    }

    /** What the backend has counted. */
    protected final void counted(@Nullable Usage used) {
        usage = used;
    }

    @Override
    public final void head(UnaryOperator<@Nullable String> headers) {
        this.headers = headers;
    }

    @Override
    public final byte @Nullable [] whole(byte[] body) {
        read(headers, body);
        return failure == null ? READ : null;
    }

    @Override
    public final void event(byte[] buffer, int offset, int length, ByteArrayBuilder out) {
        throw new IllegalStateException("no stream was asked for");
    }

    @Override
    public final void end(ByteArrayBuilder out) {}

    @Override
    public final boolean begun() {
        return false;
    }

    @Override
    public final boolean done() {
        return false;
    }

    @Override
    public final @Nullable AttemptFailure failure() {
        return failure;
    }

    @Override
    public final @Nullable Usage usage() {
        return usage;
    }

    @Override
    public final int pieces() {
        return 0;
    }

    @Override
    public final @Nullable String finishReason() {
        return null;
    }

    @Override
    public final int dropped() {
        return 0;
    }
}
