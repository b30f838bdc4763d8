package io.dromedary.routing;

import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.BackendName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Where one call is in its plan: which candidates are still to be tried, and which of them next. */
final class Course {
    /**
     * A candidate's turn.
     *
     * @param admission owes its outcome
     */
    record Turn(Candidate candidate, Admission admission) {}

    private final RetryRule rule;
    private final int maxAttempts;
    private final List<Candidate> left;

    /** Whose attempts were made, in order. */
    private final List<BackendName> attempts = new ArrayList<>(2);

    Course(Plan plan, RetryRule rule) {
        this.rule = rule;
        this.maxAttempts = plan.attempts();
        this.left = new ArrayList<>(plan.candidates());
    }

    /** The next candidate that may be asked now, or null when there is none. */
    @Nullable
    Turn next() {
        return next(any -> true);
    }

    /**
     * The next of those that will do. Those that are left alone for a while go last, and are asked when nobody else can be;
     * one that keeps failing is not asked.
     */
    @Nullable
    Turn next(Predicate<Candidate> willDo) {
        if (attempts.size() >= maxAttempts) {
            return null;
        }
        for (var candidate : left) {
            var admission = willDo.test(candidate) ? candidate.standing().admit() : null;
            if (admission != null) {
                return new Turn(candidate, admission);
            }
        }
        for (var candidate : left) {
            var admission = willDo.test(candidate) ? candidate.standing().admitAnyway() : null;
            if (admission != null) {
                return new Turn(candidate, admission);
            }
        }
        return null;
    }

    /** The same candidate once more, after the pause that was ruled; null where it is left alone meanwhile. */
    @Nullable
    Turn again(Candidate candidate) {
        var admission = attempts.size() < maxAttempts ? candidate.standing().admitAnyway() : null;
        if (admission == null) {
            left.remove(candidate);
            return null;
        }
        return new Turn(candidate, admission);
    }

    /** An attempt is being made. */
    void made(Candidate candidate) {
        attempts.add(candidate.target().backend());
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
    List<Candidate> leftAlone() {
        if (attempts.size() >= maxAttempts) {
            return List.of();
        }
        return left.stream()
                .filter(candidate -> !attempts.contains(candidate.target().backend()))
                .toList();
    }

    int attempts() {
        return attempts.size();
    }
}
