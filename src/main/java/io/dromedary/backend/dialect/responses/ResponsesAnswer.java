package io.dromedary.backend.dialect.responses;

import static io.dromedary.backend.dialect.responses.Terms.text;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.AssembledCompletion;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import io.dromedary.api.sse.SseParser;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.UpstreamError;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads a response, or the events of one, as a chat completion. The terminal event is the end, whether the stream is closed
 * after it or not; without one the answer was cut. A whole response is read as a stream that has nothing but its end.
 */
final class ResponsesAnswer implements ChatAnswer {
    private final int promptBytes;
    private final ResponsesChunks chunks;
    private final OutputItems items;

    private @Nullable AttemptFailure failure;
    private @Nullable Usage usage;
    private JsonNode reported = Json.MAPPER.missingNode();
    private @Nullable String finishReason;
    private boolean done;
    private boolean ended;
    private int dropped;

    ResponsesAnswer(ChatRequest request, Target target, Ids ids, InstantSource clock) {
        this.promptBytes = promptBytes(request);
        var nativeForm = request.nativeForm() != null;
        this.chunks = new ResponsesChunks(target, request.usageWanted(), nativeForm, ids, clock);
        this.items = new OutputItems(chunks, nativeForm, ids);
    }

    private static int promptBytes(ChatRequest request) {
        var members = request.members();
        var messages = members.find("messages");
        return messages < 0 ? 0 : members.valueEnd(messages) - members.valueStart(messages);
    }

    @Override
    public byte @Nullable [] whole(byte[] body) {
        done = true;
        if (!(Json.read(body) instanceof ObjectNode response)) {
            failure = new AttemptFailure.Broken(body.length == 0 ? "an empty body" : "a body that is no JSON object");
            return null;
        }
        if (!response.path("output").isArray()) {
            failure = response.hasNonNull("error")
                    ? UpstreamError.inStream(response)
                    : new AttemptFailure.Broken("an answer without output");
            return null;
        }
        var out = new ByteArrayBuilder(body.length);
        chunks.wantUsage();
        var status = text(response, "status");
        finish(status.isEmpty() && !response.hasNonNull("error") ? "completed" : status, response, out);
        end(out);
        return failure == null ? assembled(out.toByteArray()) : null;
    }

    private static byte[] assembled(byte[] stream) {
        var completion = new AssembledCompletion();
        new SseParser(Integer.MAX_VALUE).feed(stream, 0, stream.length, completion::add);
        return completion.toBytes();
    }

    @Override
    public void event(byte[] buffer, int offset, int length, ByteArrayBuilder out) {
        if (done || failure != null) {
            return;
        }
        if (isDone(buffer, offset, length)) {
            done = true;
        } else if (Json.read(buffer, offset, length) instanceof ObjectNode event) {
            event(event, out);
        } else {
            dropped++;
        }
    }

    private void event(ObjectNode event, ByteArrayBuilder out) {
        var index = event.path("output_index").asInt();
        var part = event.path("content_index").asInt();
        var delta = text(event, "delta");
        switch (text(event, "type")) {
            case "response.created", "response.queued", "response.in_progress" ->
                chunks.describe(event.path("response"));
            case "response.output_item.added" -> items.added(index, event.path("item"), out);
            case "response.output_item.done" -> items.done(index, event.path("item"), out);
            case "response.output_text.delta" -> items.content(index, part, delta, event.path("logprobs"), out);
            case "response.refusal.delta" -> items.refusal(index, part, delta, out);
            case "response.output_text.annotation.added" ->
                items.annotation(index, part, event.path("annotation"), out);
            case "response.reasoning_summary_text.delta" ->
                items.reasoning(index, "summary", event.path("summary_index").asInt(), delta, out);
            case "response.reasoning_text.delta", "response.reasoning.delta" ->
                items.reasoning(index, "text", part, delta, out);
            case "response.function_call_arguments.delta" -> items.input(index, delta, false, out);
            case "response.custom_tool_call_input.delta" -> items.input(index, delta, true, out);
            case "response.completed" -> finish("completed", event.path("response"), out);
            case "response.incomplete" -> finish("incomplete", event.path("response"), out);
            case "response.failed" -> finish("failed", event.path("response"), out);
            case "response.cancelled" -> finish("cancelled", event.path("response"), out);
            case "error" -> fail(ResponsesErrors.ofEvent(event));
            default -> {
                // news of hosted tools, ends of parts, whatever is new: items tell at their end what is to be told
                if (event.path("error").isObject()) {
                    fail(UpstreamError.inStream(event));
                }
            }
        }
    }

    private void fail(AttemptFailure why) {
        failure = why;
        done = true;
    }

    /**
     * The response as it is at its end.
     *
     * @param status that it has, or that its event gives it
     */
    private void finish(String status, JsonNode response, ByteArrayBuilder out) {
        done = true;
        usage = Terms.usage(response.path("usage"));
        reported = response.path("usage");
        switch (status) {
            case "failed", "" -> fail(ResponsesErrors.of(response.path("error")));
            case "completed", "incomplete" -> {
                chunks.describe(response);
                var output = response.path("output");
                for (var i = 0; i < output.size(); i++) {
                    items.done(i, output.path(i), out);
                }
                var reason = reason(response, status);
                finishReason = reason;
                chunks.finish(reason, out);
            }
            case "cancelled" -> fail(new AttemptFailure.Faulty(500, "was cancelled"));
            default -> fail(new AttemptFailure.Broken("an answer that has not ended"));
        }
    }

    private String reason(JsonNode response, String status) {
        if (status.equals("incomplete")) {
            var why = text(response.path("incomplete_details"), "reason");
            // every other reason is a limit of some kind
            return why.equals("content_filter") ? why : "length";
        }
        return items.hasCalls() ? "tool_calls" : "stop";
    }

    @Override
    public void end(ByteArrayBuilder out) {
        if (ended || failure != null) {
            return;
        }
        ended = true;
        done = true;
        if (finishReason == null) {
            failure = new AttemptFailure.Broken("the stream was cut");
            return;
        }
        var counted = usage;
        if (counted == null) {
            counted = Usage.estimated(promptBytes, items.pieces());
            usage = counted;
            chunks.end(Terms.json(counted, reported).put("estimated", true), out);
        } else {
            chunks.end(Terms.json(counted, reported), out);
        }
    }

    @Override
    public boolean begun() {
        return items.begun() || finishReason != null;
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
        return items.pieces();
    }

    @Override
    public @Nullable String finishReason() {
        return finishReason;
    }

    @Override
    public int dropped() {
        return dropped;
    }

    private static boolean isDone(byte[] buffer, int offset, int length) {
        return length < 16
                && new String(buffer, offset, length, StandardCharsets.UTF_8)
                        .strip()
                        .equals("[DONE]");
    }
}
