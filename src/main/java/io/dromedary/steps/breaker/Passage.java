package io.dromedary.steps.breaker;

import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.jspecify.annotations.Nullable;

/**
 * One exchange on its way through a breaker. Whatever the steps, the timer and the fallback do, and on whichever threads:
 * the breaker hears once how it went, and the exchange goes on once.
 */
final class Passage {
    private enum Stage {
        IN_STEPS,
        DECIDED,
        GONE_ON
    }

    private enum Outcome {
        SERVED,
        FAILED,
        TIMED_OUT,
        REFUSED
    }

    private final BreakerProcessor.Parts parts;
    private final Exchange exchange;
    private final AsyncCallback callback;
    private final @Nullable Object inTryBlock;
    private final long startedNanos = System.nanoTime();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.IN_STEPS);
    private @Nullable DetachedCopy copy;
    private @Nullable Future<?> timer;

    Passage(BreakerProcessor.Parts parts, Exchange exchange, AsyncCallback callback) {
        this.parts = parts;
        this.exchange = exchange;
        this.callback = callback;
        this.inTryBlock = exchange.getProperty(ExchangePropertyKey.TRY_ROUTE_BLOCK);
    }

    void begin() {
        if (!parts.breaker().enter()) {
            unserved(Outcome.REFUSED, refused());
            return;
        }
        var timeout = parts.timeout();
        if (timeout == null) {
            steps(exchange);
            return;
        }
        copy = DetachedCopy.of(exchange);
        timer = ForkJoinPool.commonPool().schedule(() -> timeUp(timeout), timeout.toNanos(), TimeUnit.NANOSECONDS);
        steps(copy.exchange());
    }

    private void steps(Exchange inside) {
        // what fails inside is decided on here, not by an error handler
        inside.setProperty(ExchangePropertyKey.TRY_ROUTE_BLOCK, true);
        try {
            parts.steps().process(inside, doneSync -> stepsDone(null));
        } catch (Throwable e) {
            stepsDone(e);
        }
    }

    /** @param thrown by steps that throw instead of calling back; by others it comes too late to count */
    private void stepsDone(@Nullable Throwable thrown) {
        if (!stage.compareAndSet(Stage.IN_STEPS, Stage.DECIDED)) {
            if (copy != null) {
                copy.close();
            }
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        if (copy != null) {
            copy.giveBack(exchange);
        }
        exchange.setProperty(ExchangePropertyKey.TRY_ROUTE_BLOCK, inTryBlock);
        if (thrown != null) {
            exchange.setException(thrown);
        }
        decide();
    }

    private void decide() {
        var failure = exchange.getException();
        if (failure == null && !exchange.isRouteStop()) {
            parts.breaker().succeeded(System.nanoTime() - startedNanos);
            note(Outcome.SERVED);
            goOn();
        } else if (failure == null || isCallersOwn(failure)) {
            parts.breaker().left();
            goOn();
        } else {
            parts.breaker().failed(System.nanoTime() - startedNanos, failure);
            unserved(Outcome.FAILED, failure);
        }
    }

    /** A mistake in a request says nothing about what is behind the breaker, and no fallback mends it. */
    private static boolean isCallersOwn(Exception failure) {
        return failure instanceof RefusedException refused
                && switch (refused.refusal()) {
                    case Refusal.BadRequest _,
                            Refusal.Unauthorized _,
                            Refusal.Forbidden _,
                            Refusal.NotFound _,
                            Refusal.Limited _,
                            Refusal.Rejected _ -> true;
                    case Refusal.Http http -> http.status() < 500;
                    case Refusal.BackendsFailed _, Refusal.Unavailable _, Refusal.Internal _ -> false;
                };
    }

    private void timeUp(Duration timeout) {
        if (!stage.compareAndSet(Stage.IN_STEPS, Stage.DECIDED)) {
            return;
        }
        if (copy != null) {
            copy.abandon();
        }
        // the fallback and what follows may block, which the timer's thread must not
        Thread.ofVirtual().name("step").start(() -> {
            var late = late(timeout);
            parts.breaker().failed(System.nanoTime() - startedNanos, late);
            unserved(Outcome.TIMED_OUT, late);
        });
    }

    private void unserved(Outcome outcome, Exception cause) {
        note(outcome);
        var fallback = parts.fallback();
        if (fallback == null) {
            exchange.setException(cause);
            goOn();
            return;
        }
        exchange.setProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, cause);
        exchange.setException(null);
        exchange.setRouteStop(false);
        exchange.getExchangeExtension().setRedeliveryExhausted(false);
        try {
            fallback.process(exchange, doneSync -> goOn());
        } catch (Throwable e) {
            if (stage.get() != Stage.GONE_ON) {
                exchange.setException(e);
                goOn();
            }
        }
    }

    /** In the properties that Camel documents for it. */
    private void note(Outcome outcome) {
        exchange.setProperty(
                ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_SUCCESSFUL_EXECUTION, outcome == Outcome.SERVED);
        exchange.setProperty(
                ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_FROM_FALLBACK,
                outcome != Outcome.SERVED && parts.fallback() != null);
        exchange.setProperty(ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_SHORT_CIRCUITED, outcome == Outcome.REFUSED);
        exchange.setProperty(ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_TIMED_OUT, outcome == Outcome.TIMED_OUT);
    }

    private void goOn() {
        if (stage.getAndSet(Stage.GONE_ON) != Stage.GONE_ON) {
            callback.done(false);
        }
    }

    private RefusedException refused() {
        return new RefusedException(new Refusal.Unavailable(
                "The step `" + parts.breaker().step()
                        + "` has failed too often of late and is not tried for a while. Send this again later.",
                "circuit_open"));
    }

    private RefusedException late(Duration timeout) {
        return new RefusedException(new Refusal.Http(
                504,
                "The step `" + parts.breaker().step() + "` took longer than the " + timeout.toMillis()
                        + " ms that it has. Send this again later.",
                "step_timed_out"));
    }
}
