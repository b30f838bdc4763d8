package io.dromedary.backend.dialect.audio;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Usage;
import io.dromedary.api.audio.SpokenUsage;
import io.dromedary.api.audio.Transcript;
import io.dromedary.api.audio.TranscriptEvents;
import io.dromedary.api.audio.TranscriptFormat;
import io.dromedary.api.audio.TranscriptionRequest;
import io.dromedary.api.json.Json;
import io.dromedary.api.sse.SseFrame;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.dialect.UpstreamError;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a server has made of speech. A stream is read in each of the ways in which servers send one: OpenAI's events,
 * chunks that look like those of chat (vLLM), and transcripts of a segment each (servers around faster-whisper). The client
 * gets OpenAI's events, the last of which has all of the text.
 */
final class TranscriptAnswer implements ChatAnswer {
    private static final String DONE = "[DONE]";
    private static final byte[] READ = {};

    private final TranscriptionRequest request;
    private final TranscriptFormat asked;
    private final boolean endsQuietly;
    private final StringBuilder text = new StringBuilder();

    private byte @Nullable [] shown;
    private @Nullable Transcript whole;
    private @Nullable JsonNode usage;
    private @Nullable Usage tokens;
    private @Nullable AttemptFailure failure;
    private int pieces;
    private int dropped;
    private boolean begun;
    private boolean complete;
    private boolean done;
    private boolean ended;

    /**
     * For one attempt.
     *
     * @param asked the format that the server was asked for
     * @param endsQuietly a stream that was closed in order is complete, whatever its last event was
     */
    TranscriptAnswer(TranscriptionRequest request, TranscriptFormat asked, boolean endsQuietly) {
        this.request = request;
        this.asked = asked;
        this.endsQuietly = endsQuietly;
    }

    /** What the client gets of an answer that came whole. */
    byte[] shown() {
        return Objects.requireNonNull(shown, "whole");
    }

    @Override
    public byte @Nullable [] whole(byte[] body) {
        var json = asked.isJson() || looksLikeJson(body) ? Json.read(body) : null;
        if (json instanceof ObjectNode object && (asked.isJson() || object.has("error") || object.has("text"))) {
            whole(object);
        } else if (asked.isJson()) {
            failure = new AttemptFailure.Broken("answered with something else than JSON");
        } else {
            shown = asked == TranscriptFormat.TEXT
                    ? Transcript.of(new String(body, UTF_8).strip()).write(request)
                    : body;
        }
        return failure == null ? READ : null;
    }

    private static boolean looksLikeJson(byte[] body) {
        return body.length > 0 && body[0] == '{';
    }

    private void whole(ObjectNode json) {
        var error = json.get("error");
        if (error != null && !error.isNull() && !json.path("text").isTextual()) {
            failure = ServerErrors.inAnswer(json);
            return;
        }
        var transcript = Transcript.read(request.task(), json);
        if (transcript == null) {
            failure = new AttemptFailure.Broken("the answer has no text");
            return;
        }
        if (request.format().isSubtitles() && !transcript.isTimed()) {
            failure = new AttemptFailure.Broken("the answer does not say when what was said");
            return;
        }
        usage = transcript.usage();
        tokens = transcript.tokens();
        whole = transcript;
        shown = transcript.write(request);
    }

    @Override
    public boolean replay(ByteArrayBuilder out) {
        if (whole == null) {
            return false;
        }
        begun = true;
        complete = true;
        done = true;
        ended = true;
        write(whole.events(), out);
        return true;
    }

    @Override
    public void event(byte[] buffer, int offset, int length, ByteArrayBuilder out) {
        if (isDone(buffer, offset, length)) {
            done = true;
            complete = true;
            return;
        }
        if (!(Json.read(buffer, offset, length) instanceof ObjectNode event)) {
            dropped++;
            return;
        }
        var type = event.path("type").asText();
        if (type.startsWith("transcript.")) {
            own(type, event, out);
        } else if (event.hasNonNull("error") || type.equals("error")) {
            failure = UpstreamError.inStream(event);
        } else if (event.path("choices").isArray()) {
            chunk(event, out);
        } else if (event.path("text").isTextual()) {
            begun = true;
            say(event.path("text").textValue(), out);
        } else {
            dropped++;
        }
    }

    private static boolean isDone(byte[] buffer, int offset, int length) {
        return length == DONE.length() && new String(buffer, offset, length, UTF_8).equals(DONE);
    }

    /** One of OpenAI's passes through. */
    private void own(String type, ObjectNode event, ByteArrayBuilder out) {
        begun = true;
        if (type.equals(TranscriptEvents.DELTA)) {
            text.append(event.path("delta").asText());
            pieces++;
        } else if (type.equals(TranscriptEvents.DONE)) {
            count(event.get("usage"));
            complete = true;
            done = true;
            ended = true;
        }
        write(SseFrame.of(Json.bytes(event)), out);
    }

    private void chunk(ObjectNode event, ByteArrayBuilder out) {
        count(event.get("usage"));
        var choice = event.path("choices").path(0);
        say(choice.path("delta").path("content").asText(""), out);
        if (choice.path("finish_reason").isTextual()) {
            begun = true;
            complete = true;
        }
    }

    private void count(@Nullable JsonNode reported) {
        if (reported != null && reported.isObject()) {
            usage = SpokenUsage.normal(reported);
            tokens = SpokenUsage.tokens(reported);
        }
    }

    private void say(String more, ByteArrayBuilder out) {
        // what begins with white space would be a text that does
        var piece = text.isEmpty() ? more.stripLeading() : more;
        if (!piece.isEmpty()) {
            begun = true;
            pieces++;
            text.append(piece);
            write(TranscriptEvents.delta(piece), out);
        }
    }

    @Override
    public void end(ByteArrayBuilder out) {
        if (ended || failure != null) {
            return;
        }
        ended = true;
        if (complete || endsQuietly) {
            begun = true;
            write(TranscriptEvents.done(text.toString().strip(), usage), out);
        } else {
            failure = new AttemptFailure.Broken(begun ? "the stream was cut" : "the stream was empty");
        }
    }

    private static void write(byte[] bytes, ByteArrayBuilder out) {
        out.write(bytes, 0, bytes.length);
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

    @Override
    public @Nullable Usage usage() {
        return tokens;
    }

    @Override
    public int pieces() {
        return pieces;
    }

    @Override
    public @Nullable String finishReason() {
        return null;
    }

    @Override
    public int dropped() {
        return dropped;
    }
}
