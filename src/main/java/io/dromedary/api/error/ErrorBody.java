package io.dromedary.api.error;

import io.dromedary.api.Reply;
import io.dromedary.api.json.JsonText;
import io.dromedary.api.sse.SseFrame;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Renders a {@link Refusal} in OpenAI's error shape: {@code {"error":{"message","type","param","code"}}}. */
public final class ErrorBody {
    private ErrorBody() {}

    public static Reply.Whole reply(Refusal refusal) {
        return Reply.Whole.json(refusal.status(), bytes(refusal));
    }

    public static byte[] bytes(Refusal refusal) {
        return json(refusal.message(), refusal.type(), refusal.param(), refusal.code())
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The refusal as one framed event, for a stream whose status line is already out. No {@code [DONE]} follows it. */
    public static byte[] event(Refusal refusal) {
        return SseFrame.of(bytes(refusal));
    }

    private static String json(String message, String type, @Nullable String param, @Nullable String code) {
        var json = new StringBuilder(160).append("{\"error\":{\"message\":");
        JsonText.quote(json, message).append(",\"type\":");
        JsonText.quote(json, type).append(",\"param\":");
        JsonText.quote(json, param).append(",\"code\":");
        return JsonText.quote(json, code).append("}}").toString();
    }
}
