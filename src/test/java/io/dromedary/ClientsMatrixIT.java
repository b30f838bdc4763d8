package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import io.dromedary.api.Endpoint;
import io.dromedary.api.json.Json;
import io.dromedary.backend.Capabilities;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.NodeClients;
import io.dromedary.testing.clients.AnthropicCells;
import io.dromedary.testing.clients.OpenAiChatCells;
import io.dromedary.testing.clients.OpenAiResponsesCells;
import io.dromedary.testing.clients.OpenAiTaskCells;
import io.dromedary.testing.clients.Served;
import io.dromedary.testing.clients.Subject;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * The official clients of OpenAI and of Anthropic, for Java and for Node, make their ordinary calls against every dialect:
 * what counts is what they hand out. The Java clients check every answer against their own types.
 */
@Timeout(300)
final class ClientsMatrixIT {
    private static final List<DialectUpstream> upstreams =
            DialectUpstream.of(Stream.concat(EveryDialect.all(), EveryDialect.others()));
    private static GatewayProcess gateway;
    private static OpenAIClient openAi;
    private static AnthropicClient anthropic;

    @BeforeAll
    static void start() throws Exception {
        upstreams.forEach(DialectUpstream::plays);
        gateway = DialectUpstream.gateway(upstreams, Served.MODELS);
        openAi = OpenAIOkHttpClient.builder()
                .apiKey(GatewayProcess.KEY)
                .baseUrl(gateway.url() + "/v1")
                .responseValidation(true)
                .maxRetries(0)
                .timeout(Duration.ofSeconds(30))
                .build();
        anthropic = AnthropicOkHttpClient.builder()
                .apiKey(GatewayProcess.KEY)
                .baseUrl(gateway.url())
                .responseValidation(true)
                .maxRetries(0)
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    @AfterAll
    static void stop() {
        openAi.close();
        anthropic.close();
        gateway.close();
        upstreams.forEach(DialectUpstream::close);
    }

    @TestFactory
    Stream<DynamicContainer> openai_java_completes_chats() {
        return each(Endpoint.CHAT, upstream -> new OpenAiChatCells(openAi, served(upstream)).all());
    }

    @TestFactory
    Stream<DynamicContainer> openai_java_makes_responses() {
        return each(Endpoint.CHAT, upstream -> new OpenAiResponsesCells(openAi, served(upstream)).all());
    }

    @TestFactory
    Stream<DynamicContainer> openai_java_makes_embeddings() {
        return each(Endpoint.EMBEDDINGS, upstream -> new OpenAiTaskCells(openAi, served(upstream)).embeddings());
    }

    @TestFactory
    Stream<DynamicContainer> openai_java_has_speech_written_down() {
        return each(
                Endpoint.TRANSCRIPTIONS,
                upstream -> new OpenAiTaskCells(openAi, served(upstream))
                        .transcripts(can(upstream).transcripts().contains("verbose_json")));
    }

    @TestFactory
    Stream<DynamicContainer> anthropic_java_writes_messages() {
        return each(Endpoint.CHAT, upstream -> new AnthropicCells(anthropic, served(upstream)).all());
    }

    @TestFactory
    Stream<DynamicContainer> openai_node() throws Exception {
        return found("dialects-openai.mjs", upstreams);
    }

    @TestFactory
    Stream<DynamicContainer> anthropic_node() throws Exception {
        return found("dialects-anthropic.mjs", serving(Endpoint.CHAT).toList());
    }

    /** The scripts say what they expect. */
    private static Stream<DynamicContainer> found(String script, List<DialectUpstream> subjects) throws Exception {
        var subject = Json.MAPPER.createArrayNode();
        subjects.forEach(upstream -> subject.add(Subject.of(served(upstream), can(upstream))));
        var found = NodeClients.found(script, gateway, subject).stream()
                .collect(Collectors.groupingBy(line -> line.path("dialect").asText()));
        return subjects.stream()
                .map(upstream -> upstream.row().label())
                .map(label -> dynamicContainer(label, tests(found.getOrDefault(label, List.of()))));
    }

    private static Stream<DynamicTest> tests(List<ObjectNode> found) {
        assertThat(found).isNotEmpty();
        return found.stream()
                .map(line -> dynamicTest(
                        line.path("check").asText(),
                        () -> assertThat(line.path("failed").asText()).isEmpty()));
    }

    private static Stream<DynamicContainer> each(
            Endpoint endpoint, Function<DialectUpstream, Stream<DynamicTest>> tests) {
        return serving(endpoint).map(upstream -> dynamicContainer(upstream.row().label(), tests.apply(upstream)));
    }

    private static Stream<DialectUpstream> serving(Endpoint endpoint) {
        return upstreams.stream().filter(upstream -> can(upstream).serves(endpoint));
    }

    private static Capabilities can(DialectUpstream upstream) {
        return upstream.row().dialect().capabilities();
    }

    private static Served served(DialectUpstream upstream) {
        return new Served(
                upstream.row().label(),
                upstream.name(),
                upstream.wire(),
                can(upstream).jsonSchema());
    }
}
