package io.dromedary;

import static io.dromedary.FieldProbe.more;
import static io.dromedary.FieldProbe.of;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.dromedary.access.Caller;
import io.dromedary.access.Entitlements;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.Backend;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Capabilities;
import io.dromedary.config.BackendSettings;
import io.dromedary.config.BackendSettings.ServedModel;
import io.dromedary.config.GatewaySettings;
import io.dromedary.config.ProjectSettings;
import io.dromedary.config.Settings;
import io.dromedary.files.FileFields;
import io.dromedary.jobs.batch.BatchFields;
import io.dromedary.routing.Catalogue;
import io.dromedary.routing.Gates;
import io.dromedary.routing.ModelPages;
import io.dromedary.routing.Standings;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;

/** What becomes of the fields of endpoints that no backend has a part in, by what the readers make of them. */
final class ReaderCoverage {
    private static final String BATCH =
            "\"input_file_id\":\"FILE\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"";
    private static final String LINE =
            "\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\"}";

    private ReaderCoverage() {}

    private static final List<FieldProbe> BATCHES = List.of(
            of("`input_file_id`, a file", "", BATCH, BATCH.replace("FILE", "file-none")),
            of(
                    "… an `https:` or `s3:` URL",
                    "",
                    BATCH.replace("FILE", "https://files.example/in.jsonl"),
                    BATCH.replace("FILE", "ftp://files.example/in.jsonl")),
            of("`endpoint` `/v1/chat/completions`", "", BATCH, endpoint("/v1/moderations")),
            of("… `/v1/responses`", BATCH, endpoint("/v1/responses"), ""),
            of("… `/v1/embeddings`", BATCH, endpoint("/v1/embeddings"), ""),
            of("… `/v1/rerank`", BATCH, endpoint("/v1/rerank"), ""),
            of("… `/v1/audio/transcriptions`", BATCH, endpoint("/v1/audio/transcriptions"), ""),
            of("… `/v1/completions`", BATCH, endpoint("/v1/completions"), ""),
            of("`completion_window` `24h`", "", BATCH, BATCH.replace("24h", "1h")),
            more("metadata", "", BATCH, "{\"a\":\"b\"}", "{\"a\":1}"),
            more("override_settings", " `model`", BATCH, "{\"model\":\"m\"}", "{\"model\":\"\"}"),
            more("override_settings", " `temperature`", BATCH, "{\"temperature\":1}", "{\"temperature\":3}"),
            more("override_settings", " `top_p`", BATCH, "{\"top_p\":1}", "{\"top_p\":2}"),
            more("override_settings", " `max_tokens`", BATCH, "{\"max_tokens\":1}", "{\"max_tokens\":0}"),
            more("override_settings", ", anything else", BATCH, "{\"n\":1}", ""),
            more(
                    "output_expires_after",
                    "",
                    BATCH,
                    "{\"anchor\":\"created_at\",\"seconds\":3600}",
                    "{\"anchor\":\"created_at\",\"seconds\":1}"),
            more("anything", " else", BATCH, "1", ""));

    private static final List<FieldProbe> LINES = List.of(
            of("`custom_id`", "", LINE, LINE.replace("\"a\"", "7")),
            of("`method` `POST`", "", LINE, LINE.replace("POST", "GET")),
            of("`url`, the batch's `endpoint`", "", LINE, LINE.replace("chat/completions", "responses")),
            of(
                    "`body`",
                    LINE,
                    LINE.replace("\"model\":\"m\"", "\"model\":\"m\",\"top_p\":1"),
                    LINE.replace("\"model\":\"m\"", "")),
            of(
                    "`body.stream` `false`",
                    LINE,
                    LINE.replace("\"m\"", "\"m\",\"stream\":false"),
                    LINE.replace("\"m\"", "\"m\",\"stream\":true")),
            of("anything else", LINE, LINE + ",\"no_such_member\":1", ""));

    private static final List<FieldProbe> LISTS =
            List.of(of("`limit`", "", "limit=1", "limit=0"), of("`after`", "", "after=BATCH", "after=batch_none"));

    private static final List<FieldProbe> FILES = List.of(
            of("`purpose` `batch`", "", "purpose=batch", "purpose=none"),
            of("… `assistants`", "purpose=batch", "purpose=assistants", ""),
            of("… `fine-tune`", "purpose=batch", "purpose=fine-tune", ""),
            of("… `vision`", "purpose=batch", "purpose=vision", ""),
            of("… `user_data`", "purpose=batch", "purpose=user_data", ""),
            of("… `evals`", "purpose=batch", "purpose=evals", ""),
            of(
                    "`expires_after[anchor]`, `expires_after[seconds]`",
                    "purpose=batch",
                    "purpose=batch&expires_after[anchor]=created_at&expires_after[seconds]=3600",
                    "purpose=batch&expires_after[anchor]=created_at&expires_after[seconds]=1"),
            of("anything else", "purpose=batch", "purpose=batch&no_such_field=1", ""));

    private static final List<FieldProbe> FILE_LISTS = List.of(
            of("`limit`", "", "limit=1", "limit=10001"),
            of("`order`", "", "order=asc", "order=up"),
            of("`after`", "", "after=file-1", ""),
            of("`purpose`", "", "purpose=batch", ""));

    private static final List<FieldProbe> MODELS = List.of(
            of("`verbose`", "", "verbose=true", ""),
            of("`ai_project_id`, and `OpenAI-Project`", "", "ai_project_id=p", "ai_project_id=q"));

    private static String endpoint(String path) {
        return BATCH.replace("/v1/chat/completions", path);
    }

    static Map<String, String> tables() {
        var batches = new BatchFields();
        batches.create("{" + BATCH + "}");
        var there = batches.last();
        return Map.of(
                "batch-fields",
                table(BATCHES, members -> known(batches.create("{" + members + "}"))),
                "batch-line-fields",
                table(LINES, members -> new String(BatchFields.line(("{" + members + "}").getBytes(UTF_8)), UTF_8)),
                "batch-list-fields",
                table(LISTS, query -> {
                    var asked = query(query.replace("BATCH", there));
                    return batches.list(asked.get("limit"), asked.get("after")).toString() + asked;
                }),
                "file-fields",
                table(FILES, form -> FileFields.upload(form(form))),
                "file-list-fields",
                table(FILE_LISTS, query -> FileFields.list(query(query))),
                "model-list-fields",
                table(MODELS, query -> models(query(query))));
    }

    /** Without what is another's each time. */
    private static String known(String batch) {
        return batch.replaceAll("(batch_|file-)[0-9a-f]+", "");
    }

    private static String table(List<FieldProbe> probes, Function<String, String> reader) {
        var table = new StringBuilder("| field | | a wrong one |\n|---|---|---|\n");
        for (var probe : probes) {
            table.append("| ")
                    .append(probe.field().replace("`anything` else", "anything else"))
                    .append(" | ")
                    .append(outcome(probe, reader).shown())
                    .append(" | ")
                    .append(probe.wrong().isEmpty() ? "" : Outcome.refused(() -> reader.apply(probe.wrong())))
                    .append(" |\n");
        }
        return table.toString();
    }

    /** Without what has to be there nothing is taken. */
    private static Outcome outcome(FieldProbe probe, Function<String, String> reader) {
        String without;
        try {
            without = reader.apply(probe.without());
        } catch (RefusedException e) {
            without = "";
        }
        try {
            return Outcome.of(without.equals(reader.apply(probe.with())) ? Fate.NEEDLESS : Fate.EMULATED);
        } catch (RefusedException e) {
            return Outcome.of(e);
        }
    }

    private static Map<String, List<String>> form(String text) {
        var fields = new LinkedHashMap<String, List<String>>();
        query(text).forEach((name, value) -> fields.put(name, new ArrayList<>(List.of(value))));
        return fields;
    }

    private static Map<String, String> query(String text) {
        var fields = new LinkedHashMap<String, String>();
        for (var field : text.split("&", -1)) {
            var equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return fields;
    }

    private static String models(Map<String, String> query) {
        var caller = new Caller(new ProjectSettings("p", List.of(), List.of(), false, false, false, null), "k");
        Entitlements.checkProject(caller, null, null, query.get("ai_project_id"));
        var backends = Map.of(
                "b",
                new BackendSettings(
                        "b",
                        "openai",
                        null,
                        null,
                        null,
                        BackendSettings.Timeouts.DEFAULT,
                        64,
                        Map.of("m", new ServedModel("up", 1, 1, Map.of())),
                        Map.of(),
                        Map.of(),
                        Map.of()));
        var dialects = Dialects.of(prefix -> prefix, InstantSource.fixed(Instant.EPOCH));
        var catalogue = Catalogue.of(
                new Settings(GatewaySettings.DEFAULT, backends, Map.of(), Map.of(), ""),
                settings -> new Backend(
                        new BackendName(settings.name()),
                        settings,
                        Objects.requireNonNull(dialects.get("openai")),
                        Capabilities.OPENAI,
                        (body, span, listener) -> {
                            throw new AssertionError("a list asks nobody");
                        }),
                new Standings(InstantSource.fixed(Instant.EPOCH), () -> 0, new SplittableRandom(7)),
                new Gates(() -> 0, (wait, what) -> () -> {}));
        var page = new ModelPages(0).list(catalogue, caller, "true".equals(query.get("verbose")));
        return new String(page, UTF_8);
    }
}
