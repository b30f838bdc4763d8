package io.dromedary.jobs;

import io.dromedary.jobs.Known.Phase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The jobs that a gateway knows of, and the order in which they are claimed. Read by anybody, changed in turn. */
final class Board {
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Map<Kind, Line> lines = new EnumMap<>(Kind.class);
    private final Queue<Line.Place> urgent = new ArrayDeque<>();
    private final Map<Kind, Integer> busy = new EnumMap<>(Kind.class);

    /** Of a kind, places by project; none where it has none. */
    private final Map<Kind, Map<String, Integer>> places = new EnumMap<>(Kind.class);

    /** Jobs by project, wherever they are. */
    private final Map<String, Integer> projects = new ConcurrentHashMap<>();

    private long stamp;

    Board() {
        for (var kind : Kind.values()) {
            lines.put(kind, new Line());
            places.put(kind, new HashMap<>());
        }
    }

    @Nullable
    Known get(String id) {
        return known.get(id);
    }

    Collection<Known> all() {
        return known.values();
    }

    /** What was entered before now has no larger one. */
    long stamp() {
        return stamp;
    }

    /** Of a kind, jobs that this gateway is at. */
    int busy(Kind kind) {
        return busy.getOrDefault(kind, 0);
    }

    /** Of a kind, jobs of a project that this gateway is at. */
    int busy(Kind kind, String project) {
        return places(kind).getOrDefault(project, 0);
    }

    /** Jobs of a project that have not ended. May be asked by anybody. */
    int count(String project) {
        return projects.getOrDefault(project, 0);
    }

    private Map<String, Integer> places(Kind kind) {
        return Objects.requireNonNull(places.get(kind));
    }

    Known enter(JobRecord job, Phase phase) {
        return enter(new Known(job.id(), job.kind(), job.project(), job.created(), 0, phase), phase);
    }

    Known enter(Known job, Phase phase) {
        var next = job.in(phase, ++stamp);
        var before = known.put(next.id(), next);
        count(before, -1);
        count(next, 1);
        return next;
    }

    void forget(String id) {
        count(known.remove(id), -1);
    }

    private void count(@Nullable Known job, int by) {
        if (job == null) {
            return;
        }
        add(projects, job.project(), by);
        if (job.isBusy()) {
            busy.merge(job.kind(), by, Integer::sum);
            add(places(job.kind()), job.project(), by);
        }
    }

    private static void add(Map<String, Integer> counts, String project, int by) {
        counts.merge(project, by, (before, more) -> before + more == 0 ? null : before + more);
    }

    /** When a job is claimed that may be. */
    enum Turn {
        /** Whether there is room or not. */
        NOW,
        /** Before the others of its project. */
        FIRST,
        LAST
    }

    /** It may be claimed. */
    void queue(Known due, Turn turn) {
        var place = new Line.Place(due.id(), due.stamp());
        switch (turn) {
            case NOW -> urgent.add(place);
            case FIRST -> line(due.kind()).addFirst(due.project(), place);
            case LAST -> line(due.kind()).add(due.project(), place);
        }
    }

    /** The next to be claimed, whether there is room or not. */
    @Nullable
    Known nextUrgent() {
        return next(urgent::poll);
    }

    /** The next to be claimed where there is room: of the project that has the fewest places. */
    @Nullable
    Known next(Kind kind) {
        return next(() -> line(kind).next(project -> busy(kind, project)));
    }

    /** Somebody waits for a place of this kind whose project has fewer than this one, by more than the one in question. */
    boolean isInTheWay(Kind kind, String project) {
        var own = busy(kind, project);
        return line(kind).projects().stream()
                .filter(other -> !other.equals(project))
                .mapToInt(other -> busy(kind, other))
                .anyMatch(there -> there == 0 || there + 1 < own);
    }

    /** Somebody waits for a place of this kind. */
    boolean isWaitedFor(Kind kind) {
        return !line(kind).projects().isEmpty();
    }

    /** Those that have changed since are none. */
    private @Nullable Known next(Supplier<Line.@Nullable Place> places) {
        for (var place = places.get(); place != null; place = places.get()) {
            var there = known.get(place.id());
            if (there != null && there.stamp() == place.stamp()) {
                return there;
            }
        }
        return null;
    }

    private Line line(Kind kind) {
        return Objects.requireNonNull(lines.get(kind));
    }

    /** Attempts of this gateway. */
    List<Claimed> attempts() {
        List<Claimed> attempts = new ArrayList<>();
        for (var job : known.values()) {
            if (job.phase() instanceof Phase.Here here) {
                attempts.add(here.attempt());
            }
        }
        return attempts;
    }
}
