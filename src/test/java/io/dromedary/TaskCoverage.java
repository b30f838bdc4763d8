package io.dromedary;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Endpoint;
import io.dromedary.api.GuardHeaders;
import io.dromedary.api.ModelName;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.Reply;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.audio.KeptBytes;
import io.dromedary.api.audio.Recording;
import io.dromedary.api.audio.SpeechTask;
import io.dromedary.api.audio.TranscriptionRequestReader;
import io.dromedary.api.embeddings.EmbeddingsRequestReader;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.rerank.RerankRequestReader;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Sending;
import io.dromedary.backend.ServedTier;
import io.dromedary.backend.Target;
import io.dromedary.backend.Task;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the dialects do with each field of the endpoints that have a {@link Task} of their own, found out by making one and
 * by answering it.
 */
final class TaskCoverage {
    private static final Pattern FIELD = Pattern.compile("name=\"([^\"]*)\"\r\n\r\n(.*?)\r\n--form-", Pattern.DOTALL);
    private static final byte[] TRANSCRIPT = """
            {"task":"transcribe","language":"en","duration":2.5,"text":"a b","words":[{"word":"a","start":0,"end":1}],
             "segments":[{"id":0,"start":0,"end":1,"text":" a"},{"id":1,"start":1,"end":2.5,"text":" b"}]}""".getBytes(UTF_8);
    private static final byte[] SUBTITLES = "WEBVTT\n\n00:00.000 --> 00:01.000\na b\n".getBytes(UTF_8);

    private final Map<String, Dialect> dialects =
            new TreeMap<>(Dialects.of(prefix -> prefix + "0", InstantSource.fixed(Instant.EPOCH)));

    /** One backend that may be asked. */
    private record Asked(String label, Dialect dialect, Capabilities can) {}

    /** What a task came to: where it goes, what is sent, what is left out, and what the caller gets. */
    private record Ran(int parts, JsonNode sent, List<String> dropped, String answer) {}

    Map<String, String> tables() {
        var tables = new LinkedHashMap<String, String>();
        tables.put(
                "embeddings-fields",
                table(FieldProbe.embeddings(), asked(Endpoint.EMBEDDINGS), TaskCoverage::embeddings));
        tables.put("rerank-fields", table(FieldProbe.rerank(), ranking(), TaskCoverage::rerank));
        tables.put(
                "transcription-fields",
                table(
                                FieldProbe.speech(),
                                asked(Endpoint.TRANSCRIPTIONS),
                                fields -> speech(SpeechTask.TRANSCRIBE, fields))
                        + headers());
        tables.put(
                "translation-fields",
                table(
                        FieldProbe.speech(),
                        asked(Endpoint.TRANSLATIONS),
                        fields -> speech(SpeechTask.TRANSLATE, fields)));
        return tables;
    }

    private List<Asked> asked(Endpoint endpoint) {
        return dialects.values().stream()
                .filter(dialect -> dialect.capabilities().serves(endpoint))
                .map(dialect -> new Asked(dialect.name(), dialect, dialect.capabilities()))
                .toList();
    }

    /** A backend of OpenAI's dialect is one that ranks where its file says so. */
    private List<Asked> ranking() {
        var all = new ArrayList<>(asked(Endpoint.RERANK));
        var openAi = Objects.requireNonNull(dialects.get("openai"));
        all.add(new Asked("openai (`endpoints: [rerank]`)", openAi, openAi.capabilities()));
        all.add(new Asked(
                "openai (`rankByEmbeddings`)", openAi, openAi.capabilities().with(Map.of("rankByEmbeddings", true))));
        return all;
    }

    private static String table(List<FieldProbe> probes, List<Asked> asked, Function<String, ModelRequest> reader) {
        var table = new StringBuilder("| field |" + Fates.HEAD + " a wrong one |\n|---|" + Fates.RULE + "---|\n");
        for (var probe : probes) {
            var fates = new Fates();
            asked.forEach(one -> fates.add(one.label, outcome(probe, one, reader)));
            table.append("| ")
                    .append(probe.field())
                    .append(" |")
                    .append(fates.cellsWithRefusals())
                    .append(' ')
                    .append(wrong(probe, reader))
                    .append(" |\n");
        }
        return table.toString();
    }

    private static String wrong(FieldProbe probe, Function<String, ModelRequest> reader) {
        return probe.wrong().isEmpty() ? "" : Outcome.refused(() -> reader.apply(probe.wrong()));
    }

    /** What is done about guards is done whatever the backend. */
    private static String headers() {
        var rows = new StringBuilder();
        for (var probe : FieldProbe.speechHeaders()) {
            var fate = String.valueOf(guards(probe.without())).equals(String.valueOf(guards(probe.with())))
                    ? Fate.NEEDLESS
                    : Fate.EMULATED;
            var fates = new Fates();
            fates.add("any", Outcome.of(fate));
            rows.append("| ")
                    .append(probe.field())
                    .append(" |")
                    .append(fates.cells())
                    .append(' ')
                    .append(
                            probe.wrong().isEmpty()
                                    ? ""
                                    : Outcome.refused(() -> Optional.ofNullable(guards(probe.wrong()))))
                    .append(" |\n");
        }
        return rows.toString();
    }

    private static @Nullable Object guards(String headers) {
        var given = fields(headers);
        return GuardHeaders.read(
                name -> given.containsKey(name) ? given.get(name).getFirst() : null);
    }

    private static Outcome outcome(FieldProbe probe, Asked asked, Function<String, ModelRequest> reader) {
        try {
            var without = ran(asked, reader.apply(probe.without()));
            var with = ran(asked, reader.apply(probe.with()));
            return Outcome.of(fate(probe, without, with));
        } catch (RefusedException e) {
            return Outcome.of(e);
        }
    }

    private static Fate fate(FieldProbe probe, Ran without, Ran with) {
        if (!without.dropped.containsAll(with.dropped)) {
            return Fate.NAMED;
        }
        if (with.parts > without.parts) {
            return Fate.EMULATED;
        }
        if (!without.sent.equals(with.sent)) {
            return Fate.sent(form(probe.without()), form(probe.with()), with.sent);
        }
        var asked = form(probe.with());
        asked.properties()
                .removeIf(
                        member -> member.getValue().equals(form(probe.without()).path(member.getKey())));
        if (!asked.isEmpty() && with.sent.has(asked.fieldNames().next())) {
            // what would have been sent anyway
            return Fate.sent(form(probe.without()), asked, with.sent);
        }
        return without.answer.equals(with.answer) ? Fate.NEEDLESS : Fate.EMULATED;
    }

    private static ObjectNode form(String text) {
        return text.startsWith("\"") ? Json.object(body(text)) : tree(fields(text));
    }

    private static byte[] body(String members) {
        return ("{\"model\":\"m\"," + members + "}").getBytes(UTF_8);
    }

    private static ModelRequest embeddings(String members) {
        return EmbeddingsRequestReader.read(body(members));
    }

    private static ModelRequest rerank(String members) {
        return RerankRequestReader.read(body(members));
    }

    private static ModelRequest speech(SpeechTask task, String fields) {
        var sound = new Recording("a.wav", "audio/wav", new KeptBytes("SOUND".getBytes(UTF_8)));
        return TranscriptionRequestReader.read(task, sound, fields(fields), null);
    }

    private static Map<String, List<String>> fields(String text) {
        var fields = new LinkedHashMap<String, List<String>>();
        for (var field : text.split("&", -1)) {
            if (!field.isEmpty()) {
                var equals = field.indexOf('=');
                fields.computeIfAbsent(field.substring(0, equals), any -> new ArrayList<>())
                        .add(field.substring(equals + 1));
            }
        }
        return fields;
    }

    private static ObjectNode tree(Map<String, List<String>> fields) {
        var tree = Json.MAPPER.createObjectNode();
        fields.forEach((name, values) -> tree.put(name, String.join("&", values)));
        return tree;
    }

    /** Makes the task of a request, and answers it as its backend would. */
    private static Ran ran(Asked asked, ModelRequest request) {
        var tier = ServedTier.of(
                request.serviceTier() == null ? ServiceTier.DEFAULT : ServiceTier.FLEX,
                request.serviceTier(),
                asked.can,
                Map.of(),
                false);
        var target = new Target(new BackendName("b"), new ModelName("m"), "up", asked.can).serving(tier);
        var task = asked.dialect.task(request, target);
        return request.endpoint() == Endpoint.TRANSCRIPTIONS || request.endpoint() == Endpoint.TRANSLATIONS
                ? spoken(task, request.stream())
                : listed(task);
    }

    private static Ran listed(Task task) {
        var sent = Json.MAPPER.createArrayNode();
        for (var part = 0; part < task.parts(); part++) {
            var sending = task.sending(part);
            var body = Json.object(sending.body());
            sent.add(body);
            read(task, part, body.has("input") ? vectors(body) : ranks(body));
        }
        return new Ran(
                task.parts(), sent.get(0), task.dropped(), new String(((Reply.Whole) task.reply()).body(), UTF_8));
    }

    private static void read(Task task, int part, byte[] answer) {
        var reader = task.reader(part);
        reader.head(name -> null);
        if (reader.whole(answer) == null) {
            throw new AssertionError(reader.failure() + " of " + new String(answer, UTF_8));
        }
    }

    private static byte[] vectors(JsonNode asked) {
        var input = asked.path("input");
        var size = input.isArray() && !input.path(0).isNumber() ? input.size() : 1;
        var vector = Collections.nCopies(asked.path("dimensions").asInt(2), "0.5");
        return each(size, "{\"object\":\"list\",\"data\":[", "{\"index\":%d,\"embedding\":" + vector + "}");
    }

    private static byte[] ranks(JsonNode asked) {
        var size = asked.path("documents").size() + asked.path("texts").size();
        return each(asked.path("top_n").asInt(size), "{\"results\":[", "{\"index\":%d,\"relevance_score\":0.5}");
    }

    private static byte[] each(int size, String head, String entry) {
        var answer = new StringBuilder(head);
        for (var i = 0; i < size; i++) {
            answer.append(i == 0 ? "" : ",").append(entry.formatted(i));
        }
        return answer.append("]}").toString().getBytes(UTF_8);
    }

    private static Ran spoken(Task task, boolean stream) {
        var sending = task.sending(0);
        var sent = sent(sending);
        var reader = task.reader(0);
        reader.head(name -> null);
        var format = sent.path("response_format").asText("json");
        var told = format.equals("vtt") || format.equals("srt") ? SUBTITLES : TRANSCRIPT;
        if (reader.whole(told) == null) {
            throw new AssertionError(format + ": " + reader.failure());
        }
        var out = new ByteArrayBuilder();
        if (stream && reader.replay(out)) {
            reader.end(out);
        }
        var answer = stream ? out.toByteArray() : ((Reply.Whole) task.reply()).body();
        return new Ran(1, sent, task.dropped(), new String(answer, UTF_8));
    }

    /** What stands in a form, without its file. */
    private static JsonNode sent(Sending sending) {
        var fields = new LinkedHashMap<String, List<String>>();
        var text = new String(sending.body(), UTF_8);
        var found = FIELD.matcher(text);
        for (var at = 0; found.find(at); at = found.end() - 9) {
            fields.computeIfAbsent(found.group(1), any -> new ArrayList<>()).add(found.group(2));
        }
        return tree(fields);
    }
}
