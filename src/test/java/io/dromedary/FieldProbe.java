package io.dromedary;

import java.util.Collections;
import java.util.List;

/**
 * A field of an endpoint other than chat: a request with it, the same without it, and one in which it is wrong. Each is
 * members of a JSON object, or the fields of a form or a query as {@code a=b&c=d}.
 *
 * @param field as the documentation shows it
 * @param wrong empty where nothing can be
 */
record FieldProbe(String field, String without, String with, String wrong) {
    private static final String HI = "\"input\":\"hi\"";
    private static final String RANKED = "\"query\":\"q\",\"documents\":[\"a\",\"b\"]";

    /** The fields of {@code POST /v1/embeddings}. */
    static List<FieldProbe> embeddings() {
        return List.of(
                of("`input`, a string", "\"input\":\"ho\"", HI, "\"input\":7"),
                of("… a list of strings", HI, "\"input\":[\"a\",\"b\"]", "\"input\":[]"),
                of("… 2,048 strings", HI, "\"input\":" + list("\"a\"", 2048), "\"input\":" + list("\"a\"", 2049)),
                of("… a list of token ids", HI, "\"input\":[1,2]", "\"input\":[-1]"),
                of("… a list of lists of token ids", HI, "\"input\":[[1],[2]]", "\"input\":[[]]"),
                more("encoding_format", " `float`", HI, "\"float\"", "\"hex\""),
                more("encoding_format", " `base64`", HI, "\"base64\"", "7"),
                more("dimensions", "", HI, "256", "0"),
                more("user", "", HI, "\"u\"", "7"),
                more("service_tier", "", HI, "\"flex\"", "\"gold\""),
                more("truncate", " `true`", HI, "true", "\"yes\""),
                more("truncate", " `false`", HI, "false", "1"),
                more("truncation_direction", "", HI, "\"Left\"", "\"Up\""),
                more("stream", " `false`", HI, "false", "true"),
                of("anything else", HI, HI + ",\"no_such_member\":1", ""));
    }

    /** The fields of {@code POST /v1/rerank}. */
    static List<FieldProbe> rerank() {
        var documents = RANKED.replace("\"a\",\"b\"", "\"c\"");
        return List.of(
                of("`query`", RANKED.replace("\"q\"", "\"r\""), RANKED, "\"query\":\"\",\"documents\":[\"a\"]"),
                of("`documents`, strings", documents, RANKED, "\"query\":\"q\",\"documents\":[]"),
                of(
                        "… objects with `text`",
                        RANKED,
                        "\"query\":\"q\",\"documents\":[{\"text\":\"c\",\"id\":7},{\"text\":\"d\"}]",
                        "\"query\":\"q\",\"documents\":[{\"id\":7}]"),
                of(
                        "… 1,025 strings",
                        RANKED,
                        "\"query\":\"q\",\"documents\":" + list("\"a\"", 1025),
                        "\"query\":\"q\",\"documents\":" + list("\"a\"", 10_001)),
                more("top_n", "", RANKED, "1", "0"),
                more("return_documents", " `false`", RANKED, "false", "\"no\""),
                more("user", "", RANKED, "\"u\"", "7"),
                more("service_tier", "", RANKED, "\"flex\"", "\"gold\""),
                more("truncate", " `true`", RANKED, "true", "\"yes\""),
                more("truncate", " `false`", RANKED, "false", "1"),
                more("truncation_direction", "", RANKED, "\"Left\"", "\"Up\""),
                more("stream", " `false`", RANKED, "false", "true"),
                of("anything else", RANKED, RANKED + ",\"no_such_member\":1", ""));
    }

    /** The fields of {@code POST /v1/audio/transcriptions} and {@code /v1/audio/translations}. */
    static List<FieldProbe> speech() {
        var verbose = "response_format=verbose_json";
        return List.of(
                form("`language`", "", "language=en", "language=en&language=de"),
                form("`prompt`", "", "prompt=p", "prompt=p&prompt=q"),
                form("`temperature`", "", "temperature=0.5", "temperature=2"),
                form("`response_format` `json`", "", "response_format=json", "response_format=csv"),
                form("… `text`", "", "response_format=text", "response_format=text&response_format=json"),
                form("… `srt`", "", "response_format=srt", "response_format=srt&stream=true"),
                form("… `vtt`", "", "response_format=vtt", "response_format=vtt&stream=true"),
                form("… `verbose_json`", "", verbose, verbose + "&stream=true"),
                form("… `diarized_json`", "", "response_format=diarized_json", ""),
                form(
                        "`timestamp_granularities[]` `word`",
                        verbose,
                        verbose + "&timestamp_granularities[]=word",
                        "timestamp_granularities[]=word"),
                form(
                        "… `segment`",
                        verbose,
                        verbose + "&timestamp_granularities[]=segment",
                        verbose + "&timestamp_granularities[]=line"),
                form(
                        "`timestamps_granularities[]` `word`",
                        verbose,
                        verbose + "&timestamps_granularities[]=word",
                        verbose + "&timestamps_granularities[]=line"),
                form("`stream`", "", "stream=true", "stream=yes"),
                form("`include[]` `logprobs`", "", "include[]=logprobs", "include[]=all"),
                form("`languages[]`", "", "languages[]=en", ""),
                form("`keywords[]`", "", "keywords[]=k", ""),
                form("`known_speaker_names[]`", "", "known_speaker_names[]=n", ""),
                form("`known_speaker_references[]`", "", "known_speaker_references[]=data:audio/wav;base64,AAAA", ""),
                form("`chunking_strategy` `auto`", "", "chunking_strategy=auto", "chunking_strategy=none"),
                form("… `server_vad`", "", "chunking_strategy={\"type\":\"server_vad\"}", "chunking_strategy={}"),
                form("`diarization`", verbose, verbose + "&diarization=true", "diarization=true"),
                form("`service_tier`", "", "service_tier=flex", "service_tier=gold"),
                form("anything else", "", "no_such_field=1", ""));
    }

    /** The headers that are switches for a transcript. */
    static List<FieldProbe> speechHeaders() {
        return List.of(
                of("header `Pii`", "", "pii=block", "pii=hide"),
                of("header `Replace-Method`", "pii=replace", "pii=replace&replace-method=mask", "replace-method=blur"),
                of("header `Entity-List`", "pii=replace", "pii=replace&entity-list=EMAIL_ADDRESS", ""),
                of("header `Toxicity`", "", "toxicity=true", "toxicity=yes"),
                of("header `Injection`", "", "injection=true", "injection=yes"));
    }

    private static FieldProbe form(String field, String without, String with, String wrong) {
        return of(field, model(without), model(with), wrong.isEmpty() ? "" : model(wrong));
    }

    private static String model(String fields) {
        return fields.isEmpty() ? "model=m" : "model=m&" + fields;
    }

    static FieldProbe of(String field, String without, String with, String wrong) {
        return new FieldProbe(field, without, with, wrong);
    }

    /** A member beside others. */
    static FieldProbe more(String member, String what, String others, String value, String wrong) {
        var name = others.isEmpty() ? "" : others + ",";
        name += "\"" + member + "\":";
        return of("`" + member + "`" + what, others, name + value, wrong.isEmpty() ? "" : name + wrong);
    }

    private static String list(String value, int times) {
        return "[" + String.join(",", Collections.nCopies(times, value)) + "]";
    }
}
