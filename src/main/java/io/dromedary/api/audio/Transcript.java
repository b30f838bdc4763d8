package io.dromedary.api.audio;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Usage;
import io.dromedary.api.json.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said, as a backend has told it in JSON: OpenAI's {@code json}, {@code verbose_json} or {@code diarized_json}, or
 * what servers have that are like them. It can be written in each form that has no more in it. Members that are not known
 * here stay as they are.
 */
public final class Transcript {
    private static final String TEXT = "text";
    private static final String SEGMENTS = "segments";
    private static final String WORDS = "words";
    private static final List<String> SPELLING = List.of("tokens", "logprobs");
    private static final String DURATION = "duration";
    private static final String USAGE = "usage";
    private static final BigDecimal LONGEST = BigDecimal.valueOf(1_000_000_000L);

    private final ObjectNode tree;

    private Transcript(ObjectNode tree) {
        this.tree = tree;
    }

    /**
     * Reads one, and makes its members what OpenAI's are: numbers are numbers, words stand beside the segments and not in
     * them, and what was used is told where the length of the recording is.
     *
     * @param json with a text, or with segments that have one
     * @return null where it is none
     */
    public static @Nullable Transcript read(SpeechTask task, ObjectNode json) {
        var text = json.path(TEXT);
        if (!text.isTextual() && !json.path(SEGMENTS).isArray()) {
            return null;
        }
        var transcript = new Transcript(json);
        json.put(TEXT, (text.isTextual() ? text.textValue() : transcript.joined()).strip());
        transcript.number(json, DURATION);
        transcript.liftWords();
        for (var segment : json.path(SEGMENTS)) {
            if (segment instanceof ObjectNode object) {
                transcript.number(object, "start");
                transcript.number(object, "end");
            }
        }
        transcript.tellUsage(task);
        return transcript;
    }

    /** That was all, and nobody has said when. */
    public static Transcript of(String text) {
        return new Transcript(Json.MAPPER.createObjectNode().put(TEXT, text));
    }

    private String joined() {
        var text = new StringBuilder();
        tree.path(SEGMENTS).forEach(segment -> text.append(segment.path(TEXT).asText()));
        return text.toString();
    }

    /** Some write numbers as strings, or nothing at all. */
    private void number(ObjectNode object, String member) {
        var value = object.get(member);
        if (value == null) {
            return;
        }
        var number = number(value);
        if (number == null) {
            object.remove(member);
        } else if (!value.isNumber()) {
            object.put(member, number);
        }
    }

    private static @Nullable BigDecimal number(JsonNode value) {
        try {
            var number = value.isNumber()
                    ? value.decimalValue()
                    : value.isTextual() ? new BigDecimal(value.textValue()) : null;
            return number == null || number.signum() < 0 || number.compareTo(LONGEST) > 0 ? null : number;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private void liftWords() {
        var lifted = Json.MAPPER.createArrayNode();
        for (var segment : tree.path(SEGMENTS)) {
            if (segment instanceof ObjectNode object && object.remove(WORDS) instanceof ArrayNode words) {
                Words.add(words, lifted);
            }
        }
        if (tree.get(WORDS) instanceof ArrayNode words) {
            lifted.removeAll();
            Words.add(words, lifted);
        }
        if (lifted.isEmpty()) {
            tree.remove(WORDS);
        } else {
            tree.set(WORDS, lifted);
        }
    }

    private void tellUsage(SpeechTask task) {
        var usage = tree.get(USAGE);
        if (usage == null || usage.isNull()) {
            tree.remove(USAGE);
            var duration = tree.path(DURATION);
            if (task == SpeechTask.TRANSCRIBE && duration.isNumber()) {
                var seconds = duration.decimalValue().setScale(0, RoundingMode.CEILING);
                tree.putObject(USAGE).put("type", DURATION).put("seconds", seconds.longValue());
            }
        } else {
            tree.set(USAGE, SpokenUsage.normal(usage));
        }
    }

    public String text() {
        return tree.path(TEXT).asText();
    }

    /** What was used, in OpenAI's words; null where nobody says it. */
    public @Nullable JsonNode usage() {
        return tree.get(USAGE);
    }

    /** The tokens that were used; null where nobody says it, and where the recording's length counts. */
    public @Nullable Usage tokens() {
        return SpokenUsage.tokens(tree.path(USAGE));
    }

    /** It tells when each part was said, or has no part. */
    public boolean isTimed() {
        return text().isEmpty() || !cues().isEmpty();
    }

    /**
     * As the caller wants it.
     *
     * @param request whose format has no more in it than this
     */
    public byte[] write(TranscriptionRequest request) {
        if (request.guards() != null) {
            dropSpelling(tree, !request.wantsWords());
        }
        return switch (request.format()) {
            case JSON -> Json.bytes(brief());
            case TEXT -> (text() + "\n").getBytes(UTF_8);
            case SRT -> Subtitles.srt(cues()).getBytes(UTF_8);
            case VTT -> Subtitles.vtt(cues()).getBytes(UTF_8);
            case VERBOSE_JSON -> Json.bytes(verbose(request));
            case DIARIZED_JSON -> Json.bytes(tree);
        };
    }

    /** Takes out what spells the text a second time, where no guard can read it. */
    private static void dropSpelling(JsonNode node, boolean words) {
        if (node instanceof ObjectNode object) {
            object.remove(SPELLING);
            if (words) {
                object.remove(WORDS);
            }
        }
        for (var below : node) {
            // single words may stay where they were asked for, and nowhere else
            dropSpelling(below, true);
        }
    }

    /** The events that it comes to, framed. */
    public byte[] events() {
        return TranscriptEvents.whole(text(), usage());
    }

    /** Without what tells of times. */
    private ObjectNode brief() {
        var brief = tree.deepCopy();
        brief.remove(List.of("task", "language", DURATION, SEGMENTS, WORDS));
        return brief;
    }

    private ObjectNode verbose(TranscriptionRequest request) {
        if (!tree.has("task")) {
            tree.put("task", request.task().word());
        }
        if (!request.granularities().contains(Granularity.SEGMENT)) {
            tree.remove(SEGMENTS);
        }
        if (!request.granularities().contains(Granularity.WORD)) {
            tree.remove(WORDS);
        }
        return tree;
    }

    private List<Subtitles.Cue> cues() {
        var cues = new ArrayList<Subtitles.Cue>();
        for (var segment : tree.path(SEGMENTS)) {
            var text = segment.path(TEXT).asText().strip();
            if (!text.isEmpty()
                    && segment.path("start").isNumber()
                    && segment.path("end").isNumber()) {
                cues.add(new Subtitles.Cue(millis(segment.path("start")), millis(segment.path("end")), text));
            }
        }
        if (cues.isEmpty() && !text().isEmpty() && tree.path(DURATION).isNumber()) {
            cues.add(new Subtitles.Cue(0, millis(tree.path(DURATION)), text()));
        }
        return cues;
    }

    private static long millis(JsonNode seconds) {
        return seconds.decimalValue()
                .movePointRight(3)
                .setScale(0, RoundingMode.HALF_UP)
                .longValue();
    }
}
