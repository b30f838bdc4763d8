package io.dromedary.http;

import io.dromedary.api.FormSource;
import io.dromedary.api.error.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a form that arrives. The request waits until somebody wants it. It is the request that is paused, not
 * the file within: a file's pieces, its end and the form's end then come in this order.
 */
final class FormBody implements FormSource {
    /** Bytes that a form may have beside its file. */
    private static final long SURROUNDINGS = 64 * 1024;

    private final HttpServerRequest request;
    private final long announced;
    private final LongConsumer ended;

    private @Nullable Sink sink;
    private @Nullable Refusal refusal;
    private long limit = Long.MAX_VALUE;
    private long bytes;
    private long lastNanos = System.nanoTime();
    private @Nullable FormHead head = new FormHead();
    private boolean fileOpen;
    private boolean fileBegun;
    private boolean paused = true;
    private boolean over;

    private FormBody(HttpServerRequest request, long announced, LongConsumer ended) {
        this.request = request;
        this.announced = announced;
        this.ended = ended;
    }

    /**
     * Reads nothing yet.
     *
     * @param announced bytes of the whole body, as far as its sender says it; else 0
     * @param ended told how many there were, when all have come
     * @throws RuntimeException where the request says that it is no form
     */
    static FormBody of(HttpServerRequest request, long announced, LongConsumer ended) {
        var type = request.getHeader("content-type");
        if (type == null || !type.toLowerCase(Locale.ROOT).contains("boundary=")) {
            // it would be read as a form of another kind
            throw new IllegalStateException("its Content-Type has no boundary");
        }
        request.pause();
        request.setExpectMultipart(true);
        var form = new FormBody(request, announced, ended);
        request.uploadHandler(form::begin);
        request.handler(form::count);
        request.endHandler(nothing -> form.end());
        return form;
    }

    private static Refusal tooLarge(long limit) {
        return new Refusal.Http(
                413, "The form is larger than the " + limit + " bytes that this gateway takes.", "body_too_large");
    }

    static Refusal unreadable(Throwable cause) {
        return new Refusal.BadRequest(
                "The body is no well-formed multipart form: " + cause.getMessage(), null, "invalid_form");
    }

    @Override
    public void start(Sink into, long most) {
        sink = into;
        limit = most + SURROUNDINGS;
        if (refusal != null) {
            into.failed(refusal);
            return;
        }
        if (announced > limit) {
            fail(tooLarge(limit));
            return;
        }
        resume();
    }

    @Override
    public void pause() {
        if (!paused && !over) {
            paused = true;
            request.pause();
        }
    }

    @Override
    public void resume() {
        if (paused && !over) {
            paused = false;
            lastNanos = System.nanoTime();
            request.resume();
        }
    }

    private void begin(HttpServerFileUpload file) {
        if (over || sink == null) {
            return;
        }
        fileOpen = true;
        fileBegun = true;
        file.handler(this::piece);
        file.endHandler(nothing -> fileEnd());
        sink.file(new FilePart(file.name(), file.filename() == null ? "" : file.filename(), file.contentType()));
    }

    private void piece(Buffer piece) {
        if (!over && sink != null) {
            sink.piece(piece.getBytes());
        }
    }

    private void fileEnd() {
        fileOpen = false;
        if (!over && sink != null) {
            sink.fileEnd();
        }
    }

    private void count(Buffer raw) {
        bytes += raw.length();
        head(raw);
        lastNanos = System.nanoTime();
        if (bytes > limit) {
            fail(tooLarge(limit));
        }
    }

    /** Its fields so far are told once, when the first file has begun. */
    private void head(Buffer raw) {
        var there = head;
        if (there == null) {
            return;
        }
        there.add(raw.getBytes());
        if (fileBegun) {
            head = null;
            if (!over && sink != null) {
                sink.early(there.fields());
            }
        }
    }

    private void end() {
        ended.accept(bytes);
        if (over) {
            return;
        }
        if (fileOpen) {
            fail(new Refusal.BadRequest("The form ends in the middle of a file.", null, "invalid_form"));
            return;
        }
        over = true;
        if (sink != null) {
            var fields = new LinkedHashMap<String, List<String>>();
            request.formAttributes()
                    .forEach(field -> fields.computeIfAbsent(field.getKey(), name -> new ArrayList<>())
                            .add(field.getValue()));
            sink.end(fields);
        }
    }

    /** Nothing has come for so long, although somebody waits for it. */
    boolean isStuck(long nowNanos, long longestNanos) {
        return !over && !paused && nowNanos - lastNanos > longestNanos;
    }

    /**
     * Tells whoever reads the form that there is no more of it, and why.
     *
     * @return whether somebody reads it, who then answers
     */
    boolean fail(Refusal why) {
        if (over) {
            return sink != null;
        }
        over = true;
        refusal = why;
        if (sink == null) {
            return false;
        }
        sink.failed(why);
        return true;
    }

    /** The client is gone. */
    void left() {
        fail(new Refusal.Http(400, "The client left in the middle of the form.", "client_left"));
    }

    /**
     * A reply goes out: what still comes is for nobody, and is not looked at.
     *
     * @param complete all of it has come
     */
    void drop(boolean complete) {
        over = true;
        if (!complete) {
            request.uploadHandler(null);
            request.setExpectMultipart(false);
        }
    }
}
