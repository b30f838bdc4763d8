package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.Usage;
import io.dromedary.api.json.Json;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.ServedTier;
import io.dromedary.backend.Target;
import io.dromedary.backend.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RerankTaskTest {
    private static final String THREE = "\"query\":\"q\",\"documents\":[\"a\",{\"text\":\"b\",\"id\":7},\"c\"]";

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Jina and vLLM
                """
                {"id":"r","model":"x","usage":{"total_tokens":9},"results":[
                 {"index":1,"document":{"text":"b"},"relevance_score":0.9},
                 {"index":2,"document":{"text":"c"},"relevance_score":0.5},
                 {"index":0,"document":{"text":"a"},"relevance_score":0.1}]}""",
                // Together and infinity
                """
                {"object":"rerank","results":[{"index":0,"relevance_score":0.1},{"relevance_score":0.9,"index":1},
                 {"index":2,"relevance_score":0.5}],"usage":{"prompt_tokens":9,"total_tokens":9}}""",
                // Voyage
                """
                {"object":"list","data":[{"relevance_score":0.9,"index":1},{"index":2,"relevance_score":0.5},
                 {"index":0,"relevance_score":0.1}],"usage":{"total_tokens":9}}""",
                // SGLang
                """
                [{"score":0.1,"document":"a","index":0,"meta_info":{}},{"score":0.5,"index":2},{"score":0.9,"index":1}]"""
            })
    void ranks_of_every_shape_are_sorted_and_have_their_documents(String answer) {
        var done = Tasks.run(task(THREE, Map.of()), answer);

        assertThat(done.answer().path("id").textValue()).isEqualTo("rerank-minted");
        assertThat(done.answer().path("model").textValue()).isEqualTo("chat-small");
        assertThat(done.answer().path("results").toString())
                .isEqualTo("[{\"index\":1,\"relevance_score\":0.9,\"document\":{\"text\":\"b\",\"id\":7}},"
                        + "{\"index\":2,\"relevance_score\":0.5,\"document\":{\"text\":\"c\"}},"
                        + "{\"index\":0,\"relevance_score\":0.1,\"document\":{\"text\":\"a\"}}]");
        if (done.usage() != null) {
            assertThat(done.usage()).isEqualTo(new Usage(9, 0));
            assertThat(done.answer().path("usage").toString()).isEqualTo("{\"prompt_tokens\":9,\"total_tokens\":9}");
        } else {
            assertThat(done.answer().has("usage")).isFalse();
        }
    }

    @Test
    void documents_are_sent_as_texts_and_given_back_here() {
        var done = Tasks.run(task(THREE + ",\"return_documents\":true,\"own\":1", Map.of()), ranks(1, 2, 3));

        assertThat(done.paths()).containsExactly("/rerank");
        assertThat(done.sent().getFirst().toString())
                .isEqualTo("{\"model\":\"up/model-1\",\"query\":\"q\",\"documents\":[\"a\",\"b\",\"c\"],\"own\":1}");
    }

    @Test
    void no_documents_come_back_where_none_are_wanted() {
        var done = Tasks.run(task(THREE + ",\"return_documents\":false", Map.of()), ranks(1, 2, 3));
        assertThat(done.answer().path("results").path(0).has("document")).isFalse();
    }

    @Test
    void of_equals_the_first_goes_first() {
        var done = Tasks.run(task(THREE, Map.of()), ranks(0.5, 0.7, 0.5));
        assertThat(indexes(done.answer())).containsExactly(1, 0, 2);
    }

    @Test
    void top_n_is_obeyed_whether_the_backend_knows_it_or_not() {
        var knows = Tasks.run(
                task(THREE + ",\"top_n\":2", Map.of()),
                "{\"results\":[{\"index\":2,\"score\":3},{\"index\":1,\"score\":2}]}");
        assertThat(knows.sent().getFirst().path("top_n").intValue()).isEqualTo(2);
        assertThat(indexes(knows.answer())).containsExactly(2, 1);

        var ignores = Tasks.run(task(THREE + ",\"top_n\":2", Map.of()), ranks(1, 2, 3));
        assertThat(indexes(ignores.answer())).containsExactly(2, 1);

        var lacks = Tasks.run(task(THREE + ",\"top_n\":2", Map.of("topN", false)), ranks(1, 2, 3));
        assertThat(lacks.sent().getFirst().has("top_n")).isFalse();
        assertThat(indexes(lacks.answer())).containsExactly(2, 1);
    }

    @Test
    void many_documents_are_ranked_in_parts() {
        var done = Tasks.run(
                task(THREE + ",\"top_n\":2", Map.of("maxInputs", 2)),
                "{\"results\":[{\"index\":0,\"score\":0.2},{\"index\":1,\"score\":0.9}],\"usage\":{\"total_tokens\":4}}",
                "{\"results\":[{\"index\":0,\"score\":0.5}],\"usage\":{\"total_tokens\":3}}");

        assertThat(done.sent())
                .extracting(sent -> sent.path("documents").toString())
                .containsExactly("[\"a\",\"b\"]", "[\"c\"]");
        assertThat(indexes(done.answer())).containsExactly(1, 2);
        assertThat(done.answer().path("usage").path("total_tokens").intValue()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"results\":[]}",
                "{\"results\":[{\"index\":0,\"score\":1},{\"index\":1,\"score\":1}]}",
                "{\"results\":[{\"index\":0,\"score\":1},{\"index\":1,\"score\":1},{\"index\":1,\"score\":1}]}",
                "{\"results\":[{\"index\":0,\"score\":1},{\"index\":1,\"score\":1},{\"index\":3,\"score\":1}]}",
                "{\"results\":[{\"index\":0,\"score\":1},{\"index\":1,\"score\":1},{\"index\":2,\"score\":null}]}",
                "[{\"index\":0,\"score\":1}",
            })
    void what_is_no_answer_is_not_taken_for_one(String answer) {
        assertThat(Tasks.failure(task(THREE, Map.of()), answer)).isInstanceOf(AttemptFailure.Broken.class);
    }

    @Test
    void an_error_within_a_200_is_one() {
        assertThat(Tasks.failure(task(THREE, Map.of()), "{\"error\":{\"code\":503,\"message\":\"busy\"}}"))
                .isInstanceOf(AttemptFailure.Overloaded.class);
    }

    @Test
    void tei_is_asked_in_its_own_words_and_counts_in_a_header() {
        var target = new Target(
                Answers.target(Map.of()).backend(), Answers.target(Map.of()).model(), "up", TeiDialect.CAPABILITIES);
        var task = new TeiDialect(Answers.IDS, Answers.CLOCK)
                .task(
                        Tasks.rerank(THREE
                                + ",\"top_n\":1,\"truncate\":true,\"truncation_direction\":\"left\",\"user\":\"u\""),
                        target);
        var done = Tasks.run(
                task,
                name -> "x-compute-tokens".equals(name) ? "21" : null,
                "[{\"index\":2,\"score\":0.99},{\"index\":0,\"score\":0.2},{\"index\":1,\"score\":0.1}]");

        assertThat(done.paths()).containsExactly("/rerank");
        assertThat(done.sent().getFirst().toString())
                .isEqualTo(
                        "{\"query\":\"q\",\"texts\":[\"a\",\"b\",\"c\"],\"truncate\":true,\"truncation_direction\":\"Left\"}");
        assertThat(task.dropped()).containsExactly("user");
        assertThat(indexes(done.answer())).containsExactly(2);
        assertThat(done.usage()).isEqualTo(new Usage(21, 0));
    }

    @Test
    void a_model_that_makes_embeddings_ranks_by_their_cosine() {
        var done = Tasks.run(
                task(THREE + ",\"top_n\":2,\"max_chunks_per_doc\":3", Map.of("rankByEmbeddings", true, "maxInputs", 3)),
                "{\"data\":[{\"embedding\":[1,0]},{\"embedding\":[0,2]},{\"embedding\":[3,3]}],\"usage\":{\"prompt_tokens\":5}}",
                "{\"data\":[{\"embedding\":[-1,0]}],\"usage\":{\"prompt_tokens\":2}}");

        assertThat(done.paths()).containsExactly("/embeddings", "/embeddings");
        assertThat(done.sent())
                .extracting(Object::toString)
                .containsExactly(
                        "{\"model\":\"up/model-1\",\"input\":[\"q\",\"a\",\"b\"]}",
                        "{\"model\":\"up/model-1\",\"input\":[\"c\"]}");
        assertThat(indexes(done.answer())).containsExactly(1, 0);
        assertThat(done.answer().at("/results/0/relevance_score").doubleValue())
                .isCloseTo(Math.sqrt(0.5), within(1e-9));
        assertThat(done.answer().path("usage").path("total_tokens").intValue()).isEqualTo(7);
    }

    @Test
    void ranks_by_embeddings_are_asked_for_one_part_after_the_other_under_the_tier_that_serves() {
        var target = Answers.target(Map.of("rankByEmbeddings", true))
                .serving(new ServedTier(ServiceTier.FLEX, "flex", true, Map.of(), false));
        var task = Answers.dialect().task(Tasks.rerank(THREE + ",\"max_chunks_per_doc\":3,\"user\":\"u\""), target);

        assertThat(Json.object(task.sending(0).body()).path("service_tier").textValue())
                .isEqualTo("flex");
        assertThat(task.atOnce()).isEqualTo(1);
        assertThat(task.dropped()).containsExactlyInAnyOrder("max_chunks_per_doc", "user");
    }

    @Test
    void a_query_that_comes_alone_or_last_is_compared_all_the_same() {
        var alone = Tasks.run(
                task("\"query\":\"q\",\"documents\":[\"a\"]", Map.of("rankByEmbeddings", true, "maxInputs", 1)),
                "{\"data\":[{\"embedding\":[1,0]}]}",
                "{\"data\":[{\"embedding\":[1,0]}]}");
        assertThat(alone.answer().at("/results/0/relevance_score").doubleValue())
                .isEqualTo(1);

        var last = Tasks.run(
                task("\"query\":\"q\",\"documents\":[\"a\"]", Map.of("rankByEmbeddings", true)),
                "{\"data\":[{\"index\":1,\"embedding\":[2,0]},{\"index\":0,\"embedding\":[1,0]}]}");
        assertThat(last.answer().at("/results/0/relevance_score").doubleValue()).isEqualTo(1);
    }

    @Test
    void vectors_that_cannot_be_compared_are_no_match() {
        assertThat(CosineTask.cosine(new float[] {0, 0}, new float[] {1, 1})).isZero();
        assertThat(CosineTask.cosine(new float[] {1}, new float[] {1, 1})).isZero();
        assertThat(CosineTask.cosine(new float[] {1, 1}, new float[] {-2, -2})).isCloseTo(-1, within(1e-12));
    }

    private static String ranks(double... scores) {
        var results = new ArrayList<String>();
        for (var i = 0; i < scores.length; i++) {
            results.add("{\"index\":" + i + ",\"relevance_score\":" + scores[i] + "}");
        }
        return "{\"results\":[" + String.join(",", results) + "]}";
    }

    private static List<Integer> indexes(JsonNode answer) {
        var indexes = new ArrayList<Integer>();
        answer.path("results")
                .forEach(result -> indexes.add(result.path("index").intValue()));
        return indexes;
    }

    private static Task task(String members, Map<String, Object> capabilities) {
        return Answers.dialect().task(Tasks.rerank(members), Answers.target(capabilities));
    }
}
