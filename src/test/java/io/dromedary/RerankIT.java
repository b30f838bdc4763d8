package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks from outside, over upstreams of several kinds. */
@Timeout(120)
final class RerankIT {
    private static final String DOCUMENTS = "[\"cold tea\",{\"text\":\"warm bread\",\"id\":7},\"warm fresh bread\"]";
    private static final ScriptedBackend tei = ScriptedBackend.start();
    private static final ScriptedBackend vllm = ScriptedBackend.start();
    private static final ScriptedBackend vectors = ScriptedBackend.start();
    private static GatewayProcess gateway;
    private static Caller owner;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("simulator", """
                        dialect: simulator
                        models:
                          simulated: { upstream: simulator }
                        """)
                .backend("tei", """
                        dialect: tei
                        url: %s
                        models:
                          ranks: { upstream: bge, priority: 1 }
                        """.formatted(tei.url()))
                .backend("vllm", """
                        dialect: vllm
                        url: %s/v1
                        models:
                          ranks: { upstream: bge, priority: 2 }
                        """.formatted(vllm.url()))
                .backend("vectors", """
                        dialect: openai
                        url: %s/v1
                        models:
                          by-cosine: { upstream: e5, capabilities: { rankByEmbeddings: true } }
                          no-ranks: { upstream: e5 }
                        """.formatted(vectors.url()))
                .config("keys.yaml", Caller.keys(project("owner")))
                .start();
        owner = Caller.of(gateway, "owner");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        tei.close();
        vllm.close();
        vectors.close();
    }

    @BeforeEach
    void forget() {
        for (var backend : List.of(tei, vllm, vectors)) {
            backend.clear();
            backend.received().clear();
        }
    }

    private static String body(String model, String... members) {
        var more = members.length == 0 ? "" : "," + String.join(",", members);
        return "{\"model\":\"" + model + "\",\"query\":\"warm bread\",\"documents\":" + DOCUMENTS + more + "}";
    }

    private static List<Integer> indexes(JsonNode answer) {
        var indexes = new ArrayList<Integer>();
        answer.path("results")
                .forEach(result -> indexes.add(result.path("index").intValue()));
        return indexes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/rerank", "/v2/rerank", "/rerank", "/owner/v1/rerank"})
    void every_path_that_clients_know_ranks_the_same(String path) {
        var answer = owner.post(path, body("simulated"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var ranks = json(answer);
        assertThat(indexes(ranks)).containsExactly(1, 2, 0);
        assertThat(ranks.path("id").textValue()).startsWith("rerank-");
        assertThat(ranks.path("model").textValue()).isEqualTo("simulated");
        assertThat(ranks.at("/results/0/document").toString()).isEqualTo("{\"text\":\"warm bread\",\"id\":7}");
        assertThat(ranks.at("/results/0/relevance_score").doubleValue()).isGreaterThan(0.99);
        assertThat(ranks.path("usage").path("total_tokens").intValue()).isEqualTo(9);
        assertThat(answer.headers().firstValue("x-dromedary-backend")).contains("simulator");
    }

    @Test
    void tei_ranks_in_its_own_words() {
        tei.next(Script.json(
                200,
                Map.of("x-compute-tokens", "12"),
                "[{\"index\":0,\"score\":0.1},{\"index\":2,\"score\":0.8},{\"index\":1,\"score\":0.8}]"));

        var answer = json(owner.post("/v1/rerank", body("ranks", "\"top_n\":2", "\"return_documents\":false")));

        assertThat(indexes(answer)).containsExactly(1, 2);
        assertThat(answer.at("/results/0").has("document")).isFalse();
        assertThat(answer.path("usage").path("prompt_tokens").intValue()).isEqualTo(12);
        assertThat(tei.received()).singleElement().satisfies(request -> {
            assertThat(request.path()).isEqualTo("/rerank");
            assertThat(request.body())
                    .isEqualTo(
                            "{\"query\":\"warm bread\",\"texts\":[\"cold tea\",\"warm bread\",\"warm fresh bread\"]}");
        });
    }

    @Test
    void another_kind_of_backend_takes_over() {
        tei.next(Script.json(429, "{\"error\":\"Model is overloaded\",\"error_type\":\"Overloaded\"}"));
        tei.otherwise(request -> Script.json(424, "{\"error\":\"it broke\",\"error_type\":\"Backend\"}"));
        vllm.next(Script.json(
                200,
                "{\"id\":\"r\",\"model\":\"bge\",\"usage\":{\"total_tokens\":30},\"results\":[{\"index\":2,"
                        + "\"document\":{\"text\":\"warm fresh bread\"},\"relevance_score\":0.7}]}"));

        var answer = owner.post("/v1/rerank", body("ranks", "\"top_n\":1"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-dromedary-backend")).contains("vllm");
        assertThat(indexes(json(answer))).containsExactly(2);
        assertThat(vllm.received().getFirst().path()).isEqualTo("/v1/rerank");
        assertThat(vllm.received().getFirst().json().path("top_n").intValue()).isEqualTo(1);
    }

    @Test
    void a_model_that_makes_embeddings_ranks_where_that_is_configured() {
        vectors.next(Script.json(
                200,
                "{\"data\":[{\"embedding\":[1,0]},{\"embedding\":[0,1]},{\"embedding\":[1,1]},{\"embedding\":[2,0]}],"
                        + "\"usage\":{\"prompt_tokens\":8}}"));

        var answer = json(owner.post("/v1/rerank", body("by-cosine")));

        assertThat(indexes(answer)).containsExactly(2, 1, 0);
        assertThat(answer.at("/results/0/relevance_score").doubleValue()).isEqualTo(1);
        assertThat(vectors.received().getFirst().path()).isEqualTo("/v1/embeddings");

        var refused = owner.post("/v1/rerank", body("no-ranks"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).at("/error/code").textValue()).isEqualTo("unsupported_endpoint");
    }

    @Test
    void what_is_wrong_is_told_by_its_path() {
        var refused = owner.post("/v1/rerank", "{\"model\":\"simulated\",\"query\":\"q\",\"documents\":[\"a\",7]}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).at("/error/param").textValue()).isEqualTo("documents[1]");
        assertThat(new Caller(gateway.url(), "sk-nobody")
                        .post("/v2/rerank", body("simulated"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(owner.get("/v1/rerank").statusCode()).isEqualTo(405);
        assertThat(owner.post("/v1/rerank", body("nowhere")).statusCode()).isEqualTo(404);
        assertThat(owner.post("/v1/rerank", body("simulated").replace("warm bread\",\"doc", "fail:503\",\"doc"))
                        .statusCode())
                .isEqualTo(502);
    }
}
