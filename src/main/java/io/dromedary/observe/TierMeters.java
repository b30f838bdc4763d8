package io.dromedary.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The metrics of service tiers: who was served by which, who was not, and how long calls wait in front of backends. */
public final class TierMeters {
    /** From a millisecond to the longest deadline that is usual. */
    private static final Duration[] WAITS = Stream.of(
                    1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    /**
     * What is asked at each scrape.
     *
     * @param projectLabels calls and refusals have the project as a label; asked once
     * @param settledLate settlements that could not be counted at once
     * @param storeAnswers the store of limits did when it was last asked
     * @param promptTokens of calls whose prompts were estimated, as backends counted them
     * @param promptTokensOff by how many the estimates were off
     * @param gates of the backends that are in use
     */
    public record Sources(
            boolean projectLabels,
            LongSupplier settledLate,
            BooleanSupplier storeAnswers,
            LongSupplier promptTokens,
            LongSupplier promptTokensOff,
            Supplier<List<GateState>> gates) {}

    private record CallLabels(String asked, String served, Ended ended, String project) {}

    /** What is told apart by two labels. */
    private enum Counted {
        REFUSALS(
                "dromedary.tier.refusals",
                "Calls that no tier served, by the tier that they would rather have had, and why.",
                "tier",
                "reason",
                true),
        TURNED_AWAY(
                "dromedary.gate.turned.away",
                "Calls that a lane could not let in; a lower one may have served them.",
                "lane",
                "reason",
                false);

        private final String name;
        private final String description;
        private final String first;
        private final String second;
        private final boolean ofProjects;

        Counted(String name, String description, String first, String second, boolean ofProjects) {
            this.name = name;
            this.description = description;
            this.first = first;
            this.second = second;
            this.ofProjects = ofProjects;
        }
    }

    private record Labels(Counted what, String first, String second, String project) {}

    private record WaitLabels(String lane, String end) {}

    private record CallMeters(Counter calls, Counter tokens) {}

    private final MeterRegistry registry;
    private final boolean projectLabels;
    private final Supplier<List<GateState>> gates;
    private final ConcurrentHashMap<CallLabels, CallMeters> calls = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Labels, Counter> counters = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<WaitLabels, Timer> waits = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Counter> preemptions = new ConcurrentHashMap<>();
    private final MultiGauge limit;
    private final MultiGauge inFlight;
    private final MultiGauge queued;
    private final MultiGauge oldestWait;

    TierMeters(MeterRegistry registry, Sources sources) {
        this.registry = registry;
        this.projectLabels = sources.projectLabels();
        this.gates = sources.gates();
        this.limit = gauge("dromedary.gate.limit", "Calls that a backend is given at once, as it is now.");
        this.inFlight = gauge("dromedary.gate.in.flight", "Calls that a backend has, by lane.");
        this.queued = gauge("dromedary.gate.queued", "Calls that wait in front of a backend, by lane.");
        this.oldestWait = MultiGauge.builder("dromedary.gate.oldest.wait")
                .description("How long the one has waited that waits longest, by lane.")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder(
                        "dromedary.ledger.store.answers",
                        sources,
                        s -> s.storeAnswers().getAsBoolean() ? 1 : 0)
                .description("1, or 0 from a failure of the store of limits to its next answer.")
                .strongReference(true)
                .register(registry);
        total(
                sources,
                "dromedary.ledger.settled.late",
                "Settlements that waited for the store.",
                s -> s.settledLate().getAsLong());
        total(
                sources,
                "dromedary.estimated.prompt.tokens",
                "Tokens of prompts that were estimated, as backends counted them.",
                s -> s.promptTokens().getAsLong());
        total(
                sources,
                "dromedary.estimate.off.tokens",
                "By how many tokens, up or down, the estimates of those were off.",
                s -> s.promptTokensOff().getAsLong());
    }

    /** Counts a call that has ended. */
    public void call(TierFigures call) {
        var project = projectLabels ? call.project() : "";
        var labels = new CallLabels(call.asked(), call.served(), call.ended(), project);
        var meters = calls.get(labels);
        if (meters == null) {
            meters = calls.computeIfAbsent(labels, this::callMeters);
        }
        meters.calls.increment();
        if (call.paid() > 0) {
            meters.tokens.increment((double) call.paid());
        }
        if (call.deniedTier() != null && call.deniedReason() != null) {
            counter(Counted.REFUSALS, call.deniedTier(), call.deniedReason(), project)
                    .increment();
        }
    }

    /**
     * Counts a wait in front of backends that is over.
     *
     * @param end a word of a small fixed set, e.g. {@code admitted}
     */
    public void waited(String lane, String end, long nanos) {
        var labels = new WaitLabels(lane, end);
        var timer = waits.get(labels);
        if (timer == null) {
            timer = waits.computeIfAbsent(labels, this::timer);
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Counts a call that a lane could not let in.
     *
     * @param reason a word of a small fixed set, e.g. {@code queue_full}
     */
    public void turnedAway(String lane, String reason) {
        counter(Counted.TURNED_AWAY, lane, reason, "").increment();
    }

    /** Counts an attempt that had to end for a higher lane. */
    public void preempted(String lane) {
        preemptions.computeIfAbsent(lane, this::preemptionsOf).increment();
    }

    /** Takes a look at the gates. */
    void look() {
        var now = gates.get();
        limit.register(
                now.stream()
                        .filter(gate -> gate.limit() > 0)
                        .map(gate -> MultiGauge.Row.of(Tags.of("backend", gate.backend()), gate.limit()))
                        .toList(),
                true);
        inFlight.register(rows(now, GateState.Lane::inFlight), true);
        queued.register(rows(now, GateState.Lane::queued), true);
        oldestWait.register(rows(now, GateState.Lane::oldestWaitSeconds), true);
    }

    private static List<MultiGauge.Row<?>> rows(List<GateState> gates, ToDoubleFunction<GateState.Lane> figure) {
        return gates.stream()
                .<MultiGauge.Row<?>>flatMap(gate -> gate.lanes().stream()
                        .map(lane -> MultiGauge.Row.of(
                                Tags.of("backend", gate.backend(), "lane", lane.word()), figure.applyAsDouble(lane))))
                .toList();
    }

    private CallMeters callMeters(CallLabels labels) {
        var tags = Tags.of("asked", labels.asked, "served", labels.served, "ended", labels.ended.label());
        return new CallMeters(
                counter(
                        "dromedary.tier.calls",
                        "Calls that have ended, by the tier that was asked for and the one that served.",
                        ofProject(tags, labels.project)),
                counter(
                        "dromedary.tier.tokens",
                        "Tokens that were taken from limits for good, by the tier that served.",
                        ofProject(Tags.of("tier", labels.served), labels.project)));
    }

    private Counter counter(Counted what, String first, String second, String project) {
        var labels = new Labels(what, first, second, project);
        var counter = counters.get(labels);
        return counter != null ? counter : counters.computeIfAbsent(labels, this::counter);
    }

    private Counter counter(Labels labels) {
        var what = labels.what;
        var tags = Tags.of(what.first, labels.first, what.second, labels.second);
        return counter(what.name, what.description, what.ofProjects ? ofProject(tags, labels.project) : tags);
    }

    private Tags ofProject(Tags tags, String project) {
        return projectLabels ? tags.and("project", project) : tags;
    }

    private Counter preemptionsOf(String lane) {
        return counter(
                "dromedary.gate.preemptions",
                "Attempts that had to end before they began, for a call of a higher lane.",
                Tags.of("lane", lane));
    }

    private Timer timer(WaitLabels labels) {
        return Timer.builder("dromedary.gate.wait")
                .description("How long calls have waited in front of backends, of those that had to.")
                .serviceLevelObjectives(WAITS)
                .tags("lane", labels.lane, "ended", labels.end)
                .register(registry);
    }

    private Counter counter(String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    private void total(Sources sources, String name, String description, ToDoubleFunction<Sources> figure) {
        FunctionCounter.builder(name, sources, figure).description(description).register(registry);
    }
}
