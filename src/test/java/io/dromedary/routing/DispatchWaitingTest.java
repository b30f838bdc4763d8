package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.access.Caller;
import io.dromedary.api.ModelName;
import io.dromedary.api.Reply;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.error.Refusal;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.AttemptFailure.TimedOut.Deadline;
import io.dromedary.backend.Backend;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Backends;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.OpenAiDialect;
import io.dromedary.config.BackendSettings;
import io.dromedary.config.BreakerSettings;
import io.dromedary.config.Lane;
import io.dromedary.config.ProjectSettings;
import io.dromedary.config.TierSettings;
import io.dromedary.config.TierSettings.LaneSettings;
import io.dromedary.routing.DispatchTest.Calls;
import io.dromedary.routing.DispatchTest.Told;
import io.dromedary.testing.ChatEvents;
import io.dromedary.tier.Accounts;
import io.dromedary.tier.Serving;
import io.dromedary.tier.Tiers;
import io.dromedary.tier.gate.Gate;
import io.dromedary.tier.ledger.Ledger;
import io.dromedary.tier.ledger.TokenEstimator;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls in front of backends that have one place each. What one is told, it is told at once, in the middle of things. */
final class DispatchWaitingTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final OpenAiDialect DIALECT =
            new OpenAiDialect(prefix -> prefix + "1", InstantSource.fixed(Instant.EPOCH));
    private static final ModelName MODEL = new ModelName("m");
    private static final BackendName FIRST = new BackendName("first");
    private static final BackendName SECOND = new BackendName("second");
    private static final Caller CALLER =
            new Caller(new ProjectSettings("acme", List.of(), List.of(), true, true, true, null), "ci");
    private static final String STREAM = "{\"stream\":true}";
    private static final String FLEX = "{\"stream\":true,\"service_tier\":\"flex\"}";
    private static final String DEFAULT = "{\"stream\":true,\"service_tier\":\"default\"}";

    private record Due(long at, Runnable what) {}

    private long now;
    private final List<Due> alarms = new ArrayList<>();
    private final Standings standings =
            new Standings(InstantSource.fixed(Instant.EPOCH), () -> now, new SplittableRandom(7));
    private final Failover failover = new Failover(
            new RetryRule(new SplittableRandom(7)),
            new HedgeBudget(),
            new Memory(1 << 20),
            new Backends(
                            VERTX,
                            settings -> {
                                throw new IllegalStateException();
                            },
                            settings -> new Calls())
                    .watch(),
            new QueueLog());
    private final Gates gates = new Gates(() -> now, this::later);
    private final Tiers tiers = new Tiers(
            Ledger.alone("test", InstantSource.fixed(Instant.EPOCH)), new TokenEstimator(TokenEstimator.Start.DEFAULT));
    private final Calls first = new Calls();
    private final Calls second = new Calls();
    private final List<Dispatch> all = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();
    private final List<Serving> servings = new ArrayList<>();
    private int secondPriority = 2;
    private boolean alone;
    private boolean spill;
    private @Nullable Duration timeout;

    DispatchWaitingTest() {
        gate(FIRST).configure(1, TierSettings.DEFAULT.lanes());
        gate(SECOND).configure(1, TierSettings.DEFAULT.lanes());
    }

    @AfterAll
    static void stop() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @AfterEach
    void nothing_is_kept() {
        all.forEach(Dispatch::cancel);
        for (var backend : List.of(FIRST, SECOND)) {
            assertThat(standings.inFlight(backend)).isZero();
            assertThat(gate(backend).crowd().inFlight()).isZero();
            assertThat(gate(backend).crowd().queued()).isZero();
        }
    }

    @Test
    void a_call_waits_where_it_is_full_and_goes_in_when_a_place_is_free() {
        start(STREAM);
        start(STREAM);
        assertThat(first.all).hasSize(1);
        assertThat(gate(FIRST).crowd().of(Lane.DEFAULT).queued()).isOne();

        all.get(0).cancel();
        assertThat(first.all).hasSize(2);
        assertThat(second.all).isEmpty();
        assertThat(gate(FIRST).crowd().queued()).isZero();
    }

    @Test
    void a_client_that_leaves_while_its_call_waits_leaves_no_place_behind() {
        start(STREAM);
        start(STREAM);
        all.get(1).cancel();
        assertThat(told.get(1).all).containsExactly("left");
        assertThat(gate(FIRST).crowd().queued()).isZero();
        all.get(0).cancel();
        assertThat(first.all).hasSize(1);
    }

    @Test
    void a_call_that_could_go_to_either_waits_at_both_and_takes_the_first_place() {
        secondPriority = 1;
        start(STREAM);
        start(STREAM);
        start(STREAM);
        assertThat(gate(FIRST).crowd().queued()).isOne();
        assertThat(gate(SECOND).crowd().queued()).isOne();

        all.get(1).cancel();
        assertThat(second.all).hasSize(2);
        assertThat(gate(FIRST).crowd().queued()).isZero();
        all.get(0).cancel();
        assertThat(first.all).hasSize(1);
    }

    @Test
    void a_backend_that_spills_is_not_waited_for_where_the_next_has_room() {
        spill = true;
        start(STREAM);
        start(STREAM);
        assertThat(second.all).hasSize(1);
        assertThat(gate(FIRST).crowd().queued()).isZero();
    }

    @Test
    void a_breaker_that_opens_sends_those_who_wait_on_at_once() {
        start(STREAM);
        start(STREAM);
        openBreaker(FIRST);
        assertThat(second.all).hasSize(1);
        assertThat(gate(FIRST).crowd().queued()).isZero();
        assertThat(first.all.getFirst().cancelled).isFalse();
    }

    @Test
    void a_breaker_that_opens_refuses_those_who_wait_and_have_nowhere_else_to_go() {
        alone = true;
        start(STREAM);
        start(STREAM);
        openBreaker(FIRST);
        assertThat(told.get(1).all).singleElement().isInstanceOfSatisfying(Refusal.BackendsFailed.class, refusal -> {
            assertThat(refusal.status()).isEqualTo(502);
            assertThat(refusal.message()).contains("left alone");
        });
    }

    @Test
    void a_pause_that_a_backend_asked_for_meanwhile_is_kept_by_who_can_go_elsewhere() {
        start(STREAM);
        start(STREAM);
        failed(FIRST, new AttemptFailure.Overloaded(429, "slow down", Duration.ofSeconds(30)));
        all.get(0).cancel();
        assertThat(first.all).hasSize(1);
        assertThat(second.all).hasSize(1);
    }

    @Test
    void a_pause_that_a_backend_asked_for_meanwhile_does_not_stop_who_has_waited_and_has_nowhere_else_to_go() {
        alone = true;
        start(STREAM);
        start(STREAM);
        failed(FIRST, new AttemptFailure.Overloaded(429, "slow down", Duration.ofSeconds(30)));
        all.get(0).cancel();
        assertThat(first.all).hasSize(2);
    }

    @Test
    void who_has_waited_for_nothing_goes_to_the_next_backend() {
        start(DEFAULT);
        start(DEFAULT);
        pass(Duration.ofSeconds(9));
        assertThat(second.all).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(second.all).hasSize(1);
        assertThat(first.all).hasSize(1);
    }

    @Test
    void a_call_waits_for_all_backends_together_as_long_as_its_lane_may() {
        start(DEFAULT);
        secondPriority = 0;
        start(DEFAULT);
        secondPriority = 2;
        start(DEFAULT);
        pass(Duration.ofSeconds(10));
        assertThat(told.get(2).all)
                .singleElement()
                .isInstanceOfSatisfying(
                        Refusal.Limited.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("resource_unavailable"));
    }

    @Test
    void a_queue_that_is_full_sends_a_call_to_the_next_backend_at_once() {
        gate(FIRST).configure(1, lanes(Lane.DEFAULT, new LaneSettings(0, Duration.ofSeconds(10), 0)));
        start(DEFAULT);
        start(DEFAULT);
        assertThat(second.all).hasSize(1);
    }

    @Test
    void flex_that_waits_for_nothing_is_refused_when_its_time_is_up() {
        alone = true;
        start(DEFAULT);
        start(FLEX);
        pass(Duration.ofSeconds(59));
        assertThat(told.get(1).all).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(told.get(1).all).singleElement().isInstanceOfSatisfying(Refusal.Limited.class, refusal -> {
            assertThat(refusal.code()).isEqualTo("resource_unavailable");
            assertThat(refusal.message()).contains("flex");
            assertThat(refusal.retryAfterSeconds()).isZero();
        });
    }

    @Test
    void no_room_for_a_call_of_its_tier_is_perhaps_room_for_one_of_the_next() {
        alone = true;
        gate(FIRST).configure(1, lanes(Lane.DEFAULT, new LaneSettings(0, Duration.ofSeconds(10), 0)));
        start(DEFAULT);
        start(STREAM);
        assertThat(servings.get(1).tier()).isEqualTo(ServiceTier.OVER_LIMIT);
        assertThat(gate(FIRST).crowd().of(Lane.OVER_LIMIT).queued()).isOne();
        pass(Duration.ofSeconds(1));
        all.get(0).cancel();
        // what default wanted a moment ago is kept for it
        pass(Duration.ofMillis(999));
        assertThat(told.get(1).all).isEmpty();
    }

    @Test
    void a_ladder_that_ends_without_room_is_a_429_and_no_tier_served() {
        alone = true;
        gate(FIRST).configure(1, lanes(Lane.DEFAULT, new LaneSettings(0, Duration.ofSeconds(10), 0)));
        start(DEFAULT);
        start(STREAM);
        pass(Duration.ofSeconds(2));
        assertThat(told.get(1).all)
                .singleElement()
                .isInstanceOfSatisfying(
                        Refusal.Limited.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("resource_unavailable"));
        assertThat(servings.get(1).tierOrNull()).isNull();
    }

    @Test
    void flex_that_has_not_begun_gives_way_and_waits_again() {
        alone = true;
        start(FLEX);
        start(DEFAULT);
        assertThat(first.all).hasSize(2);
        assertThat(first.all.get(0).cancelled).isTrue();
        assertThat(gate(FIRST).crowd().of(Lane.DEFAULT).inFlight()).isOne();
        assertThat(gate(FIRST).crowd().of(Lane.FLEX).queued()).isOne();
        assertThat(told.get(0).all).isEmpty();
        assertThat(all.get(0).attempts()).extracting(AttemptRecord::outcome).containsExactly("gave_way");
    }

    @Test
    void flex_that_gave_way_and_waits_for_nothing_is_a_429() {
        alone = true;
        start(FLEX);
        start(DEFAULT);
        pass(Duration.ofSeconds(60));
        assertThat(told.get(0).all)
                .singleElement()
                .isInstanceOfSatisfying(
                        Refusal.Limited.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("resource_unavailable"));
    }

    @Test
    void flex_that_gave_way_at_a_backend_that_is_left_alone_by_now_is_a_502() {
        alone = true;
        start(FLEX);
        start(DEFAULT);
        openBreaker(FIRST);
        assertThat(told.get(0).all).singleElement().isInstanceOf(Refusal.BackendsFailed.class);
    }

    @Test
    void who_took_the_place_of_flex_goes_on_when_it_fails_there() {
        start(FLEX);
        start(DEFAULT);
        first.last().listener.failed(new AttemptFailure.TimedOut(Deadline.FIRST_TOKEN));
        assertThat(second.all).hasSize(1);
        second.last().says(ChatEvents.role(), ChatEvents.text("one"), ChatEvents.finish("stop"), ChatEvents.DONE);
        assertThat(told.get(1).all).singleElement().isInstanceOf(Reply.Events.class);
    }

    @Test
    void flex_that_has_begun_keeps_its_place() {
        alone = true;
        start(FLEX);
        first.last().says(ChatEvents.role(), ChatEvents.text("one"));
        start(DEFAULT);
        assertThat(first.all).hasSize(1);
        assertThat(first.last().cancelled).isFalse();
        assertThat(gate(FIRST).crowd().of(Lane.DEFAULT).queued()).isOne();
    }

    @Test
    void a_caller_whose_time_is_up_while_its_call_waits_hears_so() {
        start(STREAM);
        timeout = Duration.ofMillis(20);
        start(STREAM);
        await().until(() -> !told.get(1).all.isEmpty());
        assertThat(told.get(1).all)
                .singleElement()
                .isInstanceOfSatisfying(
                        Refusal.BackendsFailed.class,
                        refusal -> assertThat(refusal.status()).isEqualTo(504));
        assertThat(gate(FIRST).crowd().queued()).isZero();
    }

    @Test
    void where_one_failed_and_the_next_has_no_room_both_are_named() {
        gate(SECOND).configure(1, lanes(Lane.DEFAULT, new LaneSettings(0, Duration.ofSeconds(10), 0)));
        secondPriority = 0;
        start(DEFAULT);
        secondPriority = 2;
        start(DEFAULT);
        first.last().listener.failed(new AttemptFailure.TimedOut(Deadline.FIRST_TOKEN));
        assertThat(told.get(1).all).singleElement().isInstanceOfSatisfying(Refusal.BackendsFailed.class, refusal -> {
            assertThat(refusal.status()).isEqualTo(502);
            assertThat(refusal.message()).contains("first: no first token in time", "second: no room");
        });
    }

    @Test
    void a_stream_that_breaks_goes_on_where_it_is_full() {
        secondPriority = 0;
        start(STREAM);
        secondPriority = 2;
        start(STREAM);
        first.last().says(ChatEvents.role(), ChatEvents.text("one "));
        told.get(1).read();
        first.last().listener.failed(new AttemptFailure.Broken("connection reset"));
        assertThat(second.all).hasSize(2);
        assertThat(gate(SECOND).crowd().inFlight()).isEqualTo(2);
    }

    private Gate gate(BackendName backend) {
        return gates.of(backend);
    }

    private static Map<Lane, LaneSettings> lanes(Lane lane, LaneSettings settings) {
        var lanes = new EnumMap<>(TierSettings.DEFAULT.lanes());
        lanes.put(lane, settings);
        return lanes;
    }

    private void start(String request) {
        var order = new Told();
        var chat = ChatRequests.of(request);
        var serving = tiers.serving(TierSettings.DEFAULT, new Accounts(), CALLER, chat, MODEL, Runnable::run);
        assertThat(serving.descend()).isCompletedWithValue(true);
        var dispatch = new Dispatch(
                new Order(chat, new Plan(MODEL, candidates(), 5, true), serving, timeout, null, Runnable::run),
                failover,
                order);
        told.add(order);
        servings.add(serving);
        all.add(dispatch);
        dispatch.start();
    }

    private List<Candidate> candidates() {
        var one = candidate(FIRST, first, 1);
        var other = candidate(SECOND, second, secondPriority);
        if (alone) {
            return List.of(one);
        }
        return secondPriority < 1 ? List.of(other, one) : List.of(one, other);
    }

    private Candidate candidate(BackendName backend, Calls calls, int priority) {
        return new Candidate(
                new Backend(backend, BackendSettings.SIMULATOR, DIALECT, Capabilities.OPENAI, calls),
                new Target(backend, MODEL, "up", Capabilities.OPENAI),
                priority,
                1,
                standing(backend),
                gate(backend),
                spill);
    }

    private Standing standing(BackendName backend) {
        return standings.of(backend, "up", BreakerSettings.DEFAULT);
    }

    private void failed(BackendName backend, AttemptFailure failure) {
        Objects.requireNonNull(standing(backend).admitAnyway()).failed(failure);
    }

    private void openBreaker(BackendName backend) {
        for (var i = 0; i < BreakerSettings.DEFAULT.minimumCalls(); i++) {
            failed(backend, new AttemptFailure.Broken("connection reset"));
        }
    }

    private Runnable later(Duration wait, Runnable what) {
        var due = new Due(now + wait.toNanos(), what);
        alarms.add(due);
        return () -> alarms.remove(due);
    }

    private void pass(Duration time) {
        var end = now + time.toNanos();
        while (true) {
            var next = alarms.stream()
                    .filter(due -> due.at() <= end)
                    .min((one, other) -> Long.compare(one.at(), other.at()))
                    .orElse(null);
            if (next == null) {
                break;
            }
            alarms.remove(next);
            now = Math.max(now, next.at());
            next.what().run();
        }
        now = end;
    }
}
