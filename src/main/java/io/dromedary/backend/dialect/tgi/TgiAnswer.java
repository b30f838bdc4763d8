package io.dromedary.backend.dialect.tgi;

import static io.dromedary.backend.dialect.tgi.TgiRequest.text;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Target;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads TGI's answer to one attempt. In a stream a tool call never has a finish reason, so that one is owed to the client:
 * {@code tool_calls} when its arguments are complete, {@code length} when the upstream said {@code [DONE]} before they
 * were, also before the call's name. Anything else that ends without a finish reason was cut.
 */
final class TgiAnswer implements ChatAnswer {
    private final Target target;
    private final Ids ids;
    private final InstantSource clock;
    private final StopText stops;
    private final boolean toolsOffered;
    private final TgiChunks chunks;
    private final HeldText held;
    private final StreamedCall call;

    private @Nullable AttemptFailure failure;
    private @Nullable Usage usage;
    private @Nullable String finishReason;
    private boolean begun;
    private boolean done;
    private boolean ended;
    private int dropped;
    private int pieces;

    TgiAnswer(ChatRequest request, Target target, Ids ids, InstantSource clock) {
        this.target = target;
        this.ids = ids;
        this.clock = clock;
        this.stops = StopText.of(request);
        this.toolsOffered = request.traits().tools() && !"\"none\"".equals(request.rawValue("tool_choice"));
        this.chunks = new TgiChunks(target, request.usageWanted(), ids, clock);
        this.held = new HeldText(stops, chunks);
        this.call = new StreamedCall(chunks, ids);
    }

    @Override
    public byte @Nullable [] whole(byte[] body) {
        if (!(Json.read(body) instanceof ObjectNode answer)) {
            failure = new AttemptFailure.Broken("the body is not a JSON object");
            return null;
        }
        if (answer.hasNonNull("error")) {
            failure = TgiErrors.ofObject(answer);
            return null;
        }
        var whole = TgiWhole.read(answer, target, stops, ids, clock);
        if (whole == null) {
            failure = new AttemptFailure.Broken("the body has no finished choice");
            return null;
        }
        begun = true;
        usage = TgiTerms.usage(answer.path("usage"));
        finishReason = text(whole.path("choices").path(0), "finish_reason");
        return Json.bytes(whole);
    }

    @Override
    public void event(byte[] buffer, int offset, int length, ByteArrayBuilder out) {
        if (done || failure != null) {
            return;
        }
        if (isDone(buffer, offset, length)) {
            done = true;
        } else if (Json.read(buffer, offset, length) instanceof ObjectNode chunk) {
            chunk(chunk, out);
        } else {
            dropped++;
        }
    }

    private void chunk(ObjectNode chunk, ByteArrayBuilder out) {
        if (chunk.hasNonNull("error")) {
            done = true;
            // an answer that has its finish reason is complete, whatever comes after it
            failure = finishReason == null ? TgiErrors.ofObject(chunk) : null;
            return;
        }
        chunks.describe(chunk);
        var counted = TgiTerms.usage(chunk.path("usage"));
        usage = counted == null ? usage : counted;
        for (var choice : chunk.path("choices")) {
            if (finishReason == null && choice.path("index").asInt() == 0) {
                choice(choice, out);
            }
        }
    }

    private void choice(JsonNode choice, ByteArrayBuilder out) {
        var delta = choice.path("delta");
        var reason = text(choice, "finish_reason");
        var tokens = TgiTerms.tokens(choice.path("logprobs"));
        pieces++;
        var calls = delta.path("tool_calls");
        if (calls.isEmpty()) {
            content(text(delta, "content"), tokens, reason, out);
        } else {
            held.release(out);
            call.add(calls.isArray() ? calls.path(0) : calls, tokens, out);
            begun |= call.started();
        }
        if (!reason.isEmpty()) {
            finish(reason, out);
        }
    }

    private void content(String content, @Nullable ArrayNode tokens, String reason, ByteArrayBuilder out) {
        var text = reason.equals(TgiTerms.EOS_TOKEN) && isSpecial(content) ? "" : content;
        begun |= !text.isEmpty();
        if (!call.started()) {
            held.add(text, tokens, out);
        }
    }

    private void finish(String sent, ByteArrayBuilder out) {
        begun = true;
        var reason = TgiTerms.finishReason(sent);
        if (!call.started()) {
            held.finish(sent.equals(TgiTerms.STOP_SEQUENCE), reason, out);
            finishReason = reason;
            return;
        }
        if (reason.equals("stop")) {
            call.close(out);
        }
        finishReason = call.complete() ? "tool_calls" : "length";
        chunks.finish(finishReason, null, out);
    }

    @Override
    public void end(ByteArrayBuilder out) {
        if (ended || failure != null) {
            return;
        }
        ended = true;
        if (finishReason == null) {
            var owed = owed();
            if (owed == null) {
                failure = new AttemptFailure.Broken("the stream ended without a finish reason");
                return;
            }
            begun = true;
            finishReason = owed;
            chunks.finish(owed, null, out);
        }
        chunks.end(usage, out);
    }

    private @Nullable String owed() {
        if (call.complete()) {
            return "tool_calls";
        }
        return done && toolsOffered && (call.started() || !begun) ? "length" : null;
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
        return usage;
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

    private static boolean isSpecial(String token) {
        return token.startsWith("<") && token.endsWith(">");
    }

    private static boolean isDone(byte[] buffer, int offset, int length) {
        return length >= 6
                && length < 16
                && new String(buffer, offset, length, StandardCharsets.UTF_8)
                        .strip()
                        .equals("[DONE]");
    }
}
