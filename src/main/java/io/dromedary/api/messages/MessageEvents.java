package io.dromedary.api.messages;

import static io.dromedary.api.json.JsonText.quote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dromedary.api.Ids;
import io.dromedary.api.front.Front;
import io.dromedary.api.responses.ChatPiece;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The events of a message as the chunks of a chat answer bring them. Blocks come one after the other here, and the calls of
 * a chat answer may come side by side: a call waits until the one before it is complete, and so does a text after it.
 */
final class MessageEvents implements Front.Events {
    private static final String BROKEN = "The answer broke off. What was sent so far is not complete.";
    private static final byte[] NOTHING = {};

    /** A block that is open. */
    private enum Open {
        NONE,
        THINKING,
        TEXT,
        CALL
    }

    private final MessagesRequest request;
    private final String id;
    private final String requestId;
    private final Ids ids;
    private final boolean thinks;
    private final Map<Integer, PendingCall> calls = new LinkedHashMap<>();
    private final StringBuilder laterText = new StringBuilder();
    private StringBuilder out = new StringBuilder();

    private Open open = Open.NONE;

    /** The thought that is open came as reasoning, not in details of it. */
    private boolean thoughtIsText;

    private @Nullable PendingCall current;
    private int index;
    private boolean begun;
    private boolean over;
    private boolean refused;
    private String finish = "";
    private String stop = "";
    private String tier = "";
    private JsonNode usage = JsonNodeFactory.instance.missingNode();

    MessageEvents(MessagesRequest request, String id, String requestId, Ids ids) {
        this.request = request;
        this.id = id;
        this.requestId = requestId;
        this.ids = ids;
        this.thinks = request.showsThinking();
    }

    @Override
    public byte[] chunk(byte[] json) {
        var piece = over ? null : ChatPiece.ofChunk(json);
        if (piece == null) {
            return NOTHING;
        }
        if (piece.error().isObject() || piece.error().isTextual()) {
            error(piece.error());
            return taken();
        }
        tier = piece.serviceTier().isEmpty() ? tier : piece.serviceTier();
        begin(piece.model());
        if (thinks) {
            thoughts(piece);
        }
        text(piece.content());
        refused |= !piece.refusal().isEmpty();
        text(piece.refusal());
        piece.calls().forEach(this::call);
        finish = piece.finishReason().isEmpty() ? finish : piece.finishReason();
        stop = piece.stopReason().isEmpty() ? stop : piece.stopReason();
        usage = piece.usage().isObject() ? piece.usage() : usage;
        return taken();
    }

    @Override
    public byte[] end(boolean whole) {
        if (over) {
            return NOTHING;
        }
        begin("");
        if (!whole && finish.isEmpty()) {
            fail("api_error", BROKEN);
            return taken();
        }
        over = true;
        rest();
        close();
        var own = MessagesFront.isAmongStops(request, stop);
        var why = StopReason.of(refused && finish.equals("stop") ? "content_filter" : finish, !calls.isEmpty(), own);
        event(
                "message_delta",
                ",\"delta\":{\"stop_reason\":" + quote(why) + ",\"stop_sequence\":" + quote(own ? stop : null)
                        + "},\"usage\":" + MessagesUsage.of(usage, tier));
        event("message_stop", "");
        return taken();
    }

    private void begin(String model) {
        if (begun) {
            return;
        }
        begun = true;
        var named = model.isEmpty() ? request.model().value() : model;
        var none = MessagesUsage.of(JsonNodeFactory.instance.missingNode(), tier);
        event(
                "message_start",
                ",\"message\":{\"id\":" + quote(id) + ",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
                        + quote(named) + ",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":" + none
                        + "}");
        event("ping", "");
    }

    private void thoughts(ChatPiece piece) {
        // a block that is open is not torn apart for a thought between its pieces
        if (current != null && !current.isComplete()) {
            return;
        }
        if (!piece.reasoning().isEmpty()) {
            think(piece.reasoning());
            thoughtIsText = true;
        }
        for (var detail : piece.reasoningDetails()) {
            switch (detail.path("type").asText()) {
                case "reasoning.text" -> {
                    var signature = detail.path("signature").asText("");
                    // where it ends comes all of the text again, which was told as it came
                    if (open != Open.THINKING || signature.isEmpty() && !thoughtIsText) {
                        think(detail.path("text").asText(""));
                    }
                    sign(signature);
                }
                case "reasoning.encrypted" -> {
                    if (!detail.path("data").asText("").isEmpty()) {
                        close();
                        start("\"type\":\"redacted_thinking\",\"data\":"
                                + quote(detail.path("data").asText()));
                        open = Open.THINKING;
                        close();
                    }
                }
                default -> {}
            }
        }
    }

    private void think(String text) {
        if (text.isEmpty()) {
            return;
        }
        openThinking();
        delta("\"type\":\"thinking_delta\",\"thinking\":" + quote(text));
    }

    private void openThinking() {
        if (open != Open.THINKING) {
            close();
            start("\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"");
            open = Open.THINKING;
            thoughtIsText = false;
        }
    }

    private void sign(String signature) {
        if (signature.isEmpty()) {
            return;
        }
        openThinking();
        delta("\"type\":\"signature_delta\",\"signature\":" + quote(signature));
        close();
    }

    private void text(String text) {
        if (text.isEmpty()) {
            return;
        }
        if (open == Open.TEXT) {
            say(text);
            return;
        }
        // models put line breaks after thoughts and calls; a block of nothing else is refused when it is sent back
        laterText.append(text);
        if (laterText.toString().isBlank()) {
            return;
        }
        if (open == Open.CALL) {
            nextIfComplete();
        } else {
            sayLater();
        }
    }

    private void sayLater() {
        close();
        start("\"type\":\"text\",\"text\":\"\"");
        open = Open.TEXT;
        say(laterText.toString());
        laterText.setLength(0);
    }

    private void say(String text) {
        delta("\"type\":\"text_delta\",\"text\":" + quote(text));
    }

    private boolean hasLaterText() {
        return !laterText.toString().isBlank();
    }

    private void call(ChatPiece.Call piece) {
        var call = calls.computeIfAbsent(piece.index(), any -> new PendingCall());
        call.add(piece.id(), piece.name(), piece.text());
        if (current == null && call.isClosed()) {
            return;
        }
        if (current == null) {
            open(call);
        } else if (current.equals(call)) {
            arguments(call);
        }
        nextIfComplete();
    }

    /** A call that is complete makes way for what waits, once something does. */
    private void nextIfComplete() {
        while (current != null && current.isComplete()) {
            var next = calls.values().stream().filter(PendingCall::isWaiting).findFirst();
            if (next.isPresent()) {
                open(next.get());
            } else if (hasLaterText()) {
                sayLater();
            } else {
                return;
            }
        }
    }

    private void open(PendingCall call) {
        close();
        start("\"type\":\"tool_use\",\"id\":" + quote(call.id().isEmpty() ? ids.next("toolu_") : call.id())
                + ",\"name\":" + quote(call.name()) + ",\"input\":{}");
        open = Open.CALL;
        current = call;
        call.begin();
        arguments(call);
    }

    private void arguments(PendingCall call) {
        var text = call.take();
        if (!text.isEmpty()) {
            delta("\"type\":\"input_json_delta\",\"partial_json\":" + quote(text));
        }
    }

    /** What still waits when no more can come. */
    private void rest() {
        for (var call : calls.values()) {
            if (call.isWaiting()) {
                open(call);
            }
        }
        if (hasLaterText()) {
            sayLater();
        }
    }

    private void start(String block) {
        event("content_block_start", ",\"index\":" + index + ",\"content_block\":{" + block + "}");
    }

    private void delta(String delta) {
        event("content_block_delta", ",\"index\":" + index + ",\"delta\":{" + delta + "}");
    }

    private void close() {
        if (open == Open.NONE) {
            return;
        }
        if (current != null) {
            current.close();
            current = null;
        }
        open = Open.NONE;
        event("content_block_stop", ",\"index\":" + index);
        index++;
    }

    private void error(JsonNode error) {
        var message = error.isTextual() ? error.asText() : error.path("message").asText(BROKEN);
        var type = switch (error.path("type").asText("")) {
            case "invalid_request_error" -> "invalid_request_error";
            case "requests", "tokens" -> "rate_limit_error";
            case "service_unavailable_error" -> "overloaded_error";
            default -> "api_error";
        };
        fail(type, message);
    }

    private void fail(String type, String message) {
        over = true;
        event(
                "error",
                ",\"error\":{\"type\":" + quote(type) + ",\"message\":" + quote(message) + "},\"request_id\":"
                        + quote(requestId));
    }

    private void event(String type, String members) {
        out.append("event: ")
                .append(type)
                .append("\ndata: {\"type\":\"")
                .append(type)
                .append('"');
        out.append(members).append("}\n\n");
    }

    private byte[] taken() {
        if (out.isEmpty()) {
            return NOTHING;
        }
        var frames = out.toString().getBytes(StandardCharsets.UTF_8);
        out = new StringBuilder();
        return frames;
    }
}
