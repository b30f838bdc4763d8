package io.dromedary.steps.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class BreakerRouteTest {
    private static final int CLOSED = 0;
    private static final int HALF_OPEN = 1;
    private static final int OPEN = 2;

    private static final String GUARDED = """
            - circuitBreaker:
                id: guard
                resilience4jConfiguration:
                  slidingWindowSize: 4
                  minimumNumberOfCalls: 2
                  failureRateThreshold: 50
                  waitDurationInOpenState: 30
                  permittedNumberOfCallsInHalfOpenState: 1
                steps:
                  - process: { ref: work }
            """;
    private static final String FALLBACK = """
                onFallback:
                  steps:
                    - process: { ref: instead }
            """;
    private static final String TIMED = GUARDED.replace(
            "failureRateThreshold: 50",
            "failureRateThreshold: 50\n      timeoutEnabled: true\n      timeoutDuration: 50");

    private final RouteRig rig = new RouteRig();
    private final PendingStep pending = new PendingStep();
    private boolean down;
    private int worked;

    @AfterEach
    void stop() {
        rig.close();
    }

    /** Fails or answers at once. */
    private void work(Exchange exchange) {
        worked++;
        if (down) {
            throw new IllegalStateException("down");
        }
        exchange.getMessage().setBody("worked");
    }

    private static void instead(Exchange exchange) {
        var caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        exchange.getMessage().setBody("instead of " + caught.getClass().getSimpleName());
    }

    private void open() {
        down = true;
        rig.ran();
        rig.ran();
        assertThat(rig.state("guard")).isEqualTo(OPEN);
    }

    @Test
    void a_step_that_answers_is_let_through() throws Exception {
        rig.step("work", this::work).start(GUARDED);
        var ended = rig.ran();
        assertThat(ended.getMessage().getBody()).isEqualTo("worked");
        assertThat(ended.getException()).isNull();
        assertThat(ended.getProperty(ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_SUCCESSFUL_EXECUTION))
                .isEqualTo(true);
        assertThat(rig.state("guard")).isEqualTo(CLOSED);
    }

    @Test
    void it_opens_after_failures_and_refuses_by_the_name_of_the_step() throws Exception {
        rig.step("work", this::work).start(GUARDED);
        open();
        var refused = rig.ran();
        assertThat(worked).isEqualTo(2);
        assertThat(refused.getException()).isInstanceOfSatisfying(RefusedException.class, exception -> {
            assertThat(exception.refusal().status()).isEqualTo(503);
            assertThat(exception.refusal().code()).isEqualTo("circuit_open");
            assertThat(exception.refusal().message()).contains("`guard`");
        });
        assertThat(refused.getProperty("CamelCircuitBreakerResponseShortCircuited"))
                .isEqualTo(true);
    }

    @Test
    void a_failure_without_fallback_is_the_failure_of_the_step() throws Exception {
        rig.step("work", this::work).start(GUARDED);
        down = true;
        assertThat(rig.ran().getException())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("down");
    }

    @Test
    void half_open_lets_one_try_through_which_closes_it_or_opens_it_again() throws Exception {
        rig.step("work", pending).start(GUARDED);
        for (int i = 0; i < 2; i++) {
            var ended = rig.run(rig.exchange());
            pending.next().fail();
            ended.join();
        }
        assertThat(rig.state("guard")).isEqualTo(OPEN);

        rig.clock.advance(Duration.ofSeconds(31));
        var probe = rig.run(rig.exchange());
        assertThat(rig.state("guard")).isEqualTo(HALF_OPEN);
        assertThat(rig.ran().getException()).isInstanceOf(RefusedException.class);
        pending.next().fail();
        probe.join();
        assertThat(rig.state("guard")).isEqualTo(OPEN);

        rig.clock.advance(Duration.ofSeconds(31));
        var second = rig.run(rig.exchange());
        pending.next().answer("worked");
        assertThat(second.join().getException()).isNull();
        assertThat(rig.state("guard")).isEqualTo(CLOSED);
    }

    @Test
    void the_fallback_answers_for_failures_and_for_refusals_and_knows_which() throws Exception {
        rig.step("work", this::work).step("instead", BreakerRouteTest::instead).start(GUARDED + FALLBACK);
        down = true;
        var failed = rig.ran();
        assertThat(failed.getMessage().getBody()).isEqualTo("instead of IllegalStateException");
        assertThat(failed.getException()).isNull();
        assertThat(failed.getProperty("CamelCircuitBreakerResponseFromFallback"))
                .isEqualTo(true);
        rig.ran();
        assertThat(rig.ran().getMessage().getBody()).isEqualTo("instead of RefusedException");
        assertThat(worked).isEqualTo(2);
    }

    @Test
    void a_fallback_that_fails_fails_the_route() throws Exception {
        rig.step("work", this::work)
                .step("instead", exchange -> {
                    throw new IllegalArgumentException("down too");
                })
                .start(GUARDED + FALLBACK);
        down = true;
        assertThat(rig.ran().getException()).hasMessage("down too");
    }

    @Test
    void steps_that_end_on_another_thread_go_on_there() throws Exception {
        rig.step("work", pending)
                .step(
                        "thread",
                        exchange -> exchange.getMessage()
                                .setHeader("thread", Thread.currentThread().getName()))
                .start(GUARDED + "- process: { ref: thread }\n");
        var ended = rig.run(rig.exchange());
        var step = pending.next();
        assertThat(ended).isNotDone();
        Thread.ofVirtual().name("elsewhere").start(() -> step.answer("worked"));
        var exchange = ended.get(10, TimeUnit.SECONDS);
        assertThat(exchange.getMessage().getBody()).isEqualTo("worked");
        assertThat(exchange.getMessage().getHeader("thread")).isEqualTo("elsewhere");
    }

    @Test
    void a_single_event_loop_is_not_blocked_by_steps_that_end_later_on_that_loop() throws Exception {
        try (var loop = Executors.newSingleThreadExecutor()) {
            var later = new AsyncProcessorSupport() {
                @Override
                public boolean process(Exchange exchange, AsyncCallback callback) {
                    loop.execute(() -> {
                        exchange.getMessage().setBody("later");
                        callback.done(false);
                    });
                    return false;
                }
            };
            for (var route : List.of(GUARDED, TIMED.replace("timeoutDuration: 50", "timeoutDuration: 20000"))) {
                try (var each = new RouteRig().step("work", later).start(route)) {
                    var ended = new ArrayList<CompletableFuture<Exchange>>();
                    loop.submit(() -> {
                                for (int i = 0; i < 100; i++) {
                                    ended.add(each.run(each.exchange()));
                                }
                            })
                            .get(10, TimeUnit.SECONDS);
                    for (var end : ended) {
                        assertThat(end.get(10, TimeUnit.SECONDS).getMessage().getBody())
                                .isEqualTo("later");
                    }
                }
            }
        }
    }

    @Test
    void a_time_out_goes_on_without_the_step_and_what_comes_late_reaches_nobody() throws Exception {
        rig.step("work", pending)
                .step("instead", BreakerRouteTest::instead)
                .step("after", this::work)
                .start(TIMED.replace("- process: { ref: work }", """
                        - process: { ref: work }
                              - process: { ref: after }""") + FALLBACK);
        var first = rig.exchange();
        assertThat(rig.run(first).get(10, TimeUnit.SECONDS).getMessage().getBody())
                .isEqualTo("instead of RefusedException");
        assertThat(first.getProperty(Exchange.EXCEPTION_CAUGHT))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        late -> assertThat(late.refusal())
                                .isInstanceOf(Refusal.Http.class)
                                .satisfies(refusal -> {
                                    assertThat(refusal.status()).isEqualTo(504);
                                    assertThat(refusal.message())
                                            .contains("`guard`")
                                            .contains("50 ms");
                                }));
        assertThat(first.getProperty("CamelCircuitBreakerResponseTimedOut")).isEqualTo(true);
        rig.release(first);

        var second = rig.exchange();
        assertThat(second).as("the pool gives the exchange out again").isSameAs(first);
        pending.next().answer("late");
        assertThat(second.getMessage().getBody()).isEqualTo("asked");
        assertThat(worked).as("the step after the late one").isZero();
    }

    @Test
    void time_outs_count_as_failures() throws Exception {
        rig.step("work", pending).start(TIMED);
        for (int i = 0; i < 2; i++) {
            assertThat(rig.run(rig.exchange()).get(10, TimeUnit.SECONDS).getException())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("longer");
        }
        assertThat(rig.state("guard")).isEqualTo(OPEN);
        pending.next().answer("late");
        pending.next().fail();
        assertThat(rig.state("guard")).isEqualTo(OPEN);
    }

    @Test
    void what_a_timed_step_leaves_behind_is_there_for_the_steps_after_it() throws Exception {
        rig.step("work", exchange -> {
                    exchange.getMessage().setBody("worked");
                    exchange.getMessage().setHeader("x-set", "header");
                    exchange.setProperty("set", "property");
                    exchange.setVariable("set", "variable");
                })
                .start(TIMED);
        var exchange = rig.exchange();
        exchange.getMessage().setHeader("x-before", "header");
        var ended = rig.run(exchange).get(10, TimeUnit.SECONDS);
        assertThat(ended).isSameAs(exchange);
        assertThat(ended.getMessage().getBody()).isEqualTo("worked");
        assertThat(ended.getMessage().getHeaders())
                .containsEntry("x-set", "header")
                .containsEntry("x-before", "header");
        assertThat(ended.getProperty("set")).isEqualTo("property");
        assertThat(ended.getVariable("set")).isEqualTo("variable");
        assertThat(ended.getProperty(Exchange.TRY_ROUTE_BLOCK)).isNull();
    }

    @Test
    void a_call_that_is_stopped_counts_as_nothing_and_gives_its_place_back() throws Exception {
        rig.step("work", pending).step("work-after", this::work).start(GUARDED + "- process: { ref: work-after }\n");
        for (int i = 0; i < 2; i++) {
            var ended = rig.run(rig.exchange());
            pending.next().fail();
            ended.join();
        }
        rig.clock.advance(Duration.ofSeconds(31));
        for (int i = 0; i < 5; i++) {
            var left = rig.run(rig.exchange());
            var step = pending.next();
            step.exchange().setRouteStop(true);
            step.callback().done(false);
            assertThat(left.join().getException()).isNull();
            assertThat(rig.state("guard"))
                    .as("the only try in half open is free again")
                    .isEqualTo(HALF_OPEN);
        }
        assertThat(worked).isZero();
    }

    @Test
    void a_callers_own_mistake_counts_as_nothing_and_is_no_case_for_the_fallback() throws Exception {
        rig.step("work", exchange -> {
                    throw RefusedException.badRequest("model", "wrong");
                })
                .step("instead", BreakerRouteTest::instead)
                .start(GUARDED + FALLBACK);
        for (int i = 0; i < 5; i++) {
            assertThat(rig.ran().getException()).hasMessage("wrong");
        }
        assertThat(rig.state("guard")).isEqualTo(CLOSED);
    }

    @Test
    void refusals_that_tell_of_the_backends_count() throws Exception {
        rig.step("work", exchange -> {
                    throw new RefusedException(new Refusal.Unavailable("none", "no_backend"));
                })
                .start(GUARDED);
        rig.ran();
        rig.ran();
        assertThat(rig.state("guard")).isEqualTo(OPEN);
    }

    @Test
    void slow_steps_open_it_too() throws Exception {
        rig.step("work", pending).start("""
                - circuitBreaker:
                    id: guard
                    resilience4jConfiguration:
                      slidingWindowType: TIME_BASED
                      slidingWindowSize: 60
                      minimumNumberOfCalls: 2
                      slowCallRateThreshold: 100
                      slowCallDurationThreshold: 1
                    steps:
                      - process: { ref: work }
                """);
        var ended = List.of(rig.run(rig.exchange()), rig.run(rig.exchange()));
        CompletableFuture.delayedExecutor(1100, TimeUnit.MILLISECONDS).execute(() -> {
            try {
                pending.next().answer("slow");
                pending.next().answer("slow");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        for (var each : ended) {
            assertThat(each.get(10, TimeUnit.SECONDS).getException()).isNull();
        }
        assertThat(rig.state("guard")).isEqualTo(OPEN);
    }

    @Test
    void pipelines_tries_and_wire_taps_work_inside_of_it_and_around_it() throws Exception {
        var tapped = new CountDownLatch(1);
        rig.step("work", this::work)
                .step("pending", pending)
                .step("instead", BreakerRouteTest::instead)
                .step("tapped", exchange -> tapped.countDown())
                .routes("""
                        - route:
                            id: tap
                            from:
                              uri: direct:tap
                              steps:
                                - process: { ref: tapped }
                        - route:
                            id: inner
                            from:
                              uri: direct:inner
                              steps:
                                - process: { ref: pending }
                                - process: { ref: work }
                        - route:
                            id: tried
                            from:
                              uri: direct:tried
                              steps:
                                - doTry:
                                    steps:
                                      - circuitBreaker:
                                          id: guard
                                          steps:
                                            - wireTap: { uri: "direct:tap" }
                                            - pipeline:
                                                steps:
                                                  - doTry:
                                                      steps:
                                                        - to: { uri: "direct:inner" }
                                                      doCatch:
                                                        - exception: [ java.lang.IllegalStateException ]
                                                          steps:
                                                            - process: { ref: instead }
                                            - setHeader: { name: after, constant: "inside" }
                                      - process: { ref: work }
                                    doCatch:
                                      - exception: [ java.lang.IllegalStateException ]
                                        steps:
                                          - setHeader: { name: caught, constant: "outside" }
                        """);
        down = true;
        var ended = rig.run(rig.exchange());
        pending.next().answer("from inside");
        var exchange = ended.get(10, TimeUnit.SECONDS);
        assertThat(exchange.getMessage().getBody()).isEqualTo("instead of IllegalStateException");
        assertThat(exchange.getMessage().getHeader("after")).isEqualTo("inside");
        assertThat(exchange.getMessage().getHeader("caught")).isEqualTo("outside");
        assertThat(exchange.getException()).isNull();
        assertThat(worked).isEqualTo(2);
        assertThat(tapped.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_breaker_in_another_ones_fallback_is_asked_for_itself() throws Exception {
        rig.step("work", this::work)
                .step("second", exchange -> exchange.getMessage().setBody("second"))
                .start(GUARDED + """
                    onFallback:
                      steps:
                        - circuitBreaker:
                            id: second
                            steps:
                              - process: { ref: second }
                """);
        down = true;
        assertThat(rig.ran().getMessage().getBody()).isEqualTo("second");
        assertThat(rig.state("second")).isEqualTo(CLOSED);
    }
}
