package io.dromedary;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import io.dromedary.testing.Chat;
import io.dromedary.testing.GatewayProcess;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole answers of upstreams that WireMock plays: bytes that pass untouched, and connections that break. */
@Timeout(120)
final class WholeAnswersIT {
    private static final String PATH = "/v1/chat/completions";

    /** Everything that a parser and a printer would have changed. */
    private static final String REQUEST = """
            { "x_unknown" : {"b":1.0,"a":1e3, "list":[ 1 ,2]},
              "model":"public/name",  "temperature":1.0, "seed":-0,
              "messages":[{"role":"user","content":"caf\\u00e9 \\/ \\ud83d\\udc2a é"}] , "x_last":0.10 }""";

    private static final String ANSWER = """

            {"x_first":1e3,"id":"chatcmpl-1", "object":"chat.completion","created":1,"model" : "up-2024-08-06","choices":[
            {"index":0,"message":{"role":"assistant","content":"caf\\u00e9 \\/ é","refusal":null},"logprobs":null,\
            "finish_reason":"stop","x_score":1.0}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},
            "x_unknown":{"z":0.10,"a":[ ]} }""";

    private static final WireMockServer first =
            new WireMockServer(wireMockConfig().dynamicPort());
    private static final WireMockServer second =
            new WireMockServer(wireMockConfig().dynamicPort());
    private static final int MODELS = 12;
    private static final AtomicInteger next = new AtomicInteger();
    private static GatewayProcess gateway;

    private final int number = next.getAndIncrement();
    private final String request = REQUEST.replace("public/name", "public/name" + number);

    @BeforeAll
    static void start() throws Exception {
        first.start();
        second.start();
        gateway = GatewayProcess.with()
                .backend("first", backend(first, 1))
                .backend("second", backend(second, 2))
                .environment("UPSTREAM_KEY", "sk-upstream")
                .start();
    }

    /** Many models, so that no test has to live with what another has made the gateway think of a backend. */
    private static String backend(WireMockServer server, int priority) {
        var models = new StringBuilder();
        for (var i = 0; i < MODELS; i++) {
            models.append("  public/name%d: { upstream: up%d, priority: %d }%n".formatted(i, i, priority));
        }
        return """
                dialect: openai
                url: %s/v1
                auth: ${env:UPSTREAM_KEY}
                capabilities: { wholeAsStream: false }
                models:
                %s
                """.formatted(server.baseUrl(), models);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        first.stop();
        second.stop();
    }

    @BeforeEach
    void answering() {
        first.resetAll();
        second.resetAll();
        second.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(ANSWER)));
    }

    @Test
    void every_byte_but_the_models_name_survives_both_ways_and_the_answer_says_its_tier() throws Exception {
        first.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(ANSWER)));
        var answer = Chat.ask(gateway, request);
        assertThat(answer.body())
                .isEqualTo(ANSWER.replace(
                        "\"up-2024-08-06\"", "\"public/name" + number + "\",\"service_tier\":\"default\""));
        var sent = first.findAll(postRequestedFor(urlEqualTo(PATH)));
        assertThat(sent).singleElement().satisfies(received -> {
            assertThat(received.getBodyAsString())
                    .isEqualTo(REQUEST.replace("\"public/name\"", "\"up" + number + "\""));
            assertThat(received.getHeader("authorization")).isEqualTo("Bearer sk-upstream");
        });
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_connection_that_breaks_moves_on(Fault fault) throws Exception {
        first.stubFor(post(urlEqualTo(PATH)).willReturn(aResponse().withFault(fault)));
        var answer = Chat.ask(gateway, request);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Chat.header(answer, "x-dromedary-backend")).isEqualTo("second");
        assertThat(Chat.header(answer, "x-dromedary-attempts")).isEqualTo("3");
    }

    @Test
    void a_limit_everywhere_is_a_429_that_names_the_shortest_wait() throws Exception {
        first.stubFor(post(urlEqualTo(PATH))
                .willReturn(aResponse()
                        .withStatus(429)
                        .withHeader("retry-after", "20")
                        .withBody("{}")));
        second.stubFor(post(urlEqualTo(PATH))
                .willReturn(aResponse()
                        .withStatus(429)
                        .withHeader("retry-after", "7")
                        .withBody("{}")));
        var answer = Chat.ask(gateway, request);
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(Chat.header(answer, "retry-after")).isEqualTo("7");
        assertThat(answer.body()).contains("rate_limit_exceeded");
    }
}
