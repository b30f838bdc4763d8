package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.Caller;
import io.dromedary.testing.GatewayProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which a caller says who it is, for which project, and at which path. */
@Timeout(120)
final class CallersNamesIT {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static GatewayProcess gateway;
    private static String key;
    private static String other;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .config("keys.yaml", Caller.keys(project("acme"), project("other")))
                .start();
        key = Caller.of(gateway, "acme").key();
        other = Caller.of(gateway, "other").key();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** @param headers a name and a value each */
    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(gateway.url() + path));
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static String code(HttpResponse<String> answer) {
        return answer.statusCode() + " " + json(answer).at("/error/code").asText();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models",
                "/models",
                "/acme/v1/models",
                "/v1/models?ai_project_id=acme",
                "/models?ai_project_id=acme",
                "/acme/v1/models?ai_project_id=acme",
                "/v1/models/dromedary-sim",
                "/models/dromedary-sim",
                "/limits"
            })
    void every_path_is_there_without_its_version_and_with_a_project(String path) throws Exception {
        assertThat(get(path, "x-api-key", key).statusCode()).isEqualTo(200);
        assertThat(get(path, "x-api-key", key, "OpenAI-Project", "acme").statusCode())
                .isEqualTo(200);
        assertThat(get(path, "authorization", "Bearer " + key).statusCode()).isEqualTo(200);
    }

    @Test
    void a_call_is_made_with_either_header_or_with_both_that_say_the_same() throws Exception {
        assertThat(get("/v1/models", "x-api-key", " " + key + " ").statusCode()).isEqualTo(200);
        assertThat(get("/v1/models", "x-api-key", key, "authorization", "Bearer " + key)
                        .statusCode())
                .isEqualTo(200);
        assertThat(get("/v1/models", "x-api-key", key, "authorization", "bearer  " + key)
                        .statusCode())
                .isEqualTo(200);
        assertThat(get("/v1/models", "x-api-key", key, "authorization", "Bearer ")
                        .statusCode())
                .isEqualTo(200);
        assertThat(get("/v1/models", "x-api-key", "", "authorization", "Bearer " + key)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void keys_that_differ_or_are_none_are_refused() throws Exception {
        assertThat(code(get("/v1/models", "x-api-key", other, "authorization", "Bearer " + key)))
                .isEqualTo("400 conflicting_keys");
        assertThat(code(get("/v1/models", "x-api-key", "sk-nobody", "authorization", "Bearer " + key)))
                .isEqualTo("400 conflicting_keys");
        assertThat(code(get("/v1/models", "x-api-key", key, "authorization", "Bearer sk-nobody")))
                .isEqualTo("401 invalid_api_key");
        assertThat(code(get("/v1/models", "x-api-key", key, "authorization", "Basic abc")))
                .isEqualTo("401 invalid_api_key");
        assertThat(code(get("/v1/models", "x-api-key", "sk-nobody-at-all"))).isEqualTo("401 invalid_api_key");
        assertThat(get("/v1/models").body()).contains("x-api-key");
    }

    @Test
    void projects_that_differ_are_refused_and_so_is_one_that_is_not_the_keys() throws Exception {
        assertThat(code(get("/acme/v1/models", "x-api-key", key, "OpenAI-Project", "other")))
                .isEqualTo("400 conflicting_projects");
        assertThat(code(get("/acme/v1/models?ai_project_id=other", "x-api-key", key)))
                .isEqualTo("400 conflicting_projects");
        assertThat(code(get("/v1/models?ai_project_id=acme", "x-api-key", key, "OpenAI-Project", "other")))
                .isEqualTo("400 conflicting_projects");
        assertThat(code(get("/other/v1/models", "x-api-key", key))).isEqualTo("403 mismatched_project");
        assertThat(code(get("/v1/models?ai_project_id=other", "x-api-key", key)))
                .isEqualTo("403 mismatched_project");
        assertThat(code(get("/v1/models", "x-api-key", key, "OpenAI-Project", "other")))
                .isEqualTo("403 mismatched_project");
    }

    @Test
    void a_chat_completion_is_made_at_each_of_them() throws Exception {
        for (var path : new String[] {"/chat/completions", "/acme/v1/chat/completions"}) {
            var answer = CLIENT.send(
                    HttpRequest.newBuilder(URI.create(gateway.url() + path))
                            .header("x-api-key", key)
                            .header("content-type", "application/json")
                            .POST(BodyPublishers.ofString("{\"model\":\"dromedary-sim\",\"messages\":\"say:here\"}"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().map()).doesNotContainKey("x-api-key");
            assertThat(answer.body()).contains("here");
        }
    }
}
