package io.dromedary.jobs;

import io.dromedary.jobs.Known.Phase;
import io.dromedary.jobs.OwnLease.Pace;
import io.dromedary.store.Held;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the leases of the other gateways, every so often, and says who is gone. It asks for a handful of records whatever
 * the number of jobs: that a look through all of them takes its time keeps nobody from being missed. Everything here runs
 * in turn.
 */
final class Watch {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final JobShelf shelf;
    private final OneByOne turns;
    private final Pace pace;
    private final Board board;
    private final Supplier<String> own;
    private final OtherRuns others;
    private final Consumer<String> gone;

    /** That have, or had, a lease, and are not known to be gone. */
    private final Set<String> met = new HashSet<>();

    /**
     * @param own run of this gateway
     * @param gone told of each run that has ended, once
     */
    Watch(
            JobShelf shelf,
            OneByOne turns,
            Pace pace,
            Board board,
            Supplier<String> own,
            OtherRuns others,
            Consumer<String> gone) {
        this.shelf = shelf;
        this.turns = turns;
        this.pace = pace;
        this.board = board;
        this.own = own;
        this.others = others;
        this.gone = gone;
    }

    /** Looks from here on. */
    void begin() {
        Set<String> all = new HashSet<>(met);
        for (var job : board.all()) {
            // nobody's, as far as this gateway knows
            if (job.phase() instanceof Phase.Elsewhere elsewhere
                    && !elsewhere.run().isEmpty()) {
                all.add(elsewhere.run());
            }
        }
        all.remove(own.get());
        turns.when(shelf.leases(all), (found, failed) -> {
            if (failed == null) {
                judge(all, found);
            } else {
                LOG.warn("the leases of other gateways cannot be read: {}", failed.getMessage());
            }
            turns.after(pace.look(), this::begin);
        });
    }

    /** These have leases. */
    void met(Collection<String> runs) {
        runs.stream().filter(run -> !others.isGone(run)).forEach(met::add);
    }

    private void judge(Set<String> asked, Map<String, Held<Lease>> found) {
        var silent = others.look(found);
        for (var run : asked) {
            // a lease is put before the first claim under it, and never again after it was taken away
            if (!found.containsKey(run)) {
                left(run);
            }
        }
        silent.forEach(lease -> turns.when(shelf.removeLease(lease), (removed, failed) -> {
            if (failed == null && removed) {
                LOG.warn(
                        "a gateway that shares this store is gone; its jobs are taken over (run {})",
                        lease.value().run());
                left(lease.value().run());
            }
        }));
    }

    private void left(String run) {
        met.remove(run);
        if (!others.isGone(run) && !run.equals(own.get())) {
            gone.accept(run);
        }
    }
}
