package io.dromedary.testing.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;

/** Embeddings and transcripts, as OpenAI and those who are like it give them. */
public final class TaskWire {
    public static final int EMBEDDING_TOKENS = 7;
    public static final String TRANSCRIPT = "Good morning to all.";

    private static final String FIRST = "Good morning";
    private static final String SECOND = " to all.";

    private TaskWire() {}

    /** The vector of an input, by its place in the list. */
    public static float[] vector(int place) {
        return new float[] {0.5f, -0.25f, place, 1e-7f};
    }

    /** Whether a request is for embeddings. */
    public static boolean wantsEmbeddings(Received received) {
        return received.path().contains("/embeddings");
    }

    /** Whether a request has a recording in it. */
    public static boolean hasSpeech(Received received) {
        return received.path().contains("/audio/") || received.path().endsWith("/inference");
    }

    public static Script embeddings(Received received) {
        var answer = Json.MAPPER.createObjectNode().put("object", "list").put("model", "scripted");
        var list = answer.putArray("data");
        for (var i = 0; i < received.json().path("input").size(); i++) {
            var one = list.addObject().put("object", "embedding").put("index", i);
            var numbers = one.putArray("embedding");
            for (var number : vector(i)) {
                numbers.add(number);
            }
        }
        answer.putObject("usage").put("prompt_tokens", EMBEDDING_TOKENS).put("total_tokens", EMBEDDING_TOKENS);
        return Script.json(200, answer.toString());
    }

    /** @param dialect whose events a stream has */
    public static Script transcript(String dialect, Received received) {
        if (has(received, "stream", "true")) {
            return switch (dialect) {
                case "vllm", "sglang" -> Script.stream(chunk(FIRST, false), chunk(SECOND, true), "[DONE]");
                case "whisper" ->
                    Script.stream(text(FIRST).toString(), text(SECOND).toString());
                default ->
                    Script.stream(
                            event("delta").put("delta", FIRST).toString(),
                            event("delta").put("delta", SECOND).toString(),
                            event("done").put("text", TRANSCRIPT).toString());
            };
        }
        var answer = text(TRANSCRIPT);
        if (has(received, "response_format", "verbose_json")) {
            answer.put("task", "transcribe").put("language", "en").put("duration", 2.5);
            answer.putArray("segments").add(segment(FIRST, 0, 0, 1.25)).add(segment(SECOND, 1, 1.25, 2.5));
        }
        return Script.json(200, answer.toString());
    }

    private static boolean has(Received form, String field, String value) {
        return form.body().contains("name=\"" + field + "\"\r\n\r\n" + value + "\r\n");
    }

    private static ObjectNode text(String text) {
        return Json.MAPPER.createObjectNode().put("text", text);
    }

    private static ObjectNode segment(String text, int id, double start, double end) {
        var segment =
                text(text).put("id", id).put("seek", 0).put("start", start).put("end", end);
        segment.putArray("tokens").add(50_364);
        return segment.put("temperature", 0.0)
                .put("avg_logprob", -0.25)
                .put("compression_ratio", 1.0)
                .put("no_speech_prob", 0.01);
    }

    private static ObjectNode event(String type) {
        return Json.MAPPER.createObjectNode().put("type", "transcript.text." + type);
    }

    private static String chunk(String text, boolean last) {
        var chunk = Json.MAPPER.createObjectNode().put("object", "transcription.chunk");
        var choice = chunk.putArray("choices").addObject().put("finish_reason", last ? "stop" : null);
        choice.putObject("delta").put("content", text);
        return chunk.toString();
    }
}
