package io.dromedary;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.chat.MalformedRequests;
import io.dromedary.api.json.Json;
import io.dromedary.testing.GatewayProcess;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends, it is told what is wrong, and the next client is served. */
@Timeout(60)
final class BadInputIT {
    private static final String GOOD =
            "{\"model\":\"simulated\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final HttpClient http = HttpClient.newHttpClient();
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("simulator", """
                        dialect: simulator
                        models:
                          simulated: { upstream: simulator }
                        """)
                .config("gateway.yaml", "timeouts: { headers: 1s, body: 1s }\n")
                .start();
    }

    @AfterAll
    static void stop() {
        http.close();
        gateway.close();
    }

    @AfterEach
    void the_next_good_request_is_served() throws Exception {
        var response = post(BodyPublishers.ofString(GOOD));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response.body()).at("/choices/0/message/content").asText())
                .isEqualTo("Hello");
    }

    @ParameterizedTest
    @MethodSource("io.dromedary.api.chat.MalformedRequests#all")
    void a_malformed_request_is_refused_by_name(MalformedRequests.Case malformed) throws Exception {
        var response = post(BodyPublishers.ofByteArray(malformed.body()));
        assertThat(response.statusCode()).isBetween(400, 499);
        assertError(response, malformed.param());
    }

    @Test
    void broken_json_is_told_where_it_breaks() throws Exception {
        var response = post(BodyPublishers.ofString("{\n  \"model\": \"simulated\",\n  oops"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertError(response, null);
        assertThat(json(response.body()).at("/error/message").asText())
                .containsIgnoringCase("line 3")
                .containsIgnoringCase("column 3");
    }

    @Test
    void a_body_that_says_it_is_too_large_is_a_413_before_it_is_sent() throws Exception {
        var answer = exchange(head("content-type: application/json\r\ncontent-length: 20000001"), "{\"model\":");
        assertThat(answer).startsWith("HTTP/1.1 413 ").contains("\"error\"");
    }

    @Test
    void a_body_that_turns_out_too_large_is_a_413() throws Exception {
        var megabyte = ("100000\r\n" + "x".repeat(1 << 20) + "\r\n").getBytes(ISO_8859_1);
        try (var socket = connected()) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(head("content-type: application/json\r\ntransfer-encoding: chunked")
                            .getBytes(ISO_8859_1));
            Thread.ofVirtual().start(() -> {
                try {
                    for (var i = 0; i < 24; i++) {
                        socket.getOutputStream().write(megabyte);
                    }
                } catch (IOException e) {
                    // the gateway need not read on
                }
            });
            assertThat(new String(socket.getInputStream().readNBytes(13), ISO_8859_1))
                    .isEqualTo("HTTP/1.1 413 ");
        }
    }

    @Test
    void another_content_type_is_a_415() throws Exception {
        var response = send(request("/v1/chat/completions")
                .setHeader("content-type", "text/plain")
                .POST(BodyPublishers.ofString(GOOD)));
        assertThat(response.statusCode()).isEqualTo(415);
        assertError(response, null);
    }

    @Test
    void a_compressed_body_is_a_415() throws Exception {
        var response = send(request("/v1/chat/completions")
                .setHeader("content-encoding", "gzip")
                .POST(BodyPublishers.ofString(GOOD)));
        assertThat(response.statusCode()).isEqualTo(415);
        assertError(response, null);
    }

    @Test
    void another_method_is_a_405_that_names_the_right_one() throws Exception {
        var response = send(request("/v1/chat/completions").DELETE());
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow").orElse("")).contains("POST");
        assertError(response, null);
    }

    @Test
    void another_path_is_a_404() throws Exception {
        var response = send(request("/v1/no-such-thing").POST(BodyPublishers.ofString("{}")));
        assertThat(response.statusCode()).isEqualTo(404);
        assertError(response, null);
    }

    @Test
    void headers_that_are_too_large_are_a_431() throws Exception {
        assertThat(exchange(head("x-large: " + "x".repeat(40_000)), "")).matches("(?s)HTTP/1\\.[01] 431 .*");
    }

    @Test
    void a_line_that_is_too_long_is_a_414() throws Exception {
        assertThat(exchange("GET /v1/" + "x".repeat(20_000) + " HTTP/1.1\r\nhost: x\r\n\r\n", ""))
                .matches("(?s)HTTP/1\\.[01] 414 .*");
    }

    @Test
    void what_is_no_http_is_refused() throws Exception {
        assertThat(exchange("\u0016\u0003\u0001 hello\r\n\r\n", "")).matches("(?s)(HTTP/1\\.[01] 400 .*)?");
    }

    @Test
    void headers_that_trickle_in_are_dropped() throws Exception {
        assertDropped("", head("x-slow: " + "x".repeat(200)));
    }

    @Test
    void a_body_that_trickles_in_is_dropped() throws Exception {
        assertDropped(head("content-type: application/json\r\ncontent-length: 400"), "{".repeat(400));
    }

    /** Sends the first at once and the second byte by byte; long before its end the gateway answers 408 or hangs up. */
    private static void assertDropped(String atOnce, String slowly) throws IOException {
        try (var socket = connected()) {
            socket.setSoTimeout(100);
            var began = System.nanoTime();
            var out = socket.getOutputStream();
            var first = -1;
            var open = true;
            try {
                out.write(atOnce.getBytes(ISO_8859_1));
                for (var i = 0; open && i < slowly.length(); i++) {
                    out.write(slowly.charAt(i));
                    try {
                        first = socket.getInputStream().read();
                        open = false;
                    } catch (SocketTimeoutException e) {
                        // nothing yet: go on
                    }
                }
            } catch (IOException e) {
                open = false;
            }
            assertThat(open).as("still connected").isFalse();
            assertThat(first).isIn(-1, (int) 'H');
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            if (first == 'H') {
                assertThat(new String(socket.getInputStream().readNBytes(12), ISO_8859_1))
                        .isEqualTo("TTP/1.1 408 ");
            }
        }
    }

    private static void assertError(HttpResponse<byte[]> response, @Nullable String param) {
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("application/json");
        assertThat(response.headers().firstValue("x-request-id")).isPresent();
        var error = json(response.body()).path("error");
        assertThat(error.path("message").asText()).isNotBlank();
        assertThat(error.path("type").asText()).isNotBlank();
        assertThat(error.has("code")).isTrue();
        assertThat(error.path("param").textValue()).isEqualTo(param);
    }

    private static HttpResponse<byte[]> post(HttpRequest.BodyPublisher body) throws Exception {
        return send(request("/v1/chat/completions").POST(body));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .version(HttpClient.Version.HTTP_1_1)
                .header("authorization", "Bearer " + GatewayProcess.KEY)
                .header("content-type", "application/json");
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static JsonNode json(byte[] body) {
        return Objects.requireNonNull(Json.read(body), () -> "no JSON: " + new String(body, UTF_8));
    }

    private static String head(String more) {
        return "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + GatewayProcess.KEY + "\r\n"
                + more + "\r\n\r\n";
    }

    /** What comes back until the gateway closes the connection or says nothing for two seconds. */
    private static String exchange(String head, String body) throws IOException {
        try (var socket = connected()) {
            socket.setSoTimeout(2_000);
            var answer = new StringBuilder();
            try {
                socket.getOutputStream().write((head + body).getBytes(ISO_8859_1));
                for (var next = socket.getInputStream().read();
                        next >= 0;
                        next = socket.getInputStream().read()) {
                    answer.append((char) next);
                }
            } catch (IOException e) {
                // silent, or reset after its answer: what came is the answer
            }
            return answer.toString();
        }
    }

    private static Socket connected() throws IOException {
        var address = URI.create(gateway.url());
        return new Socket(address.getHost(), address.getPort());
    }
}
