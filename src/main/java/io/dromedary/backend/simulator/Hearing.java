package io.dromedary.backend.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.audio.TranscriptEvents;
import io.dromedary.api.json.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the simulator makes of a recording. One that is a text says just that; of any other it says its name and how many
 * bytes it has. A WAV file is as long as its header tells, any other a second for each 16,000 bytes; each word takes an equal
 * share of it, and ten words are a segment.
 */
final class Hearing {
    /** Bytes that are looked at. */
    static final int LOOK = 64 * 1024;

    private static final int WORDS = 10;
    private static final int BYTES_PER_SECOND = 16_000;
    private static final int WAV_HEADER = 44;

    private final SentForm form;
    private final String text;
    private final BigDecimal seconds;
    private final List<String> words;

    /** @param beginning of the recording, {@value #LOOK} bytes at most */
    Hearing(SentForm form, byte[] beginning, long length) {
        this.form = form;
        this.seconds = seconds(beginning, length);
        this.text = text(beginning, length, form.filename());
        this.words = Tokens.first(Simulator.MAX_TOKENS, text);
    }

    private static String text(byte[] beginning, long length, String filename) {
        if (length <= LOOK) {
            try {
                var text = UTF_8.newDecoder().decode(ByteBuffer.wrap(beginning)).toString();
                if (text.codePoints().noneMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c))) {
                    return text.strip();
                }
            } catch (CharacterCodingException e) {
                // then it is no text
            }
        }
        return filename + " has " + length + " bytes of sound";
    }

    private static BigDecimal seconds(byte[] beginning, long length) {
        var rate = (long) BYTES_PER_SECOND;
        var bytes = length;
        if (beginning.length >= WAV_HEADER && new String(beginning, 0, 4, UTF_8).equals("RIFF")) {
            var told = Integer.toUnsignedLong(
                    Integer.reverseBytes(ByteBuffer.wrap(beginning).getInt(28)));
            rate = told == 0 ? rate : told;
            bytes = length - WAV_HEADER;
        }
        return BigDecimal.valueOf(bytes).divide(BigDecimal.valueOf(rate), 3, RoundingMode.CEILING);
    }

    Simulation answer() {
        var fail = Turn.FAIL.matcher(text);
        if (fail.matches()) {
            return Simulator.failure(Integer.parseInt(fail.group(1)));
        }
        if ("true".equals(form.fields().get("stream"))) {
            return Simulation.stream(events());
        }
        var verbose = "verbose_json".equals(form.fields().get("response_format"));
        return Simulation.whole(200, Json.bytes(verbose ? verbose() : brief()));
    }

    private List<byte[]> events() {
        var events = new ArrayList<byte[]>(words.size() + 1);
        words.forEach(word -> events.add(TranscriptEvents.delta(word)));
        events.add(TranscriptEvents.done(String.join("", words), usage()));
        return events;
    }

    private ObjectNode brief() {
        var brief = Json.MAPPER.createObjectNode().put("text", String.join("", words));
        brief.set("usage", usage());
        return brief;
    }

    private ObjectNode usage() {
        return Json.MAPPER
                .createObjectNode()
                .put("type", "duration")
                .put("seconds", seconds.setScale(0, RoundingMode.CEILING).longValue());
    }

    private ObjectNode verbose() {
        var verbose = Json.MAPPER
                .createObjectNode()
                .put("task", "transcribe")
                .put("language", "english")
                .put("duration", seconds)
                .put("text", String.join("", words));
        var segments = verbose.putArray("segments");
        for (var from = 0; from < words.size(); from += WORDS) {
            var to = Math.min(words.size(), from + WORDS);
            segments.addObject()
                    .put("id", from / WORDS)
                    .put("start", at(from))
                    .put("end", at(to))
                    .put("text", String.join("", words.subList(from, to)));
        }
        if (form.fields().getOrDefault("timestamp_granularities[]", "").contains("word")) {
            var timed = verbose.putArray("words");
            for (var i = 0; i < words.size(); i++) {
                timed.addObject()
                        .put("word", words.get(i).strip())
                        .put("start", at(i))
                        .put("end", at(i + 1));
            }
        }
        verbose.set("usage", usage());
        return verbose;
    }

    private BigDecimal at(int word) {
        return seconds.multiply(BigDecimal.valueOf(word))
                .divide(BigDecimal.valueOf(words.size()), 3, RoundingMode.HALF_UP);
    }
}
