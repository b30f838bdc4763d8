package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import io.dromedary.store.HotRodNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.CapturedLog;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.OpenAiUpstream;
import io.dromedary.testing.Received;
import io.dromedary.testing.ScriptedBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conversations that branch at random, many writers at once, whole answers and streams mixed: whoever continues a response
 * has the model see what was said on the way to it, in order, and nothing else.
 */
@Timeout(300)
final class ResponseTreeIT {
    private static final int NODES = 200;
    private static final int WRITERS = 8;

    @TempDir
    private Path folder;

    /** One response; its text is what was asked, for the model says it back. */
    private record Node(String id, List<String> path) {}

    private static GatewayProcess.Builder gateway(ScriptedBackend upstream) {
        return GatewayProcess.with()
                .backend("upstream", """
                        dialect: openai
                        url: %s/v1
                        models:
                          m: { upstream: echo }
                        """.formatted(upstream.url()))
                .config("keys.yaml", Caller.keys(project("tree")));
    }

    @Test
    void at_one_gateway() throws Exception {
        try (var upstream = ScriptedBackend.start(new OpenAiUpstream());
                var gateway = gateway(upstream).start()) {
            grow(upstream, List.of(gateway));
        }
    }

    @Test
    void at_three_gateways_that_share_a_store() throws Exception {
        try (var noise = new CapturedLog("org.infinispan");
                var upstream = ScriptedBackend.start(new OpenAiUpstream());
                var store = HotRodNode.start(folder);
                var starts = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<GatewayProcess> start = () -> gateway(upstream)
                    .config("gateway.yaml", "store: { mode: remote, servers: [\"" + store.address() + "\"] }\n")
                    .start();
            var starting = List.of(starts.submit(start), starts.submit(start), starts.submit(start));
            try (var one = starting.get(0).get();
                    var two = starting.get(1).get();
                    var three = starting.get(2).get()) {
                grow(upstream, List.of(one, two, three));
            }
            assertThat(noise.records()).isNotNull();
        }
    }

    private static void grow(ScriptedBackend upstream, List<GatewayProcess> gateways) throws Exception {
        List<Node> nodes = Collections.synchronizedList(new ArrayList<>());
        var random = new Random(7);
        try (var writers = Executors.newFixedThreadPool(WRITERS)) {
            var turns = new ArrayList<java.util.concurrent.Future<?>>();
            for (var i = 0; i < NODES; i++) {
                var number = i;
                var chance = random.nextDouble();
                var streamed = random.nextBoolean();
                var at = gateways.get(random.nextInt(gateways.size()));
                turns.add(writers.submit(() -> nodes.add(add(at, parent(nodes, number, chance), number, streamed))));
            }
            for (var turn : turns) {
                turn.get();
            }
        }
        assertThat(nodes).hasSize(NODES);
        var asked = asked(upstream.received());
        for (var node : nodes) {
            var last = node.path().getLast();
            assertThat(asked.get(last)).as("what the model saw of %s", last).isEqualTo(dialogue(node.path()));
        }
        assertThat(nodes.stream().mapToInt(node -> node.path().size()).max().orElse(0))
                .as("depth")
                .isGreaterThan(5);
    }

    private static @Nullable Node parent(List<Node> nodes, int number, double chance) {
        synchronized (nodes) {
            return nodes.isEmpty() || number < 3 ? null : nodes.get((int) (Math.sqrt(chance) * nodes.size()));
        }
    }

    private static Node add(GatewayProcess at, @Nullable Node parent, int number, boolean streamed) {
        var text = "say: node " + number;
        var previous = parent == null ? "" : ",\"previous_response_id\":\"" + parent.id() + "\"";
        var answer = Caller.of(at, "tree")
                .post(
                        "/v1/responses",
                        "{\"model\":\"m\",\"input\":\"" + text + "\",\"stream\":" + streamed + previous + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var response = streamed ? Caller.chunks(answer).getLast().path("response") : json(answer);
        assertThat(response.path("status").asText()).as(answer.body()).isEqualTo("completed");
        var path = new ArrayList<>(parent == null ? List.<String>of() : parent.path());
        path.add(text);
        return new Node(response.path("id").asText(), path);
    }

    /** What each request showed the model, by the text that it ended with. */
    private static Map<String, List<String>> asked(List<Received> requests) {
        Map<String, List<String>> asked = new ConcurrentHashMap<>();
        for (var request : requests) {
            var said = new ArrayList<String>();
            for (var message : Json.object(request.body().getBytes(UTF_8)).path("messages")) {
                said.add(message.path("role").asText() + ": " + content(message.path("content")));
            }
            asked.put(said.getLast().substring("user: ".length()), said);
        }
        return asked;
    }

    private static String content(JsonNode content) {
        return content.isTextual()
                ? content.asText()
                : content.path(0).path("text").asText();
    }

    /** The model says back what it is told to say. */
    private static List<String> dialogue(List<String> path) {
        var said = new ArrayList<String>();
        for (var i = 0; i < path.size(); i++) {
            said.add("user: " + path.get(i));
            if (i < path.size() - 1) {
                said.add("assistant: " + path.get(i));
            }
        }
        return said;
    }
}
