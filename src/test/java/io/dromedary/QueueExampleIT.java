package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.testing.Broker;
import io.dromedary.testing.GatewayProcess;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a queue, as it is shipped, with a broker. */
final class QueueExampleIT {
    private static final Path EXAMPLE = Path.of("routes", "examples", "queue-requests.camel.yaml");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEYS = """
            projects:
              acme:
                keys: [{ id: ci, sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }]
            """;

    @TempDir
    private Path folder;

    private Broker broker;

    @BeforeEach
    void open() throws Exception {
        broker = new Broker();
    }

    @AfterEach
    void close() throws Exception {
        broker.close();
    }

    /** The properties that docs/routes.md shows. */
    private String properties() throws Exception {
        var shown = Pattern.compile("```properties\\n(camel\\.beans\\.broker.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs", "routes.md")));
        assertThat(shown.find()).isTrue();
        return shown.group(1).replace("tcp://broker.internal:61616", broker.url());
    }

    private Path routes() throws Exception {
        var routes = Files.createDirectory(folder.resolve("routes-" + System.nanoTime()));
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (var file : shipped.filter(Files::isRegularFile).toList()) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
        Files.copy(EXAMPLE, routes.resolve(EXAMPLE.getFileName()));
        return routes;
    }

    private GatewayProcess gateway(String backend) throws Exception {
        return GatewayProcess.with()
                .moreJars()
                .config("application.properties", properties())
                .config("keys.yaml", KEYS)
                .backend("backend", backend)
                .flag("--routes", routes().toString())
                .start();
    }

    private static String simulator(String pace) {
        return "dialect: simulator\nmodels: { sim: }\noptions: { pace: " + pace + " }\n";
    }

    private static String hello(String model, String text) {
        return """
                {"model":"%s","messages":[{"role":"user","content":"say:%s"}]}""".formatted(model, text);
    }

    private static String said(Message answer) throws Exception {
        return JSON.readTree(answer.getBody(String.class))
                .at("/choices/0/message/content")
                .asText();
    }

    private static Message next(JMSConsumer answers) {
        return Objects.requireNonNull(answers.receive(30_000), "there is no answer");
    }

    @Test
    void the_check_accepts_it() throws Exception {
        var config = Files.createDirectory(folder.resolve("config"));
        Files.writeString(config.resolve("application.properties"), properties());
        assertThat(RouteTrial.problems(routes(), config)).isEmpty();
    }

    @Test
    void each_request_is_answered_and_what_is_wrong_with_it_is_an_answer_too() throws Exception {
        try (var gateway = gateway(simulator("0ms"));
                var context = broker.open()) {
            var requests = context.createQueue("dromedary.requests");
            var answers = context.createConsumer(context.createQueue("dromedary.answers"));
            var sender = context.createProducer();

            var marked = context.createTextMessage(hello("sim", "one"));
            marked.setJMSCorrelationID("mine");
            sender.send(requests, marked);
            var answer = next(answers);
            assertThat(said(answer)).isEqualTo("one");
            assertThat(answer.getJMSCorrelationID()).isEqualTo("mine");
            assertThat(answer.getIntProperty("dromedary_status")).isEqualTo(200);

            var unmarked = context.createTextMessage(hello("nobody", "two"));
            sender.send(requests, unmarked);
            answer = next(answers);
            assertThat(answer.getIntProperty("dromedary_status")).isEqualTo(404);
            assertThat(answer.getJMSCorrelationID()).isEqualTo(unmarked.getJMSMessageID());
            assertThat(answer.getBody(String.class)).contains("model_not_found");

            for (var wrong : List.of("", "no json", "{\"model\":\"sim\",\"stream\":true,\"messages\":[]}")) {
                sender.send(requests, wrong);
                assertThat(next(answers).getIntProperty("dromedary_status")).isEqualTo(400);
            }
            var id = answer.getStringProperty("dromedary_request_id");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(gateway.log())
                            .anySatisfy(line -> assertThat(line)
                                    .contains(id, "\"project\":\"acme\"", "\"inner\":true", "queue-requests")));
        }
    }

    @Test
    void a_request_waits_in_the_queue_until_a_backend_can_answer_it() throws Exception {
        try (var gateway = gateway("dialect: openai\nurl: http://127.0.0.1:1/v1\nmodels: { sim: }\n");
                var context = broker.open()) {
            var answers = context.createConsumer(context.createQueue("dromedary.answers"));
            context.createProducer().send(context.createQueue("dromedary.requests"), hello("sim", "later"));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> gateway.log().stream()
                                    .filter(line -> line.contains("\"inner\":true"))
                                    .count()
                            >= 2);
            assertThat(answers.receiveNoWait()).isNull();

            Files.writeString(gateway.backends().resolve("backend.yaml"), simulator("0ms"));

            assertThat(said(next(answers))).isEqualTo("later");
        }
    }

    @Test
    void no_request_is_lost_with_the_gateway_that_has_taken_it_and_none_is_answered_twice() throws Exception {
        var asked = new HashSet<String>();
        var told = new ArrayList<String>();
        try (var context = broker.open()) {
            var requests = context.createQueue("dromedary.requests");
            for (int i = 0; i < 40; i++) {
                asked.add("number" + i);
                context.createProducer().send(requests, hello("sim", "number" + i));
            }
            var answers = context.createConsumer(context.createQueue("dromedary.answers"));
            try (var killed = gateway(simulator("100ms"))) {
                told.add(said(next(answers)));
                killed.kill();
            }
            try (var stopped = gateway(simulator("100ms"))) {
                told.add(said(next(answers)));
                assertThat(stopped.stop()).isZero();
            }
            try (var last = gateway(simulator("1ms"))) {
                while (told.size() < asked.size()) {
                    told.add(said(next(answers)));
                }
                assertThat(answers.receive(500)).isNull();
                assertThat(last.process().isAlive()).isTrue();
            }
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
        assertThat(told).containsExactlyInAnyOrderElementsOf(asked);
    }
}
