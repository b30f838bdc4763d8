package io.dromedary.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's metrics, in Prometheus' text format. Meters are made when a set of labels is first seen and found again by
 * one look-up. The names that begin with {@code gen_ai} are OpenTelemetry's semantic conventions for generative AI.
 */
public final class Meters implements AutoCloseable {
    /** Of what {@link #scrape()} returns. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Stands for models that are not in the catalogue and error codes beyond a limit: nobody outside makes series. */
    static final String OTHER = "_other";

    /** Error codes that get a label of their own. The gateway has some thirty; the rest is what providers make up. */
    static final int MAX_ERRORS = 100;

    private static final double NANOS_PER_SECOND = 1e9;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ConcurrentHashMap<CallLabels, CallMeters> calls = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<AttemptLabels, AttemptMeters> attempts = new ConcurrentHashMap<>();
    private final Set<String> errors = ConcurrentHashMap.newKeySet();
    private final TierMeters tiers;
    private final Predicate<String> inCatalogue;
    private final Supplier<List<ModelCondition>> conditions;
    private final MultiGauge condition;
    private @Nullable ProcessMeters process;
    private volatile @Nullable JobMeters jobs;

    /**
     * What is asked at each scrape.
     *
     * @param openStreams event streams that are being sent to clients
     * @param openSockets WebSockets that are open
     * @param callsInFlight calls that have begun and not ended, streams included
     * @param configOk the files as they are now are in force; false while an older snapshot is
     * @param accessLogDropped lines of the access log that were lost
     * @param attemptsInFlight attempts at backends that have begun and not ended
     * @param resumeBytes what open streams remember, so that another backend could go on with them
     * @param hedgesInFlight attempts that were made beside late ones, and have not ended
     * @param timersPending pauses and deadlines of calls that are under way
     * @param conditions every condition that a model of a configured backend may be in, and whether it is
     * @param tiers what there is to ask about service tiers
     */
    public record Gauges(
            LongSupplier openStreams,
            LongSupplier openSockets,
            LongSupplier callsInFlight,
            BooleanSupplier configOk,
            LongSupplier accessLogDropped,
            LongSupplier attemptsInFlight,
            LongSupplier resumeBytes,
            LongSupplier hedgesInFlight,
            LongSupplier timersPending,
            Supplier<List<ModelCondition>> conditions,
            TierMeters.Sources tiers) {}

    private record CallLabels(
            String endpoint,
            int status,
            Ended ended,
            @Nullable String operation,
            String model,
            @Nullable String provider,
            @Nullable String error) {}

    private record AttemptLabels(String backend, String upstreamModel, String outcome, boolean hedge) {
        /** Written out: what a record makes of itself was not inlined here, and took a fiftieth of a call. */
        @Override
        public int hashCode() {
            return 31 * (31 * backend.hashCode() + upstreamModel.hashCode()) + outcome.hashCode() + (hedge ? 1 : 0);
        }
    }

    /** @param inCatalogue tells the public models and aliases that exist from what callers make up; asked on every call */
    public Meters(Gauges gauges, Predicate<String> inCatalogue) {
        this.inCatalogue = inCatalogue;
        this.conditions = gauges.conditions();
        Gauge.builder("dromedary.open.streams", gauges, g -> g.openStreams().getAsLong())
                .description("Event streams that are being sent to clients.")
                .strongReference(true)
                .register(registry);
        Gauge.builder("dromedary.open.sockets", gauges, g -> g.openSockets().getAsLong())
                .description("WebSockets that are open.")
                .strongReference(true)
                .register(registry);
        Gauge.builder(
                        "dromedary.calls.in.flight",
                        gauges,
                        g -> g.callsInFlight().getAsLong())
                .description("Calls that have begun and not ended, streams included.")
                .strongReference(true)
                .register(registry);
        Gauge.builder(
                        "dromedary.attempts.in.flight",
                        gauges,
                        g -> g.attemptsInFlight().getAsLong())
                .description("Attempts at backends that have begun and not ended.")
                .strongReference(true)
                .register(registry);
        Gauge.builder(
                        "dromedary.hedges.in.flight",
                        gauges,
                        g -> g.hedgesInFlight().getAsLong())
                .description("Attempts that were made beside late ones, and have not ended.")
                .strongReference(true)
                .register(registry);
        Gauge.builder("dromedary.timers.pending", gauges, g -> g.timersPending().getAsLong())
                .description("Pauses and deadlines of calls that are under way.")
                .strongReference(true)
                .register(registry);
        this.condition = MultiGauge.builder("dromedary.backend.condition")
                .description("1 for the condition that a model of a backend is in, 0 for those that it is not in.")
                .register(registry);
        Gauge.builder("dromedary.resume.memory", gauges, g -> g.resumeBytes().getAsLong())
                .description("What open streams remember, so that another backend could go on with them.")
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
        Gauge.builder("dromedary.config.ok", gauges, g -> g.configOk().getAsBoolean() ? 1 : 0)
                .description("1 while the files as they are now are in force, 0 while an older snapshot is.")
                .strongReference(true)
                .register(registry);
        FunctionCounter.builder(
                        "dromedary.access.log.dropped",
                        gauges,
                        g -> g.accessLogDropped().getAsLong())
                .description("Lines of the access log that were lost because its reader was too slow.")
                .register(registry);
        this.tiers = new TierMeters(registry, gauges.tiers());
        reloads("applied");
        reloads("refused");
    }

    /** Those of service tiers. */
    public TierMeters tiers() {
        return tiers;
    }

    /**
     * Begins to show jobs.
     *
     * @param figures of every kind and state, asked at each scrape
     */
    public JobMeters jobs(Supplier<List<JobFigure>> figures) {
        var made = new JobMeters(registry, figures);
        jobs = made;
        return made;
    }

    /** Counts a call that has ended. */
    public void call(CallFigures call) {
        var labels = new CallLabels(
                call.endpoint(),
                call.status(),
                call.ended(),
                call.operation(),
                modelLabel(call.model()),
                call.provider(),
                errorLabel(call));
        var meters = calls.get(labels);
        if (meters == null) {
            meters = calls.computeIfAbsent(labels, this::callMeters);
        }
        meters.record(call);
    }

    /**
     * Counts an attempt that has ended.
     *
     * @param outcome a word of a small fixed set, e.g. {@code answered} or {@code timed_out}
     * @param hedge it was made beside one that was late
     * @param outpacedNanos how long it had run when another outpaced it, or -1 where none did
     */
    public void attempt(String backend, String upstreamModel, String outcome, boolean hedge, long outpacedNanos) {
        var labels = new AttemptLabels(backend, upstreamModel, outcome, hedge);
        var meters = attempts.get(labels);
        if (meters == null) {
            meters = attempts.computeIfAbsent(labels, this::attemptMeters);
        }
        meters.record(outpacedNanos);
    }

    /**
     * Shows a circuit breaker of a route.
     *
     * @param state 0 while it is closed, 1 half open, 2 open; asked at each scrape
     */
    public void routeBreaker(String step, IntSupplier state) {
        Gauge.builder("dromedary.route.breaker.state", state, IntSupplier::getAsInt)
                .description("Circuit breakers in routes, by the id of their step: 0 closed, 1 half open, 2 open.")
                .tag("breaker", step)
                .strongReference(true)
                .register(registry);
    }

    /** Counts a change of the files that was seen: put in force, or refused for what is wrong with it. */
    public void reload(boolean applied) {
        reloads(applied ? "applied" : "refused").increment();
    }

    /** Everything as Prometheus' text. Takes milliseconds; not for an event loop. */
    public synchronized String scrape() {
        if (process == null) {
            process = new ProcessMeters(registry);
        }
        condition.register(conditions.get().stream().map(Meters::row).toList(), true);
        tiers.look();
        var shown = jobs;
        if (shown != null) {
            shown.look();
        }
        return registry.scrape(CONTENT_TYPE);
    }

    @Override
    public synchronized void close() {
        if (process != null) {
            process.close();
        }
        registry.close();
    }

    private String modelLabel(@Nullable String model) {
        if (model == null) {
            return "";
        }
        return inCatalogue.test(model) ? model : OTHER;
    }

    /** The code, or as OpenTelemetry has it the status of an error that has none. */
    private @Nullable String errorLabel(CallFigures call) {
        if (call.status() < 400 && call.error() == null) {
            return null;
        }
        var error = call.error() == null ? Integer.toString(call.status()) : call.error();
        if (errors.contains(error)) {
            return error;
        }
        return errors.size() < MAX_ERRORS && errors.add(error) ? error : OTHER;
    }

    private CallMeters callMeters(CallLabels labels) {
        var counter = Counter.builder("dromedary.calls")
                .description("Calls that have ended, by how.")
                .tag("endpoint", labels.endpoint)
                .tag("status", Integer.toString(labels.status))
                .tag("ended", labels.ended.label())
                .register(registry);
        return labels.operation == null
                ? new CallMeters(counter, null)
                : new CallMeters(
                        counter,
                        GenAiMeters.in(registry, labels.operation, labels.model, labels.provider, labels.error));
    }

    private static MultiGauge.Row<?> row(ModelCondition model) {
        return MultiGauge.Row.of(
                Tags.of(
                        "backend",
                        model.backend(),
                        "upstream_model",
                        model.upstreamModel(),
                        "condition",
                        model.condition()),
                model.holds() ? 1 : 0);
    }

    private AttemptMeters attemptMeters(AttemptLabels labels) {
        var model = Tags.of("backend", labels.backend, "upstream_model", labels.upstreamModel);
        var outcome = model.and("outcome", labels.outcome);
        return new AttemptMeters(
                counter("dromedary.attempts", "Upstream requests that have ended, by where and how.", outcome),
                labels.hedge
                        ? counter("dromedary.hedges", "Those among them that were made beside late ones.", outcome)
                        : null,
                counter("dromedary.outpaced.seconds", "How long attempts had run when others outpaced them.", model));
    }

    private Counter counter(String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private Counter reloads(String outcome) {
        return Counter.builder("dromedary.config.reloads")
                .description("Changes of the configuration files that were seen.")
                .tag("outcome", outcome)
                .register(registry);
    }

    private record AttemptMeters(Counter attempts, @Nullable Counter hedges, Counter outpacedSeconds) {
        void record(long outpacedNanos) {
            attempts.increment();
            if (hedges != null) {
                hedges.increment();
            }
            if (outpacedNanos >= 0) {
                outpacedSeconds.increment(outpacedNanos / NANOS_PER_SECOND);
            }
        }
    }

    private record CallMeters(Counter calls, @Nullable GenAiMeters genAi) {
        void record(CallFigures call) {
            calls.increment();
            if (genAi != null) {
                genAi.record(call);
            }
        }
    }
}
