package io.dromedary.routing;

import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.SelfReport;
import io.dromedary.config.BreakerSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How one backend did of late with one of its models, and whether it may be asked now. Every event loop uses it.
 *
 * <p>A call that no other candidate can serve may insist. A backend that asked for a pause, or that is being taken back
 * slowly, is asked then, and so is one whose account was used up or whose credentials were wrong the last time, for that
 * may be mended; one that is failing is not.
 */
public final class Standing {
    /** How long a backend is left alone that is at its limit and does not say for how long. */
    private static final Duration SHORT_COOLDOWN = Duration.ofSeconds(1);

    private static final Duration SICK_FOR = Duration.ofSeconds(12);

    private final BackendName backend;
    private final String upstreamModel;
    private final Breaker breaker;
    private final Load load;
    private final Supplier<@Nullable SelfReport> report;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final BreakerSettings settings;
    private final Hold mark = new Hold();
    private final Hold sickness = new Hold();
    private final Hold cooldown = new Hold();
    private final Set<Runnable> watching = ConcurrentHashMap.newKeySet();

    Standing(
            BackendName backend,
            String upstreamModel,
            Breaker breaker,
            Load load,
            Supplier<@Nullable SelfReport> report,
            InstantSource clock,
            LongSupplier nanos,
            BreakerSettings settings) {
        this.backend = backend;
        this.upstreamModel = upstreamModel;
        this.breaker = breaker;
        this.load = load;
        this.report = report;
        this.clock = clock;
        this.nanos = nanos;
        this.settings = settings;
    }

    public BackendName backend() {
        return backend;
    }

    /** As the backend knows it. */
    public String upstreamModel() {
        return upstreamModel;
    }

    /** What the backend said of itself, or null where it never did. */
    public @Nullable SelfReport report() {
        return report.get();
    }

    /** The attempts under way at the backend, those for its other models included. */
    public int inFlight() {
        return load.now();
    }

    /**
     * Leave for an attempt now, or null: while the breaker is open or its one probe is out, during a cooldown or a mark, and
     * by chance during the ramp.
     */
    public @Nullable Admission admit() {
        return admit(false);
    }

    /**
     * The same for a call that no other candidate can serve, and for the second attempt after {@link Ruling.Again}: neither
     * cooldown, mark nor ramp turns it away. An open breaker does.
     */
    public @Nullable Admission admitAnyway() {
        return admit(true);
    }

    /** For operators; a look that takes nothing. */
    public Condition condition() {
        var now = new Now(clock.instant(), nanos.getAsLong());
        var marked = mark.latest();
        if (marked != null && Hold.runs(marked, now.nanos())) {
            return new Condition(Condition.Kind.MARKED, marked.reason(), now.at(marked.until()));
        }
        var sick = sickness.latest();
        if (sick != null && Hold.runs(sick, now.nanos())) {
            return new Condition(Condition.Kind.MARKED, sick.reason(), now.at(sick.until()));
        }
        var condition = breaker.condition(now);
        var cooling = cooldown.latest();
        if (condition.kind().compareTo(Condition.Kind.COOLING) > 0
                && cooling != null
                && Hold.runs(cooling, now.nanos())) {
            return new Condition(Condition.Kind.COOLING, cooling.reason(), now.at(cooling.until()));
        }
        return condition;
    }

    /** The breaker is open: no attempt is made, not even for a call that insists. */
    public boolean isShut() {
        return condition().kind() == Condition.Kind.OPEN;
    }

    /**
     * For who waits to ask the backend: {@code shut} runs each time that a failure leaves the breaker open, on the thread of
     * the attempt that failed.
     *
     * @return ends that
     */
    Runnable whenShut(Runnable shut) {
        // two of the same are two
        Runnable own = () -> shut.run();
        watching.add(own);
        return () -> watching.remove(own);
    }

    /** Why no attempt is made, not even for a call that insists: what opened the breaker. */
    public AttemptFailure keptAwayBy() {
        var reason = condition().reason();
        return new AttemptFailure.NotTried(
                "left alone for a while" + (reason == null ? "" : " after failures, the last of them: " + reason));
    }

    /** What the backend says of its own health: null where it is well. Believed until it has been asked twice again. */
    void health(@Nullable String problem) {
        if (problem == null) {
            sickness.lift();
        } else {
            sickness.begin(new Hold.Term(problem, nanos.getAsLong() + SICK_FOR.toNanos()));
        }
    }

    /** The settings have changed: what was wrong with an account or its credentials may be mended. */
    public void pardon() {
        mark.lift();
    }

    private @Nullable Admission admit(boolean insisting) {
        var cooling = cooldown.latest();
        if (!insisting && (holds(mark.latest()) || holds(sickness.latest()) || holds(cooling))) {
            return null;
        }
        var stake = breaker.admit(insisting);
        if (stake == null) {
            return null;
        }
        load.raise();
        return new Admission(this, stake, cooling);
    }

    Stake begun(Stake stake) {
        return breaker.begun(stake);
    }

    void released(Stake stake) {
        breaker.released(stake);
        load.lower();
    }

    /**
     * What went well lifts a mark. It lifts a cooldown too, if it was let through after that began: what was under way
     * before says nothing about a limit that was reached since.
     */
    void succeeded(Stake stake, Hold.@Nullable Term seen) {
        mark.lift();
        cooldown.lift(seen);
        breaker.succeeded(stake);
        load.lower();
    }

    void failed(Stake stake, Hold.@Nullable Term seen, AttemptFailure failure) {
        switch (failure) {
            case AttemptFailure.NotTried f -> released(stake);
            case AttemptFailure.NotSent f -> counted(stake, f);
            case AttemptFailure.Broken f -> counted(stake, f);
            case AttemptFailure.TimedOut f -> counted(stake, f);
            case AttemptFailure.Faulty f -> counted(stake, f);
            case AttemptFailure.Overloaded f -> {
                if (f.status() == 429) {
                    hold(cooldown, f, cooldownOf(f));
                    released(stake);
                } else {
                    counted(stake, f);
                }
            }
            case AttemptFailure.Exhausted f -> marked(stake, f);
            case AttemptFailure.Misconfigured f -> marked(stake, f);
            case AttemptFailure.ContextTooLong f -> succeeded(stake, seen);
            case AttemptFailure.Incapable f -> succeeded(stake, seen);
            case AttemptFailure.Rejected f -> succeeded(stake, seen);
        }
    }

    private void counted(Stake stake, AttemptFailure failure) {
        breaker.failed(stake, failure.reason());
        load.lower();
        if (!watching.isEmpty() && isShut()) {
            watching.forEach(Runnable::run);
        }
    }

    private void marked(Stake stake, AttemptFailure failure) {
        hold(mark, failure, settings.markFor());
        released(stake);
    }

    private Duration cooldownOf(AttemptFailure.Overloaded failure) {
        var named = failure.retryAfter() == null ? SHORT_COOLDOWN : failure.retryAfter();
        if (named.isNegative()) {
            return Duration.ZERO;
        }
        return named.compareTo(settings.longestCooldown()) > 0 ? settings.longestCooldown() : named;
    }

    private boolean holds(Hold.@Nullable Term term) {
        return term != null && Hold.runs(term, nanos.getAsLong());
    }

    private void hold(Hold hold, AttemptFailure failure, Duration length) {
        hold.begin(new Hold.Term(failure.reason(), nanos.getAsLong() + length.toNanos()));
    }
}
