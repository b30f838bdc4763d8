package io.dromedary.api.audio;

import io.dromedary.api.Guards;
import io.dromedary.api.ModelName;
import io.dromedary.api.chat.ServiceTierCheck;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Faults;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a form that has speech in it. Lists are known in each way that clients write them: {@code name[]} more
 * than once, {@code name[0]}, {@code name} with commas. A field that is empty is as good as absent. What is not known here is
 * left as it came: backends have fields of their own.
 */
public final class TranscriptionRequestReader {
    private static final int LONGEST_MODEL = 256;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,20}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?");
    private static final List<String> CHUNKING = List.of("auto", "{\"type\": \"server_vad\"}");

    /** As others spell it. */
    private static final String GRANULARITIES_TOO = "timestamps_granularities";

    private final SpeechTask task;
    private final @Nullable Guards guards;
    private final Map<String, List<String>> rest = new LinkedHashMap<>();
    private final Set<Granularity> granularities = EnumSet.noneOf(Granularity.class);
    private @Nullable ModelName model;
    private TranscriptFormat format = TranscriptFormat.JSON;
    private boolean stream;
    private @Nullable String serviceTier;
    private boolean logprobs;
    private boolean diarization;

    private TranscriptionRequestReader(SpeechTask task, @Nullable Guards guards) {
        this.task = task;
        this.guards = guards;
    }

    /**
     * Reads a form.
     *
     * @param fields by name, as they were sent
     * @param guards that are switched on, or null
     * @throws io.dromedary.api.error.RefusedException 400 with the {@code param} that is wrong
     */
    public static TranscriptionRequest read(
            SpeechTask task, Recording recording, Map<String, List<String>> fields, @Nullable Guards guards) {
        var reader = new TranscriptionRequestReader(task, guards);
        fields.forEach(reader::field);
        return reader.request(recording);
    }

    private void field(String name, List<String> sent) {
        var values = sent.stream().filter(value -> !value.isEmpty()).toList();
        if (values.isEmpty()) {
            return;
        }
        switch (TranscriptionRequest.base(name)) {
            case "model" -> model = new ModelName(one(name, values, LONGEST_MODEL));
            case "response_format" -> format = format(one(name, values));
            case "timestamp_granularities", GRANULARITIES_TOO -> granularities(values);
            case "stream" -> stream = bool(name, one(name, values));
            case "service_tier" -> serviceTier = ServiceTierCheck.read(name, one(name, values));
            case "temperature" -> {
                temperature(one(name, values));
                rest.put(name, values);
            }
            case "include" -> {
                values.forEach(this::include);
                rest.put(name, values);
            }
            case "diarization" -> {
                diarization = bool(name, one(name, values));
                rest.put(name, values);
            }
            case "chunking_strategy" -> {
                if (!name.contains("[")) {
                    chunking(one(name, values));
                }
                rest.put(name, values);
            }
            case "language", "prompt" -> {
                one(name, values);
                rest.put(name, values);
            }
            case "file" ->
                throw Faults.at(
                        "file", "invalid_value", "Invalid '%s': send it as a part of the form that has a filename.");
            default -> rest.put(name, values);
        }
    }

    private static String one(String name, List<String> values, int longest) {
        var value = one(name, values);
        if (value.length() > longest) {
            throw Faults.longString(name, longest, value.length());
        }
        return value;
    }

    private static String one(String name, List<String> values) {
        if (values.size() > 1) {
            throw Faults.at(
                    name, "invalid_value", "Duplicate field: '%s' is given more than once in the form. Send it once.");
        }
        return values.getFirst();
    }

    private TranscriptFormat format(String word) {
        var known = TranscriptFormat.of(word);
        var wanted = task == SpeechTask.TRANSLATE && known == TranscriptFormat.DIARIZED_JSON ? null : known;
        if (wanted == null) {
            throw Faults.unsupported(
                    "response_format",
                    word,
                    TranscriptFormat.words().stream()
                            .filter(one ->
                                    task == SpeechTask.TRANSCRIBE || !one.equals(TranscriptFormat.DIARIZED_JSON.word()))
                            .toList());
        }
        return wanted;
    }

    private void granularities(List<String> values) {
        for (var value : values) {
            for (var word : value.split(",", -1)) {
                switch (word.strip()) {
                    case "word" -> granularities.add(Granularity.WORD);
                    case "segment" -> granularities.add(Granularity.SEGMENT);
                    default -> throw Faults.unsupported("timestamp_granularities", word.strip(), Granularity.WORDS);
                }
            }
        }
    }

    private static boolean bool(String name, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw Faults.wrongType(name, "true or false", "something else");
        };
    }

    private static void temperature(String value) {
        if (!NUMBER.matcher(value).matches()) {
            throw Faults.wrongType("temperature", "a decimal", "something else");
        }
        var number = new BigDecimal(value);
        if (number.signum() < 0) {
            throw Faults.outOfRange("temperature", "decimal", true, 0, value);
        }
        if (number.compareTo(BigDecimal.ONE) > 0) {
            throw Faults.outOfRange("temperature", "decimal", false, 1, value);
        }
    }

    private void include(String values) {
        for (var value : values.split(",", -1)) {
            if (!value.strip().equals("logprobs")) {
                throw Faults.unsupported("include", value.strip(), List.of("logprobs"));
            }
        }
        logprobs = true;
    }

    private static void chunking(String value) {
        var json = value.equals("auto") ? null : Json.read(value.getBytes(StandardCharsets.UTF_8));
        if (!value.equals("auto")
                && (json == null || !json.path("type").asText().equals("server_vad"))) {
            throw Faults.unsupported("chunking_strategy", value, CHUNKING);
        }
    }

    private TranscriptionRequest request(Recording recording) {
        if (recording.content().length() == 0) {
            throw Faults.at("file", "invalid_value", "Invalid '%s': the file is empty. Send one with speech in it.");
        }
        if (model == null) {
            throw Faults.missing("model");
        }
        if (!granularities.isEmpty() && format != TranscriptFormat.VERBOSE_JSON) {
            throw needs("timestamp_granularities", TranscriptFormat.VERBOSE_JSON);
        }
        if (diarization && format != TranscriptFormat.VERBOSE_JSON && format != TranscriptFormat.DIARIZED_JSON) {
            throw needs("diarization", TranscriptFormat.VERBOSE_JSON);
        }
        if (logprobs && format != TranscriptFormat.JSON) {
            throw needs("include", TranscriptFormat.JSON);
        }
        if (stream && !format.isStreamed()) {
            throw Faults.at(
                    "stream",
                    "unsupported_value",
                    "Unsupported value for '%s': with response_format '" + format.word()
                            + "' it cannot be true. Leave one of them out.");
        }
        if (guards != null) {
            checkGuarded(guards);
        }
        if (granularities.isEmpty()) {
            granularities.add(Granularity.SEGMENT);
        }
        return new TranscriptionRequest(
                task, recording, model, format, granularities, stream, serviceTier, guards, rest);
    }

    /** What tells the transcript a second time, in pieces in which no guard would know anything, is not to be had. */
    private void checkGuarded(Guards on) {
        if (on.output().pii() != null && granularities.contains(Granularity.WORD)) {
            throw Faults.at(
                    "timestamp_granularities",
                    "unsupported_parameter",
                    "'%s': with the header 'pii' it cannot have 'word', because words are looked at one by one. Leave one of"
                            + " them out.");
        }
        if (logprobs) {
            throw Faults.at(
                    "include",
                    "unsupported_parameter",
                    "'%s': logprobs spell the transcript a second time, past the guard that is switched on. Leave them out.");
        }
    }

    private RuntimeException needs(String param, TranscriptFormat needed) {
        return Faults.at(
                param,
                "unsupported_value",
                "Unsupported value for '%s': it needs response_format '" + needed.word() + "', but that is '"
                        + format.word() + "'.");
    }
}
