package io.dromedary.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.access.Caller;
import io.dromedary.api.EventSource;
import io.dromedary.api.ModelName;
import io.dromedary.api.Reply;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.TraceContext;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.error.Refusal;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.Backend;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Backends;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Target;
import io.dromedary.backend.Upstream;
import io.dromedary.backend.dialect.OpenAiDialect;
import io.dromedary.config.BackendSettings;
import io.dromedary.config.BreakerSettings;
import io.dromedary.config.Lane;
import io.dromedary.config.ProjectSettings;
import io.dromedary.config.TierSettings;
import io.dromedary.testing.ChatEvents;
import io.dromedary.tier.Accounts;
import io.dromedary.tier.Denied;
import io.dromedary.tier.Serving;
import io.dromedary.tier.Tiers;
import io.dromedary.tier.ledger.Ledger;
import io.dromedary.tier.ledger.TokenEstimator;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A dispatch whose upstreams say what each test has them say, when it has them say it. */
final class DispatchTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final OpenAiDialect DIALECT =
            new OpenAiDialect(prefix -> prefix + "1", InstantSource.fixed(Instant.EPOCH));
    private static final ModelName MODEL = new ModelName("m");
    private static final Caller CALLER =
            new Caller(new ProjectSettings("acme", List.of(), List.of(), true, true, true, null), "ci");
    private static final String STREAM = "{\"stream\":true}";

    private final Standings standings =
            new Standings(InstantSource.fixed(Instant.EPOCH), () -> 0, new SplittableRandom(7));
    private final Memory memory = new Memory(1 << 20);
    private final QueueLog queues = new QueueLog();
    private final Failover failover = new Failover(
            new RetryRule(new SplittableRandom(7)),
            new HedgeBudget(),
            memory,
            new Backends(
                            VERTX,
                            settings -> {
                                throw new IllegalStateException();
                            },
                            settings -> new Calls())
                    .watch(),
            queues);
    private final Gates gates = new Gates(() -> 0, (wait, what) -> () -> {});
    private final Tiers tiers = new Tiers(
            Ledger.alone("test", InstantSource.fixed(Instant.EPOCH)), new TokenEstimator(TokenEstimator.Start.DEFAULT));
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean later;
    private int attempts = 5;
    private final Calls first = new Calls();
    private final Calls second = new Calls();
    private final Told told = new Told();

    @AfterAll
    static void stop() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @AfterEach
    void nothing_is_kept() {
        assertThat(standings.inFlight(new BackendName("first"))).isZero();
        assertThat(standings.inFlight(new BackendName("second"))).isZero();
        assertThat(gates.of(new BackendName("first")).crowd().inFlight()).isZero();
        assertThat(gates.of(new BackendName("second")).crowd().inFlight()).isZero();
        assertThat(memory.held()).isZero();
    }

    @Test
    void each_attempt_of_a_call_that_is_traced_has_a_span_below_it_and_a_time() {
        var call = new TraceContext("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", null, true, "");
        var before = System.nanoTime();
        var dispatch = dispatch(STREAM, call);
        dispatch.start();
        first.last().listener.failed(new AttemptFailure.TimedOut(AttemptFailure.TimedOut.Deadline.FIRST_TOKEN));
        second.last().says(ChatEvents.role(), ChatEvents.text("half"));
        dispatch.cancel();
        var after = System.nanoTime();

        assertThat(dispatch.attempts()).extracting(AttemptRecord::outcome).containsExactly("timed_out", "left");
        assertThat(dispatch.attempts())
                .extracting(AttemptRecord::passage)
                .extracting(AttemptRecord.Passage::span)
                .containsExactly(call.child(1), call.child(2));
        assertThat(first.last().span).isEqualTo(call.child(1));
        assertThat(second.last().span).isEqualTo(call.child(2));
        assertThat(dispatch.attempts()).extracting(AttemptRecord::passage).allSatisfy(passage -> {
            assertThat(passage.hedge()).isFalse();
            assertThat(passage.startedNanos()).isBetween(before, after);
            assertThat(passage.endedNanos()).isBetween(passage.startedNanos(), after);
        });
        assertThat(dispatch.attempts())
                .extracting(AttemptRecord::passage)
                .last()
                .satisfies(passage -> assertThat(passage.firstTokenNanos()).isPositive());
    }

    @Test
    void a_call_that_is_not_traced_tells_its_backends_nothing() {
        var dispatch = dispatch(STREAM);
        dispatch.start();
        assertThat(first.last().span).isNull();
        dispatch.cancel();
    }

    @Test
    void whoever_is_to_clear_a_call_is_asked_at_each_attempt_however_it_is_made() {
        told.clearance = new CompletableFuture<>();
        for (var request : List.of("{\"stream\":true}", "{}")) {
            var dispatch = dispatch(request);
            dispatch.start();
            assertThat(first.last().listener.asks()).isSameAs(told.clearance);
            first.last().listener.failed(new AttemptFailure.TimedOut(AttemptFailure.TimedOut.Deadline.FIRST_TOKEN));
            assertThat(second.last().listener.asks()).isSameAs(told.clearance);
            dispatch.cancel();
        }
        assertThat(second.all).hasSize(2);
    }

    @Test
    void a_fault_of_ours_at_the_first_attempt_is_thrown_and_nobody_else_is_told() {
        first.broken = true;
        var dispatch = dispatch("{}");
        assertThatThrownBy(dispatch::start).isInstanceOf(IllegalStateException.class);
        dispatch.cancel();
        assertThat(told.all).isEmpty();
    }

    @Test
    void a_fault_of_ours_at_a_later_attempt_is_a_500_and_not_silence() {
        second.broken = true;
        dispatch(STREAM).start();
        first.last().listener.failed(new AttemptFailure.TimedOut(AttemptFailure.TimedOut.Deadline.FIRST_TOKEN));
        assertThat(told.all)
                .singleElement()
                .isInstanceOfSatisfying(
                        Refusal.Internal.class,
                        refusal -> assertThat(refusal.status()).isEqualTo(500));
    }

    @Test
    void a_fault_of_ours_while_a_stream_is_mended_is_an_error_event() {
        second.broken = true;
        dispatch(STREAM).start();
        first.last().says(ChatEvents.role(), ChatEvents.text("half"));
        told.read();
        first.last().listener.failed(new AttemptFailure.Broken("connection reset"));
        assertThat(told.events)
                .asString()
                .contains("half")
                .contains("stream_broken")
                .doesNotContain("[DONE]");
        assertThat(told.ends).isOne();
    }

    @Test
    void what_breaks_before_the_client_reads_is_mended_when_it_does() {
        dispatch(STREAM).start();
        first.last().says(ChatEvents.role(), ChatEvents.text("one "));
        first.last().listener.failed(new AttemptFailure.Broken("connection reset"));
        assertThat(second.all).isEmpty();
        told.read();
        second.last()
                .says(
                        ChatEvents.role(),
                        ChatEvents.text("one two"),
                        ChatEvents.finish("stop"),
                        ChatEvents.usage(1, 2),
                        ChatEvents.DONE);
        assertThat(told.events)
                .asString()
                .contains("\"one \"")
                .contains("\"two\"")
                .endsWith("data: [DONE]\n\n");
        assertThat(told.ends).isOne();
    }

    @Test
    void an_answer_that_ends_before_all_that_was_sent_is_another_one() {
        dispatch(STREAM).start();
        first.last().says(ChatEvents.role(), ChatEvents.text("one two"));
        told.read();
        first.last().listener.failed(new AttemptFailure.Broken("connection reset"));
        second.last().says(ChatEvents.role(), ChatEvents.text("one"), ChatEvents.finish("stop"), ChatEvents.DONE);
        assertThat(told.events).asString().contains("gave another answer").doesNotContain("[DONE]");
        assertThat(told.ends).isOne();
    }

    @Test
    void a_client_that_leaves_between_two_attempts_is_not_tried_for() {
        var dispatch = dispatch(STREAM);
        dispatch.start();
        first.last().listener.failed(new AttemptFailure.Broken("connection reset"));
        dispatch.cancel();
        assertThat(told.all).containsExactly("left");
        assertThat(first.all).hasSize(1);
        assertThat(second.all).isEmpty();
    }

    @Test
    void a_call_costs_no_more_attempts_than_its_model_allows() {
        attempts = 1;
        dispatch(STREAM).start();
        first.last().listener.failed(new AttemptFailure.TimedOut(AttemptFailure.TimedOut.Deadline.FIRST_TOKEN));
        assertThat(first.all).hasSize(1);
        assertThat(second.all).isEmpty();
        assertThat(told.all).singleElement().isInstanceOf(Refusal.BackendsFailed.class);
    }

    @Test
    void a_call_that_finds_room_has_not_waited() {
        var dispatch = dispatch(STREAM);
        dispatch.start();
        dispatch.cancel();
        assertThat(dispatch.waitedNanos()).isEqualTo(-1);
        assertThat(queues.lines).isEmpty();
    }

    @Test
    void a_wait_is_told_when_the_call_gets_in() {
        narrow(1);
        var before = dispatch(STREAM);
        before.start();
        var dispatch = dispatch(STREAM);
        dispatch.start();
        assertThat(queues.lines).isEmpty();
        before.cancel();
        assertThat(queues.lines).containsExactly("default admitted");
        assertThat(first.all).hasSize(2);
        assertThat(dispatch.waitedNanos()).isNotNegative();
        dispatch.cancel();
        assertThat(queues.lines).hasSize(1);
    }

    @Test
    void a_caller_who_leaves_the_queue_has_waited_too() {
        narrow(1);
        var before = dispatch(STREAM);
        before.start();
        var dispatch = dispatch(STREAM);
        dispatch.start();
        dispatch.cancel();
        assertThat(queues.lines).containsExactly("default left");
        assertThat(dispatch.waitedNanos()).isNotNegative();
        before.cancel();
    }

    @Test
    void a_call_that_no_lane_has_a_place_for_says_why() {
        narrow(0);
        var before = dispatch(STREAM);
        before.start();
        // the first backend has no place for it, so that it fills the second
        var beside = dispatch(STREAM);
        beside.start();
        var serving = serving("{\"stream\":true,\"service_tier\":\"default\"}");
        dispatch(STREAM, null, serving).start();
        assertThat(queues.lines).containsExactly("default queue_full");
        assertThat(told.all)
                .singleElement()
                .isInstanceOfSatisfying(
                        Refusal.Limited.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("resource_unavailable"));
        assertThat(serving.denied()).satisfies(denied -> {
            assertThat(denied.tier()).isEqualTo(ServiceTier.DEFAULT);
            assertThat(denied.reason()).isEqualTo(Denied.Reason.QUEUE_FULL);
        });
        before.cancel();
        beside.cancel();
    }

    @Test
    void a_call_that_has_to_give_way_is_told_with_its_lane() {
        narrow(1);
        later = true;
        var flex = dispatch(STREAM, null, serving("{\"stream\":true,\"service_tier\":\"flex\"}"));
        flex.start();
        var other = dispatch(STREAM);
        other.start();
        turn();
        assertThat(queues.lines).containsExactly("flex preempted", "default admitted");
        other.cancel();
        flex.cancel();
        turn();
        assertThat(queues.lines).hasSize(3).last().isEqualTo("flex left");
    }

    /** The event loop does what is to be done. */
    private void turn() {
        for (var task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private void loop(Runnable task) {
        if (later) {
            tasks.add(task);
        } else {
            task.run();
        }
    }

    /** Both backends take one call, and so many may wait. */
    private void narrow(int queue) {
        var lanes = new EnumMap<Lane, TierSettings.LaneSettings>(Lane.class);
        for (var lane : Lane.values()) {
            lanes.put(lane, new TierSettings.LaneSettings(queue, Duration.ofMinutes(1), 0));
        }
        gates.of(new BackendName("first")).configure(1, lanes);
        gates.of(new BackendName("second")).configure(1, lanes);
    }

    private Serving serving(String request) {
        var chat = ChatRequests.of(request);
        var serving = tiers.serving(TierSettings.DEFAULT, new Accounts(), CALLER, chat, MODEL, Runnable::run);
        assertThat(serving.descend()).isCompletedWithValue(true);
        return serving;
    }

    private Dispatch dispatch(String request) {
        return dispatch(request, null);
    }

    private Dispatch dispatch(String request, @Nullable TraceContext trace) {
        return dispatch(request, trace, serving(request));
    }

    private Dispatch dispatch(String request, @Nullable TraceContext trace, Serving serving) {
        var candidates = List.of(candidate("first", first, 1), candidate("second", second, 2));
        var plan = new Plan(MODEL, candidates, attempts, true);
        return new Dispatch(
                new Order(ChatRequests.of(request), plan, serving, null, trace, this::loop), failover, told);
    }

    private Candidate candidate(String name, Calls calls, int priority) {
        var backend = new BackendName(name);
        return new Candidate(
                new Backend(backend, BackendSettings.SIMULATOR, DIALECT, Capabilities.OPENAI, calls),
                new Target(backend, new ModelName("m"), "up", Capabilities.OPENAI),
                priority,
                1,
                standings.of(backend, "up", BreakerSettings.DEFAULT),
                gates.of(backend),
                false);
    }

    /** What the caller gets. */
    static final class Told implements Dispatch.Outcome, EventSource.Sink {
        final List<Object> all = new CopyOnWriteArrayList<>();
        final StringBuilder events = new StringBuilder();

        /** For whether backends may be asked; null for at once. */
        @Nullable
        CompletableFuture<Boolean> clearance;

        int ends;

        @Override
        public @Nullable CompletionStage<Boolean> asks() {
            return clearance;
        }

        /** The client begins to read the stream. */
        void read() {
            ((Reply.Events) all.getFirst()).source().start(this);
        }

        @Override
        public void answered(Reply reply) {
            all.add(reply);
        }

        @Override
        public void refused(Refusal refusal) {
            all.add(refusal);
        }

        @Override
        public void left() {
            all.add("left");
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

    /** An upstream. */
    static final class Calls implements Upstream {
        final List<OneCall> all = new ArrayList<>();
        boolean broken;

        @Override
        public Exchange chat(byte[] body, @Nullable TraceContext span, Listener listener) {
            if (broken) {
                throw new IllegalStateException("a fault of ours");
            }
            var call = new OneCall(span, listener);
            all.add(call);
            return call;
        }

        OneCall last() {
            return all.getLast();
        }
    }

    static final class OneCall implements Upstream.Exchange {
        final @Nullable TraceContext span;
        final Upstream.Listener listener;
        boolean cancelled;
        private boolean begun;

        OneCall(@Nullable TraceContext span, Upstream.Listener listener) {
            this.span = span;
            this.listener = listener;
        }

        void says(String... data) {
            if (!begun) {
                begun = true;
                listener.head(200, name -> "text/event-stream");
            }
            for (var event : data) {
                listener.body(("data: " + event + "\n\n").getBytes(UTF_8));
            }
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
