package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.dromedary.api.json.Json;
import io.dromedary.testing.Caller;
import io.dromedary.testing.Chat;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Received;
import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.wire.Ask;
import io.dromedary.testing.wire.Fault;
import io.dromedary.testing.wire.Front;
import io.dromedary.testing.wire.Scene;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Every dialect through every API in which models can be spoken to, each against an upstream that speaks its wire. A
 * dialect is here as soon as it is in the registry; what its file has to say beside its name, and which wire it has if it
 * is not OpenAI's, are a line in {@link EveryDialect} and in {@link Wires}.
 */
@Timeout(300)
final class DialectMatrixIT {
    private static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    private static final int MODELS = 2 * Front.values().length * Fault.values().length + 1;

    private static final List<DialectUpstream> upstreams = DialectUpstream.of(EveryDialect.all());
    private static GatewayProcess gateway;
    private static Caller caller;

    @BeforeAll
    static void start() throws Exception {
        gateway = DialectUpstream.gateway(upstreams, MODELS);
        caller = new Caller(gateway.url(), GatewayProcess.KEY);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstreams.forEach(DialectUpstream::close);
    }

    @TestFactory
    Stream<DynamicContainer> every_dialect_through_every_front() {
        return upstreams.stream()
                .map(upstream -> dynamicContainer(
                        upstream.row().label(),
                        Arrays.stream(Front.values())
                                .map(front -> dynamicContainer(
                                        front.name().toLowerCase(Locale.ROOT), new Cells(upstream, front).all()))));
    }

    /** What one dialect has to do through one API. */
    private record Cells(DialectUpstream upstream, Front front) {
        Stream<DynamicTest> all() {
            return Stream.of(
                            Stream.of(
                                    dynamicTest("names the model and who asks", this::introduction),
                                    dynamicTest("structured output", this::format),
                                    dynamicTest("image", this::image),
                                    dynamicTest("history with outputs of tools", this::history)),
                            bothWays("text", this::text),
                            bothWays("odd text", this::oddText),
                            bothWays("single tool", this::tool),
                            bothWays("parallel tools", this::tools),
                            bothWays("text and a tool", this::textAndTool),
                            bothWays("reasoning", this::reasoning),
                            bothWays("refusal", this::refusal),
                            errors())
                    .flatMap(tests -> tests);
        }

        private interface Cell {
            void test(boolean stream);
        }

        private static Stream<DynamicTest> bothWays(String name, Cell cell) {
            return Stream.of(
                    dynamicTest(name, () -> cell.test(false)), dynamicTest(name + ", streamed", () -> cell.test(true)));
        }

        private Stream<DynamicTest> errors() {
            return Arrays.stream(Fault.values())
                    .flatMap(fault -> bothWays(
                            fault.name().toLowerCase(Locale.ROOT).replace('_', ' '), stream -> error(fault, stream)));
        }

        /** Asks while the upstream says this. */
        private HttpResponse<String> ask(Ask ask, Said said) {
            upstream.says(said);
            return front.ask(caller, upstream.model(0), ask);
        }

        private Received received() {
            var asked = upstream.asked();
            assertThat(asked).hasSize(1);
            return asked.getFirst();
        }

        /** Asks, and compares what the caller is told with all of what can be told of it. */
        private void told(Ask ask, Said said) {
            var answer = ask(ask, said);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            var told = front.told(answer, ask.stream());
            var expected = upstream.wire().tellable(said);
            assertThat(told.text()).isEqualTo(expected.text() + expected.refusal());
            assertThat(told.reasoning()).isEqualTo(expected.reasoning());
            assertThat(told.finish()).isEqualTo(front.finish(expected));
            assertThat(told.calls()).hasSize(expected.calls().size());
            for (var i = 0; i < told.calls().size(); i++) {
                var call = told.calls().get(i);
                assertThat(call.name()).isEqualTo(expected.calls().get(i).name());
                assertThat(json(call.arguments()))
                        .isEqualTo(json(expected.calls().get(i).arguments()));
                assertThat(call.id()).isNotEmpty();
            }
            assertThat(told.calls().stream().map(Said.Call::id).distinct())
                    .hasSize(told.calls().size());
            assertThat(told.prompt()).isEqualTo(Said.PROMPT_TOKENS);
            assertThat(told.completion()).isEqualTo(Said.COMPLETION_TOKENS);
            assertThat(Chat.header(answer, "x-dromedary-backend")).isEqualTo(upstream.name());
        }

        private static Object json(String text) {
            return Objects.requireNonNull(Json.read(text.getBytes(StandardCharsets.UTF_8)), text);
        }

        private void introduction() {
            told(Ask.text("who are you"), Said.text("me"));
            upstream.row().assertIntroduced(received(), DialectUpstream.KEY);
        }

        private void text(boolean stream) {
            told(Ask.text("hi").asStream(stream), Scene.HELLO.said());
            assertThat(received().body()).contains("\"hi\"");
        }

        private void oddText(boolean stream) {
            var odd = "a\"b\\c\n\t 🐪 日本語 e\u0301 \u202edata: [DONE]\n\nevent: x </tool_call> {\"a\":1}";
            told(Ask.text(odd).asStream(stream), Said.text(odd));
        }

        private void tool(boolean stream) {
            told(Ask.text("weather?").offering("get_weather").asStream(stream), Scene.WEATHER.said());
            assertThat(received().body()).contains("\"get_weather\"").contains(Ask.PROPERTY);
        }

        private void tools(boolean stream) {
            told(Ask.text("both?").offering("get_weather", "get_time").asStream(stream), Scene.BOTH.said());
            assertThat(received().body()).contains("\"get_weather\"").contains("\"get_time\"");
        }

        private void textAndTool(boolean stream) {
            told(
                    Ask.text("weather?").offering("get_weather").asStream(stream),
                    new Said("", "", "Let me look.", "", Scene.WEATHER.said().calls()));
        }

        private void reasoning(boolean stream) {
            told(Ask.text("think").asStream(stream), Scene.THINKING.said());
        }

        private void refusal(boolean stream) {
            told(Ask.text("no").asStream(stream), Scene.REFUSAL.said());
        }

        private void format() {
            var ask = Ask.text("as JSON").inFormat();
            if (!upstream.row().dialect().capabilities().jsonSchema()) {
                refused(ask, "format");
                return;
            }
            told(ask, Scene.PLACE.said());
            assertThat(received().body()).contains(Ask.PROPERTY);
        }

        private void image() {
            var ask = Ask.text("what is it").withImage(PNG);
            if (!upstream.row().dialect().capabilities().images()) {
                refused(ask, front == Front.RESPONSES ? "input" : "messages");
                return;
            }
            told(ask, Said.text("a dot"));
            assertThat(received().body()).contains(PNG).contains("what is it");
        }

        /** Cannot be had, by its name, and nobody there is asked. */
        private void refused(Ask ask, String named) {
            var answer = ask(ask, Said.text("never"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(front.param(answer)).contains(named);
            assertThat(upstream.asked()).isEmpty();
        }

        private void history() {
            var ask = Ask.text("and?").offering("get_weather", "get_time").after(Scene.BOTH.said(), "23 degrees");
            told(ask, Scene.WARM.said());
            assertThat(received().body()).contains("23 degrees").contains("Zagora");
        }

        private void error(Fault fault, boolean stream) {
            upstream.fails(fault);
            var number = 1 + 2 * (front.ordinal() * Fault.values().length + fault.ordinal()) + (stream ? 1 : 0);
            var answer =
                    front.ask(caller, upstream.model(number), Ask.text("hi").asStream(stream));
            assertThat(received().body()).contains("hi");
            assertThat(answer.body()).doesNotContain(DialectUpstream.KEY);
            var callers = fault == Fault.BAD_REQUEST || fault == Fault.TOO_LONG;
            var told = stream && !callers && front.failsInStream();
            assertThat(answer.statusCode()).as(answer.body()).isIn(told ? Set.of(200) : statuses(fault));
            assertThat(front.code(answer)).as(answer.body()).isIn(codes(fault, told));
        }

        private Set<Integer> statuses(Fault fault) {
            return switch (fault) {
                case RATE_LIMITED, USED_UP -> Set.of(429);
                // a backend may say it as if it was our share that is used up
                case OVERLOADED -> Set.of(429, 502);
                case BROKEN, UNAUTHORIZED, UNKNOWN_MODEL -> Set.of(502);
                case BAD_REQUEST -> Set.of(400, 422);
                case TOO_LONG -> Set.of(400);
            };
        }

        /** @param told as a response that failed, which has fewer words for it */
        private static Set<String> codes(Fault fault, boolean told) {
            var failed = told ? "server_error" : "backend_failed";
            return switch (fault) {
                case RATE_LIMITED -> Set.of("rate_limit_exceeded");
                case USED_UP -> Set.of(told ? "rate_limit_exceeded" : "insufficient_quota");
                case OVERLOADED -> Set.of("rate_limit_exceeded", failed);
                case BROKEN, UNAUTHORIZED, UNKNOWN_MODEL -> Set.of(failed);
                // the backend's own
                case BAD_REQUEST -> Set.of("invalid_value", "validation", "");
                case TOO_LONG -> Set.of("context_length_exceeded");
            };
        }
    }
}
