package io.dromedary;

import static io.dromedary.testing.Caller.body;
import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.key;
import static io.dromedary.testing.Caller.project;
import static io.dromedary.testing.Caller.tier;
import static io.dromedary.testing.Chat.header;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.openai.core.ObjectMappers;
import com.openai.models.chat.completions.ChatCompletion;
import io.dromedary.store.HotRodNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Completions that are fetched later, over HTTP. */
@Timeout(240)
final class DeferredCompletionsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String DEFERRED = "\"deferred\":true";
    private static final ModelAnswer ANSWER = ModelAnswer.words("w", 3);
    private static final String PATH = "/v1/chat/deferred-completion/";

    @TempDir
    private Path folder;

    private static GatewayProcess.Builder builder(ScriptedBackend upstream) {
        return GatewayProcess.with()
                .backend("upstream", """
                        dialect: openai
                        url: %s/v1
                        timeouts: { firstToken: 2m }
                        models:
                          m: { upstream: up }
                        """.formatted(upstream.url()))
                .config(
                        "keys.yaml",
                        Caller.keys(project("acme", List.of(key("acme"), key("second"))), project("other")));
    }

    private static GatewayProcess start(ScriptedBackend upstream) throws Exception {
        return builder(upstream).start();
    }

    private static String promise(Caller caller, String... members) {
        var more = new ArrayList<>(List.of(members));
        more.add(DEFERRED);
        var told = caller.ask(body("m", more.toArray(String[]::new)));
        assertThat(told.statusCode()).as(told.body()).isEqualTo(200);
        var id = json(told).path("request_id").asText();
        assertThat(told.body()).isEqualTo("{\"request_id\":\"" + id + "\"}");
        assertThat(UUID.fromString(id).version()).isEqualTo(4);
        return id;
    }

    private static HttpResponse<String> fetch(Caller caller, String id) {
        return caller.get(PATH + id);
    }

    /** What it comes to. */
    private static HttpResponse<String> result(Caller caller, String id) {
        return await().atMost(SOON)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> fetch(caller, id), fetched -> fetched.statusCode() != 202);
    }

    private static int head(Caller caller, String id) throws Exception {
        var one = head(caller, id, HttpClient.Version.HTTP_1_1);
        assertThat(head(caller, id, HttpClient.Version.HTTP_2)).isGreaterThanOrEqualTo(one == 404 ? 404 : 200);
        return one;
    }

    private static int head(Caller caller, String id, HttpClient.Version version) throws Exception {
        try (var client = HttpClient.newBuilder().version(version).build()) {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create(caller.url() + PATH + id))
                            .header("authorization", "Bearer " + caller.key())
                            .HEAD()
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.body()).hasSize(0);
            return answer.statusCode();
        }
    }

    private static void assertNotThere(HttpResponse<String> fetched) {
        assertThat(fetched.statusCode()).isEqualTo(404);
        assertThat(json(fetched).at("/error/code").asText()).isEqualTo("deferred_completion_not_found");
        assertThat(json(fetched).at("/error/message").asText())
                .isEqualTo("No deferred completion could be found with the given request_id.");
        assertThat(header(fetched, "x-should-retry")).isEqualTo("false");
    }

    /** Answers when it is let go. */
    private static Function<Received, Script> when(CompletableFuture<Void> go) {
        return request -> {
            go.join();
            return ANSWER.to(request);
        };
    }

    @Test
    void it_is_promised_made_and_handed_out_once() throws Exception {
        var go = new CompletableFuture<Void>();
        try (var upstream = ScriptedBackend.start(when(go));
                var gateway = start(upstream)) {
            var caller = Caller.of(gateway, "acme");
            var other = Caller.of(gateway, "other");
            var id = promise(caller, "\"temperature\":0.5");

            for (var i = 0; i < 5; i++) {
                var pending = fetch(caller, id);
                assertThat(pending.statusCode()).isEqualTo(202);
                assertThat(pending.body()).isEmpty();
                assertThat(header(pending, "retry-after")).isEqualTo("1");
                assertThat(header(pending, "content-length")).isEqualTo("0");
                assertThat(pending.headers().firstValue("content-type")).isEmpty();
                assertNotThere(fetch(other, id));
            }
            assertThat(head(caller, id)).isEqualTo(202);
            assertThat(head(other, id)).isEqualTo(404);
            assertThat(caller.get(PATH.substring(3) + id).statusCode())
                    .as("without /v1")
                    .isEqualTo(202);
            assertThat(new Caller(caller.url(), "sk-nobody").get(PATH + id).statusCode())
                    .isEqualTo(401);
            assertThat(caller.delete(PATH + id).statusCode()).isEqualTo(405);

            go.complete(null);
            await().atMost(SOON).until(() -> head(caller, id) == 200);
            assertThat(head(caller, id)).as("it takes nothing away").isEqualTo(200);
            assertNotThere(fetch(other, id));
            var done = fetch(Caller.of(gateway, "second"), id);
            assertThat(done.statusCode()).as("another key of the project").isEqualTo(200);
            assertThat(header(done, "content-type")).startsWith("application/json");
            assertThat(header(done, "x-dromedary-backend")).isEqualTo("upstream");
            assertThat(header(done, "x-ratelimit-remaining-requests")).isEmpty();
            assertCompletion(done.body());
            await().atMost(SOON).untilAsserted(() -> assertNotThere(fetch(caller, id)));
            assertThat(head(caller, id)).isEqualTo(404);
            assertNotThere(fetch(caller, "x"));

            assertThat(upstream.received()).hasSize(1);
            assertThat(upstream.received().getFirst().body()).contains("0.5").doesNotContain("deferred");
            assertThat(gateway.log())
                    .filteredOn(line -> line.contains("\"inner\":true"))
                    .singleElement()
                    .asString()
                    .contains("\"request_id\":\"" + id + "\"", "\"project\":\"acme\"", "\"key\":\"acme\"")
                    .contains("\"path\":\"/v1/chat/completions\"", "\"status\":200", "\"backend\":\"upstream\"");
        }
    }

    /** As a client of OpenAI's reads it. */
    private static void assertCompletion(String body) throws IOException {
        var completion = ObjectMappers.jsonMapper().readValue(body, ChatCompletion.class);
        completion.validate();
        assertThat(completion.choices().getFirst().message().content()).contains(ANSWER.said(0, ModelAnswer.Kind.TEXT));
        assertThat(completion.usage()).isPresent();
        assertThat(completion.model()).isEqualTo("m");
    }

    @Test
    void what_is_wrong_with_it_is_told_before_it_is_promised() throws Exception {
        try (var upstream = ScriptedBackend.start(ANSWER::to);
                var gateway = start(upstream)) {
            var caller = Caller.of(gateway, "acme");
            var streamed = caller.ask(body("m", DEFERRED, "\"stream\":true"));
            assertThat(streamed.statusCode()).isEqualTo(400);
            assertThat(json(streamed).at("/error/param").asText()).isEqualTo("stream");
            assertThat(json(streamed).at("/error/type").asText()).isEqualTo("invalid_request_error");

            var unknown = caller.ask(body("nothing", DEFERRED));
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(json(unknown).at("/error/code").asText()).isEqualTo("model_not_found");

            var tiered = caller.ask(body("m", DEFERRED, tier("no-limit")));
            assertThat(tiered.statusCode()).isEqualTo(400);
            assertThat(json(tiered).at("/error/param").asText()).isEqualTo("service_tier");
            assertThat(caller.ask(body("m", DEFERRED, "\"temperature\":7")).statusCode())
                    .isEqualTo(400);
            assertThat(caller.ask(body("m", "\"deferred\":false")).statusCode()).isEqualTo(200);
            assertThat(upstream.received()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 500})
    void an_error_is_a_result_that_is_handed_out_once(int status) throws Exception {
        var error = "{\"error\":{\"message\":\"No luck.\",\"type\":\"t\",\"param\":\"messages\",\"code\":\"no_luck\"}}";
        try (var upstream = ScriptedBackend.start(request -> Script.json(status, error));
                var gateway = start(upstream)) {
            var caller = Caller.of(gateway, "acme");
            var id = promise(caller);
            var failed = result(caller, id);

            assertThat(failed.statusCode()).isEqualTo(status == 400 ? 400 : 502);
            assertThat(header(failed, "x-should-retry")).isEqualTo("false");
            assertThat(json(failed).at("/error/message").asText()).contains(status == 400 ? "No luck." : "500");
            await().atMost(SOON).untilAsserted(() -> assertNotThere(fetch(caller, id)));
        }
    }

    @Test
    void what_finds_no_room_waits_for_it() throws Exception {
        try (var upstream = ScriptedBackend.start(ANSWER::to)) {
            upstream.next(
                    Script.json(429, "{\"error\":{\"message\":\"slow down\"}}"),
                    Script.json(429, "{\"error\":{\"message\":\"slow down\"}}"),
                    Script.json(429, "{\"error\":{\"message\":\"slow down\"}}"),
                    Script.json(429, "{\"error\":{\"message\":\"slow down\"}}"));
            try (var gateway = start(upstream)) {
                var caller = Caller.of(gateway, "acme");
                assertThat(result(caller, promise(caller)).statusCode()).isEqualTo(200);
                assertThat(upstream.received()).hasSizeGreaterThan(4);
            }
        }
    }

    @Test
    void it_is_served_by_the_tier_that_such_work_has() throws Exception {
        try (var upstream = ScriptedBackend.start(ANSWER::to);
                var gateway = builder(upstream)
                        .config("gateway.yaml", "jobs: { tiers: { deferred: flex } }\n")
                        .start()) {
            var caller = Caller.of(gateway, "acme");
            result(caller, promise(caller));
            result(caller, promise(caller, tier("default")));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(gateway.log())
                            .filteredOn(line -> line.contains("\"inner\":true"))
                            .hasSize(2)
                            .anyMatch(line -> line.contains("\"tier\":\"flex\""))
                            .anyMatch(line -> line.contains("\"tier\":\"default\"")));
        }
    }

    @Test
    void of_those_who_fetch_at_once_one_gets_it() throws Exception {
        try (var upstream = ScriptedBackend.start(ANSWER::to);
                var gateway = start(upstream)) {
            var caller = Caller.of(gateway, "acme");
            for (var round = 0; round < 10; round++) {
                var id = promise(caller);
                await().atMost(SOON).until(() -> head(caller, id) == 200);
                var all = new ArrayList<CompletableFuture<HttpResponse<String>>>();
                for (var i = 0; i < 8; i++) {
                    all.add(CompletableFuture.supplyAsync(() -> fetch(caller, id), Thread::startVirtualThread));
                }
                var statuses = all.stream().map(one -> one.join().statusCode()).toList();
                assertThat(statuses).containsOnlyOnce(200);
                assertThat(statuses).allMatch(status -> status == 200 || status == 202 || status == 404);
                assertNotThere(result(caller, id));
            }
        }
    }

    @Test
    void a_download_that_breaks_off_takes_nothing_away() throws Exception {
        var large = "x".repeat(1_000_000);
        var answer = ModelAnswer.words(large, 16);
        try (var upstream = ScriptedBackend.start(answer::to);
                var gateway = start(upstream)) {
            var caller = Caller.of(gateway, "acme");
            var id = promise(caller);
            for (var i = 0; i < 3; i++) {
                await().atMost(SOON).until(() -> head(caller, id) == 200);
                assertThat(breakOff(caller, id)).startsWith("HTTP/1.1 200");
            }
            var whole = result(caller, id);
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(json(whole).at("/choices/0/message/content").asText().length())
                    .isGreaterThan(16_000_000);
            await().atMost(SOON).untilAsserted(() -> assertNotThere(fetch(caller, id)));
        }
    }

    /** Reads the beginning, and leaves. */
    private static String breakOff(Caller caller, String id) throws IOException {
        var address = URI.create(caller.url());
        try (var socket = new Socket()) {
            // what the network holds for a reader is small
            socket.setReceiveBufferSize(16_384);
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()));
            socket.getOutputStream()
                    .write(("GET " + PATH + id + " HTTP/1.1\r\nhost: " + address.getAuthority()
                                    + "\r\nauthorization: Bearer " + caller.key() + "\r\n\r\n")
                            .getBytes(ISO_8859_1));
            var begun = new String(socket.getInputStream().readNBytes(1000), ISO_8859_1);
            socket.setSoLinger(true, 0);
            return begun;
        }
    }

    @Test
    void what_was_promised_outlives_a_kill() throws Exception {
        var first = new CompletableFuture<Void>();
        try (var upstream = ScriptedBackend.start(when(first))) {
            var ids = new ArrayList<String>();
            String done;
            try (var gateway =
                    builder(upstream).flag("--data", folder.toString()).start()) {
                var caller = Caller.of(gateway, "acme");
                for (var i = 0; i < 5; i++) {
                    ids.add(promise(caller));
                }
                await().atMost(SOON).until(() -> upstream.received().size() == 5);
                gateway.kill();
            }
            upstream.otherwise(ANSWER::to);
            try (var gateway =
                    builder(upstream).flag("--data", folder.toString()).start()) {
                var caller = Caller.of(gateway, "acme");
                for (var id : ids) {
                    assertThat(result(caller, id).statusCode()).isEqualTo(200);
                }
                done = promise(caller);
                await().atMost(SOON).until(() -> head(caller, done) == 200);
                gateway.kill();
            }
            first.complete(null);
            try (var gateway =
                    builder(upstream).flag("--data", folder.toString()).start()) {
                var caller = Caller.of(gateway, "acme");
                ids.forEach(id -> assertNotThere(fetch(caller, id)));
                assertThat(result(caller, done).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void any_gateway_of_a_store_hands_it_out() throws Exception {
        var go = new CompletableFuture<Void>();
        try (var upstream = ScriptedBackend.start(when(go));
                var store = HotRodNode.start(folder);
                var one = shared(upstream, store);
                var other = shared(upstream, store)) {
            var id = promise(Caller.of(one, "acme"));
            for (var gateway : List.of(one, other)) {
                assertThat(fetch(Caller.of(gateway, "acme"), id).statusCode()).isEqualTo(202);
                assertNotThere(fetch(Caller.of(gateway, "other"), id));
            }
            go.complete(null);
            var done = result(Caller.of(other, "acme"), id);
            assertThat(done.statusCode()).isEqualTo(200);
            assertCompletion(done.body());
            for (var gateway : List.of(one, other)) {
                await().atMost(SOON).untilAsserted(() -> assertNotThere(fetch(Caller.of(gateway, "acme"), id)));
            }
        }
    }

    private static GatewayProcess shared(ScriptedBackend upstream, HotRodNode store) throws Exception {
        return builder(upstream)
                .config("gateway.yaml", "store: { mode: remote, servers: [\"" + store.address() + "\"] }\n")
                .start();
    }
}
