package io.dromedary.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The metrics of work that outlives its request. */
public final class JobMeters {
    private static final String WAITING = "waiting";

    private record Ended(String kind, String outcome) {}

    private final MeterRegistry registry;
    private final Supplier<List<JobFigure>> figures;
    private final MultiGauge jobs;
    private final MultiGauge oldest;
    private final Counter leaseLosses;
    private final ConcurrentHashMap<Ended, Counter> attempts = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Counter> takenOver = new ConcurrentHashMap<>();

    /** @param figures of every kind and state, asked at each scrape */
    JobMeters(MeterRegistry registry, Supplier<List<JobFigure>> figures) {
        this.registry = registry;
        this.figures = figures;
        this.jobs = MultiGauge.builder("dromedary.jobs")
                .description("Jobs that have not ended and this gateway knows of, by what they do.")
                .register(registry);
        this.oldest = MultiGauge.builder("dromedary.jobs.oldest.waiting")
                .description("How long the job has waited for room that has waited longest.")
                .baseUnit("seconds")
                .register(registry);
        this.leaseLosses = Counter.builder("dromedary.job.lease.losses")
                .description("Times that this gateway was silent for so long that others took its jobs over.")
                .register(registry);
    }

    /** Counts an attempt that has ended. */
    public void attempt(String kind, String outcome) {
        attempts.computeIfAbsent(
                        new Ended(kind, outcome),
                        ended -> Counter.builder("dromedary.job.attempts")
                                .description("Attempts at jobs that have ended, by how.")
                                .tag("kind", kind)
                                .tag("outcome", outcome)
                                .register(registry))
                .increment();
    }

    /** Counts a job that this gateway works on since the one before is gone. */
    public void takenOver(String kind) {
        takenOver
                .computeIfAbsent(
                        kind,
                        any -> Counter.builder("dromedary.jobs.taken.over")
                                .description("Jobs of gateways that are gone which this one has taken over.")
                                .tag("kind", kind)
                                .register(registry))
                .increment();
    }

    public void leaseLost() {
        leaseLosses.increment();
    }

    void look() {
        var now = figures.get();
        jobs.register(
                now.stream()
                        .<MultiGauge.Row<?>>map(figure -> MultiGauge.Row.of(
                                Tags.of("kind", figure.kind(), "state", figure.state()), figure.count()))
                        .toList(),
                true);
        oldest.register(
                now.stream()
                        .filter(figure -> figure.state().equals(WAITING))
                        .<MultiGauge.Row<?>>map(
                                figure -> MultiGauge.Row.of(Tags.of("kind", figure.kind()), figure.oldestSeconds()))
                        .toList(),
                true);
    }
}
