package io.dromedary.routing;

import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.BackendName;
import io.dromedary.tier.gate.Ticket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Where one call is in its plan: which candidates are still to be tried, and which of them next. */
final class Course {
    /**
     * A candidate's turn.
     *
     * @param admission owes its outcome
     * @param ticket owes its return
     */
    record Turn(Candidate candidate, Admission admission, Ticket ticket) {
        /** Nothing came of it. */
        void released() {
            admission.released();
            ticket.leave();
        }
    }

    private static final AttemptFailure NO_ROOM = new AttemptFailure.Overloaded(429, "no room", null);

    private final RetryRule rule;
    private final int maxAttempts;
    private final List<Candidate> left;

    /** Those that the latest look passed over because they have no room. */
    private final List<Candidate> full = new ArrayList<>(0);

    /** Those where a call of its tier waited for nothing, and does not wait again. */
    private final Set<Candidate> turnedAway = Collections.newSetFromMap(new IdentityHashMap<>(0));

    /** Whose attempts were made, in order. */
    private final List<BackendName> attempts = new ArrayList<>(2);

    private int sent;

    Course(Plan plan, RetryRule rule) {
        this.rule = rule;
        this.maxAttempts = plan.attempts();
        this.left = new ArrayList<>(plan.candidates());
    }

    /** Lets a call in at a candidate's gate, or says null. */
    interface Door extends Function<Candidate, @Nullable Ticket> {}

    /** The next candidate that may be asked now, or null when there is none; perhaps because those are full that could be. */
    @Nullable
    Turn next(Door door) {
        return next(door, any -> true);
    }

    /**
     * The next of those that will do. Those that are left alone for a while go last, and are asked when nobody else can be;
     * one that keeps failing is not asked. One that is full is waited for, unless an equal of it has room, or it is to be
     * passed over then.
     */
    @Nullable
    Turn next(Door door, Predicate<Candidate> willDo) {
        full.clear();
        if (attempts.size() >= maxAttempts) {
            return null;
        }
        var turn = first(door, willDo, Standing::admit);
        return turn != null || !full.isEmpty() ? turn : first(door, willDo, Standing::admitAnyway);
    }

    private @Nullable Turn first(
            Door door, Predicate<Candidate> willDo, Function<Standing, @Nullable Admission> admits) {
        for (var candidate : left) {
            if (isWaitedFor(candidate)) {
                return null;
            }
            if (willDo.test(candidate)) {
                var turn = turn(candidate, door, admits);
                if (turn != null) {
                    return turn;
                }
            }
        }
        return null;
    }

    /** One before it is full, and goes before it all the same. */
    private boolean isWaitedFor(Candidate next) {
        if (full.isEmpty()) {
            return false;
        }
        var before = full.getLast();
        return !before.spill() && !next.isEqualOf(before);
    }

    private @Nullable Turn turn(Candidate candidate, Door door, Function<Standing, @Nullable Admission> admits) {
        var admission = admits.apply(candidate.standing());
        if (admission == null) {
            return null;
        }
        var ticket = door.apply(candidate);
        if (ticket == null) {
            admission.released();
            if (!turnedAway.contains(candidate)) {
                full.add(candidate);
            }
            return null;
        }
        return new Turn(candidate, admission, ticket);
    }

    /**
     * Whose turn it is once a candidate's gate has let the call in: that candidate's, unless it is to be left alone by now.
     * Where the turn is another's, or nobody's, the ticket is still to be given back.
     */
    @Nullable
    Turn admitted(Candidate candidate, Ticket ticket, Door door) {
        full.clear();
        if (attempts.size() >= maxAttempts) {
            return null;
        }
        var turn = turn(candidate, any -> ticket, Standing::admit);
        return turn != null ? turn : next(any -> any.gate() == candidate.gate() ? ticket : door.apply(any));
    }

    /** The call waited there for nothing: it goes there only if it gets in at once. */
    void turnedAway(List<Candidate> those) {
        turnedAway.addAll(those);
    }

    /** There is somebody who could be asked if there were room. */
    boolean isTurnedAway() {
        return attempts.size() < maxAttempts && left.stream().anyMatch(turnedAway::contains);
    }

    /** The call goes by another tier now, and may wait again. */
    void changeLane() {
        turnedAway.clear();
    }

    /** The same candidate once more, after the pause that was ruled; null where it is left alone meanwhile, or full. */
    @Nullable
    Turn again(Candidate candidate, Door door) {
        full.clear();
        var turn = attempts.size() < maxAttempts ? turn(candidate, door, Standing::admitAnyway) : null;
        if (turn == null && full.isEmpty() && !turnedAway.contains(candidate)) {
            left.remove(candidate);
        }
        return turn;
    }

    /** Those that the latest look passed over because they have no room: one may wait there. */
    List<Candidate> full() {
        return List.copyOf(full);
    }

    /** An attempt is being made. */
    void made(Candidate candidate) {
        attempts.add(candidate.target().backend());
        sent++;
    }

    /** An attempt had to give way, which is nobody's fault: another may be made in its place. */
    void unmade(Candidate candidate) {
        attempts.remove(candidate.target().backend());
    }

    /** The candidate is not asked again in this call. */
    void done(Candidate candidate) {
        left.remove(candidate);
    }

    /** What comes after a failure before anything was shown. */
    Ruling after(Candidate candidate, AttemptFailure failure) {
        var ruling = rule.on(
                failure,
                candidate.target().failover().retry(),
                Collections.frequency(attempts, candidate.target().backend()),
                equalFree(candidate),
                candidate.contextWindow());
        switch (ruling) {
            case Ruling.Again again -> {}
            case Ruling.Next next -> left.remove(candidate);
            case Ruling.NextModel next ->
                left.removeIf(other ->
                        other.target().model().equals(candidate.target().model())
                                || !isLarger(other, next.largerThanWindow()));
            case Ruling.Stop stop -> left.clear();
        }
        return ruling;
    }

    private boolean equalFree(Candidate candidate) {
        for (var other : left) {
            if (!other.target().backend().equals(candidate.target().backend())
                    && other.isEqualOf(candidate)
                    && other.standing().condition().kind() == Condition.Kind.CLOSED) {
                return true;
            }
        }
        return false;
    }

    /** A window that is not known may be large enough. */
    private static boolean isLarger(Candidate candidate, int window) {
        var own = candidate.contextWindow();
        return own == 0 || window == 0 || own > window;
    }

    /** Those that were not asked, and may not be now. */
    List<AttemptRecord> leftAlone() {
        if (attempts.size() >= maxAttempts) {
            return List.of();
        }
        return left.stream()
                .filter(candidate -> !attempts.contains(candidate.target().backend()))
                .map(candidate -> AttemptRecord.failed(
                        candidate,
                        turnedAway.contains(candidate)
                                ? NO_ROOM
                                : candidate.standing().keptAwayBy()))
                .toList();
    }

    /** How many attempts left the gateway. */
    int sent() {
        return sent;
    }
}
