package io.dromedary.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.ModelName;
import io.dromedary.api.Reply;
import io.dromedary.api.TraceContext;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.embeddings.EmbeddingsRequestReader;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.dialect.OpenAiDialect;
import io.dromedary.config.BackendSettings;
import io.dromedary.testing.ChatEvents;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Three calls at an upstream that says what each test has it say, and one who is told what becomes of them. */
final class FanOutTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final AttemptWatch WATCH = new AttemptWatch(VERTX);
    private static final Dialect DIALECT =
            new OpenAiDialect(prefix -> prefix + "minted", InstantSource.fixed(Instant.EPOCH));
    private static final String STREAM = "{\"n\":3,\"stream\":true,\"stream_options\":{\"include_usage\":true}}";

    private final Calls calls = new Calls();
    private final Told told = new Told();

    @AfterAll
    static void stop() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void it_is_needed_where_more_is_wanted_than_the_backend_gives() {
        var three = ChatRequests.of("{\"n\":3}");
        assertThat(FanOut.isNeeded(three, target(Map.of("maxChoices", 2)))).isTrue();
        assertThat(FanOut.isNeeded(three, target(Map.of("maxChoices", 3)))).isFalse();
        assertThat(FanOut.isNeeded(ChatRequests.of("{}"), target(Map.of("maxChoices", 1))))
                .isFalse();
    }

    @Test
    void what_a_backends_file_says_of_n_comes_first() {
        var three = ChatRequests.of("{\"n\":3}");
        assertThat(FanOut.isNeeded(three, target(Map.of("maxChoices", 1, "refused", List.of("n")))))
                .isFalse();
        assertThat(FanOut.isNeeded(three, target(Map.of("maxChoices", 1, "dropped", List.of("n")))))
                .isFalse();
    }

    @Test
    void each_call_asks_for_one_choice_with_a_seed_of_its_own() {
        sent("{\"n\":3,\"seed\":5,\"user\":\"u\"}");
        assertThat(calls.list)
                .extracting(call -> call.body)
                .allSatisfy(body -> assertThat(body).doesNotContain("\"n\""))
                .satisfiesExactly(
                        body -> assertThat(body).contains("\"seed\":5"),
                        body -> assertThat(body).contains("\"seed\":6"),
                        body -> assertThat(body).contains("\"seed\":7"));
    }

    @Test
    void each_call_waits_to_be_cleared() {
        sent("{\"n\":3}");
        assertThat(calls.list).extracting(call -> call.listener.asks()).containsOnlyNulls();
        told.clearance = new CompletableFuture<>();
        assertThat(calls.list).extracting(call -> call.listener.asks()).containsOnly(told.clearance);
    }

    @Test
    void no_deadline_runs_before_a_call_is_cleared() {
        told.clearance = new CompletableFuture<>();
        sent("{\"n\":3}");
        var attempt = (ChatAttempt) calls.at(0).listener;
        var _ = attempt.asks();
        var day = Duration.ofDays(1).toNanos();
        var now = System.nanoTime();
        attempt.check(now + day);
        told.clearance.complete(true);
        attempt.check(now + 2 * day);
        assertThat(told.failures).isEmpty();

        attempt.check(now + 3 * day);
        assertThat(told.failures).singleElement().isInstanceOf(AttemptFailure.TimedOut.class);
    }

    @Test
    void each_part_of_another_task_waits_to_be_cleared() {
        var body = "{\"model\":\"m\",\"input\":[\"a\",\"b\"]}".getBytes(UTF_8);
        var embeddings = EmbeddingsRequestReader.read(body);
        told.clearance = new CompletableFuture<>();
        TaskAttempt.of(backend(), target(Map.of("maxInputs", 1)), embeddings, WATCH, told)
                .send(null);
        assertThat(calls.list).hasSize(2);
        assertThat(calls.list).extracting(call -> call.listener.asks()).containsOnly(told.clearance);
    }

    @Test
    void what_the_backend_gets_without_is_told_once() {
        var fanOut = FanOut.of(
                backend(), target(Map.of("dropped", List.of("user"))), request("\"user\":\"u\""), WATCH, told);
        assertThat(fanOut.dropped()).containsExactly("user");
    }

    @Test
    void what_the_backend_cannot_do_otherwise_is_still_refused() {
        assertThatThrownBy(() -> FanOut.of(
                        backend(),
                        target(Map.of("logitBias", false)),
                        request("\"logit_bias\":{\"1\":2}"),
                        WATCH,
                        told))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("logit_bias");
    }

    @Test
    void copies_that_are_too_much_to_send_are_refused() {
        var request = ChatRequests.of("{\"n\":128,\"user\":\"" + "u".repeat(600_000) + "\"}");
        assertThatThrownBy(() -> FanOut.of(backend(), target(Map.of("maxChoices", 1)), request, WATCH, told))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("fewer choices");
    }

    @Test
    void whole_answers_are_awaited_and_merged_in_order() {
        var fanOut = sent("{\"n\":3}");
        calls.at(2).whole("c");
        calls.at(0).whole("a");
        assertThat(told.answer).isNull();
        assertThat(fanOut.firstTokenNanos()).isZero();

        calls.at(1).whole("b");

        assertThat(told.answer)
                .containsSubsequence("\"index\":0", "\"a\"", "\"index\":1", "\"b\"", "\"index\":2", "\"c\"");
        assertThat(fanOut.usage()).isEqualTo(new Usage(6, 9));
        assertThat(fanOut.firstTokenNanos()).isPositive();
        assertThat(told.failures).isEmpty();
    }

    @Test
    void one_that_fails_fails_all_and_cancels_the_others_at_once() {
        sent("{\"n\":3}");
        calls.at(0).whole("a");
        calls.at(1).listener.head(503, name -> null);
        calls.at(1).listener.end();

        assertThat(told.failures).singleElement().isInstanceOf(AttemptFailure.Overloaded.class);
        assertThat(calls.at(2).cancelled).isTrue();
        assertThat(told.answer).isNull();
    }

    @Test
    void nothing_is_shown_before_every_stream_has_begun() {
        var fanOut = sent(STREAM);
        calls.at(1).says(ChatEvents.role(), ChatEvents.text("b1"), ChatEvents.text("b2"));
        calls.at(2).says(ChatEvents.text("c1"), ChatEvents.finish("stop"), ChatEvents.DONE);
        calls.at(0).says(ChatEvents.role());
        assertThat(told.source).isNull();
        assertThat(fanOut.firstTokenNanos()).isZero();
        assertThat(calls.list).noneMatch(call -> call.paused);

        calls.at(0).says(ChatEvents.text("a1"));

        assertThat(told.shown()).contains("a1", "b1", "b2", "c1").doesNotContain("[DONE]");
        assertThat(fanOut.firstTokenNanos()).isPositive();
    }

    @Test
    void a_stream_ends_once_with_the_sum_of_usage_when_all_have_ended() {
        var fanOut = sent(STREAM);
        for (var i = 0; i < 3; i++) {
            assertThat(told.ends).isZero();
            calls.at(i).says(ChatEvents.text("x"), ChatEvents.finish("stop"), ChatEvents.usage(2, 1), ChatEvents.DONE);
        }
        assertThat(told.shown())
                .containsOnlyOnce("\"usage\":{\"prompt_tokens\":6,\"completion_tokens\":3,\"total_tokens\":9}")
                .containsOnlyOnce("[DONE]")
                .endsWith("data: [DONE]\n\n");
        assertThat(told.ends).isEqualTo(1);
        assertThat(fanOut.usage()).isEqualTo(new Usage(6, 3));
    }

    @Test
    void a_stream_that_breaks_before_all_have_begun_fails_the_attempt() {
        sent(STREAM);
        calls.at(0).says(ChatEvents.text("a"));
        calls.at(1).says(ChatEvents.text("b"));
        calls.at(1).listener.failed(new AttemptFailure.Broken("reset"));

        assertThat(told.failures).containsExactly(new AttemptFailure.Broken("reset"));
        assertThat(told.source).isNull();
        assertThat(calls.at(0).cancelled).isTrue();
        assertThat(calls.at(2).cancelled).isTrue();
    }

    @Test
    void a_stream_that_breaks_after_that_ends_them_all_with_one_error_event() {
        sent(STREAM);
        calls.list.forEach(call -> call.says(ChatEvents.text("x")));
        calls.at(2).says(ChatEvents.text("last words"));
        calls.at(2).listener.failed(new AttemptFailure.Broken("reset"));
        calls.at(0).says(ChatEvents.text("too late"));

        assertThat(told.shown())
                .contains("last words")
                .endsWith("data: cut: reset\n\n")
                .doesNotContain("[DONE]")
                .doesNotContain("too late");
        assertThat(told.ends).isEqualTo(1);
        assertThat(told.failures).isEmpty();
        assertThat(calls.at(0).cancelled).isTrue();
        assertThat(calls.at(1).cancelled).isTrue();
    }

    @Test
    void a_chunk_that_cannot_be_merged_breaks_the_answer() {
        sent(STREAM);
        calls.list.forEach(call -> call.says(ChatEvents.text("x")));
        calls.at(1).says("{\"id\":\"a\",\"x\":1e9999999999,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"y\"}}]}");

        assertThat(told.shown()).endsWith("data: cut: the answer could not be read\n\n");
        assertThat(calls.list).allMatch(call -> call.cancelled);
    }

    @Test
    void pausing_and_resuming_are_for_all_that_are_under_way() {
        var fanOut = sent(STREAM);
        calls.at(0).says(ChatEvents.text("x"), ChatEvents.finish("stop"), ChatEvents.DONE);
        calls.at(1).says(ChatEvents.text("x"));
        calls.at(2).says(ChatEvents.text("x"));

        fanOut.pause();
        assertThat(calls.list).extracting(call -> call.paused).containsExactly(false, true, true);

        fanOut.resume();
        assertThat(calls.list).noneMatch(call -> call.paused);
    }

    @Test
    void one_that_brings_too_much_before_the_others_have_begun_has_to_wait() {
        sent(STREAM);
        for (var i = 0; i < 6; i++) {
            calls.at(0).says(ChatEvents.text("x".repeat(1 << 20)));
        }
        assertThat(calls.list).extracting(call -> call.paused).containsExactly(true, false, false);

        calls.at(1).says(ChatEvents.text("y"));
        calls.at(2).says(ChatEvents.text("z"));

        assertThat(calls.list).noneMatch(call -> call.paused);
        assertThat(told.shown()).contains("\"z\"").hasSizeGreaterThan(6 << 20);
    }

    @Test
    void a_client_that_leaves_cancels_all() {
        var fanOut = sent(STREAM);
        calls.list.forEach(call -> call.says(ChatEvents.text("x")));
        fanOut.cancel();
        assertThat(calls.list).allMatch(call -> call.cancelled);
        assertThat(told.ends).isZero();
        assertThat(told.failures).isEmpty();
    }

    @Test
    void a_client_that_leaves_before_the_beginning_cancels_all() {
        sent(STREAM).cancel();
        assertThat(calls.list).hasSize(3).allMatch(call -> call.cancelled);
        assertThat(told.failures).isEmpty();
    }

    @Test
    void calls_that_cannot_be_made_take_those_along_that_were() {
        calls.most = 2;
        assertThatThrownBy(() -> sent(STREAM)).isInstanceOf(IllegalStateException.class);
        assertThat(calls.list).hasSize(2).allMatch(call -> call.cancelled);
    }

    private FanOut sent(String request) {
        var fanOut = FanOut.of(backend(), target(Map.of("maxChoices", 1)), ChatRequests.of(request), WATCH, told);
        fanOut.send(null);
        return fanOut;
    }

    private static ChatRequest request(String member) {
        return ChatRequests.of("{\"n\":3," + member + "}");
    }

    private Backend backend() {
        return new Backend(new BackendName("b"), BackendSettings.SIMULATOR, DIALECT, DIALECT.capabilities(), calls);
    }

    private static Target target(Map<String, Object> overrides) {
        return new Target(
                new BackendName("b"),
                new ModelName("m"),
                "up",
                DIALECT.capabilities().with(overrides));
    }

    /** The upstream. */
    private static final class Calls implements Upstream {
        final List<OneCall> list = new ArrayList<>();
        int most = 128;

        @Override
        public Exchange chat(byte[] body, @Nullable TraceContext span, Listener listener) {
            if (list.size() == most) {
                throw new IllegalStateException("no more");
            }
            var call = new OneCall(new String(body, UTF_8), listener);
            list.add(call);
            return call;
        }

        @Override
        public Exchange send(Sending sending, @Nullable TraceContext span, Listener listener) {
            return chat(sending.body(), span, listener);
        }

        OneCall at(int index) {
            return list.get(index);
        }
    }

    private static final class OneCall implements Upstream.Exchange {
        final String body;
        final Upstream.Listener listener;
        boolean begun;
        boolean paused;
        boolean cancelled;

        OneCall(String body, Upstream.Listener listener) {
            this.body = body;
            this.listener = listener;
        }

        void whole(String content) {
            listener.head(200, name -> "application/json");
            listener.body(("{\"id\":\"x\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"up\",\"choices\":"
                            + "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + content
                            + "\"},\"finish_reason\":\"stop\"}]," + ChatEvents.usageMember(2, 3) + "}")
                    .getBytes(UTF_8));
            listener.end();
        }

        void says(String... data) {
            if (cancelled) {
                return;
            }
            if (!begun) {
                begun = true;
                listener.head(200, name -> "text/event-stream");
            }
            var events = new StringBuilder();
            for (var event : data) {
                events.append("data: ").append(event).append("\n\n");
            }
            listener.body(events.toString().getBytes(UTF_8));
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    /** What the dispatch and the client get. */
    private static final class Told implements Attempt.Verdict, AttemptEvents.Receiver {
        final List<AttemptFailure> failures = new ArrayList<>();
        final StringBuilder events = new StringBuilder();

        @Nullable
        String answer;

        @Nullable
        AttemptEvents source;

        /** For whether requests may be sent; null for at once. */
        @Nullable
        CompletableFuture<Boolean> clearance;

        int ends;

        @Override
        public @Nullable CompletionStage<Boolean> asks() {
            return clearance;
        }

        String shown() {
            return events.toString();
        }

        @Override
        public void answered(Reply reply) {
            answer = new String(((Reply.Whole) reply).body(), UTF_8);
        }

        @Override
        public void begun(AttemptEvents begun) {
            source = begun;
            begun.start(this);
        }

        @Override
        public void failed(AttemptFailure failure) {
            failures.add(failure);
        }

        @Override
        public void broke(AttemptFailure failure) {
            events.append("data: cut: ").append(failure.reason()).append("\n\n");
            ends++;
        }

        @Override
        public void write(byte[] bytes) {
            events.append(new String(bytes, UTF_8));
        }

        @Override
        public void end() {
            ends++;
        }
    }
}
