package io.dromedary.steps.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps that do not keep Camel's contract, and the races of a time-out. */
final class PassageTest {
    private final CamelContext camel = new DefaultCamelContext();
    private final CircuitBreaker breaker = CircuitBreaker.of("guard", CircuitBreakerConfig.ofDefaults());
    private final AtomicInteger wentOn = new AtomicInteger();

    @BeforeEach
    void start() {
        camel.start();
        PluginHelper.getUnitOfWorkFactory(camel).afterPropertiesConfigured(camel);
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private Exchange pass(@Nullable Duration timeout, AsyncProcessor steps, @Nullable AsyncProcessor fallback) {
        var exchange = new DefaultExchange(camel);
        var parts = new BreakerProcessor.Parts(new StepBreaker(breaker), timeout, steps, fallback);
        assertThat(new BreakerProcessor(parts).process(exchange, doneSync -> wentOn.incrementAndGet()))
                .isFalse();
        return exchange;
    }

    private static AsyncProcessor step(Step step) {
        return new AsyncProcessorSupport() {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                step.run(exchange, callback);
                return false;
            }
        };
    }

    private interface Step {
        void run(Exchange exchange, AsyncCallback callback);
    }

    @Test
    void a_step_that_calls_back_twice_goes_on_once_and_counts_once() {
        pass(
                null,
                step((exchange, callback) -> {
                    callback.done(true);
                    exchange.setException(new IllegalStateException("after all"));
                    callback.done(false);
                }),
                step((exchange, callback) -> callback.done(true)));
        assertThat(wentOn).hasValue(1);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isEqualTo(1);
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isZero();
    }

    @Test
    void a_fallback_that_calls_back_twice_goes_on_once() {
        pass(
                null,
                step((exchange, callback) -> {
                    exchange.setException(new IllegalStateException("down"));
                    callback.done(true);
                    callback.done(true);
                }),
                step((exchange, callback) -> {
                    callback.done(true);
                    callback.done(false);
                }));
        assertThat(wentOn).hasValue(1);
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
    }

    @Test
    void a_step_that_throws_instead_of_calling_back_is_a_failure() {
        var exchange = pass(
                null,
                step((inside, callback) -> {
                    throw new IllegalStateException("thrown");
                }),
                null);
        assertThat(wentOn).hasValue(1);
        assertThat(exchange.getException()).hasMessage("thrown");
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
    }

    @Test
    void what_is_thrown_after_the_exchange_has_gone_on_does_not_reach_it() {
        var served = pass(
                null,
                step((inside, callback) -> {
                    callback.done(false);
                    throw new IllegalStateException("too late");
                }),
                null);
        var instead = pass(
                null,
                step((inside, callback) -> {
                    throw new IllegalStateException("thrown");
                }),
                step((inside, callback) -> {
                    callback.done(false);
                    throw new IllegalStateException("too late");
                }));
        assertThat(wentOn).hasValue(2);
        assertThat(served.getException()).isNull();
        assertThat(instead.getException()).isNull();
    }

    @Test
    void when_a_step_and_its_time_out_come_together_one_of_them_counts() throws Exception {
        int rounds = 300;
        for (int i = 0; i < rounds; i++) {
            var ended = new CountDownLatch(1);
            var parts = new BreakerProcessor.Parts(
                    new StepBreaker(breaker),
                    Duration.ofMillis(1),
                    step((exchange, callback) -> Thread.ofVirtual().start(() -> {
                        callback.done(false);
                        callback.done(false);
                    })),
                    null);
            new BreakerProcessor(parts).process(new DefaultExchange(camel), doneSync -> {
                wentOn.incrementAndGet();
                ended.countDown();
            });
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(wentOn).hasValue(rounds);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isEqualTo(100);
        assertThat(camel.getInflightRepository().size()).isZero();
    }
}
