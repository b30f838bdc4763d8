package io.dromedary.jobs;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The runs of gateways, as far as one of them knows. Used in turn. */
interface Runs {
    /** The run under which this gateway makes claims. */
    String own();

    /** Claims that it makes now are good. */
    boolean holds();

    /** Known to be over: what it has claimed is nobody's. */
    boolean isGone(String run);

    /** The same, where that has to be asked: of a run whose claim was seen before. */
    CompletionStage<Boolean> ask(String run);

    /** From here on claims are good, sooner or later. */
    void begin();

    /** What it has claimed is nobody's. */
    void end(Runnable ended);

    /** How long each of the others has said nothing. */
    Map<String, Duration> silences();

    /** A gateway that has its store to itself: whoever had it before is gone. */
    record Lone(String own, Runnable held) implements Runs {
        @Override
        public boolean holds() {
            return true;
        }

        @Override
        public boolean isGone(String run) {
            return !run.equals(own);
        }

        @Override
        public CompletionStage<Boolean> ask(String run) {
            return CompletableFuture.completedStage(isGone(run));
        }

        @Override
        public void begin() {
            held.run();
        }

        @Override
        public void end(Runnable ended) {
            ended.run();
        }

        @Override
        public Map<String, Duration> silences() {
            return Map.of();
        }
    }

    /** One of several. */
    record Shared(JobShelf shelf, OwnLease lease, OtherRuns others) implements Runs {
        @Override
        public String own() {
            return lease.run();
        }

        @Override
        public boolean holds() {
            return lease.holds();
        }

        @Override
        public boolean isGone(String run) {
            return others.isGone(run);
        }

        /** A lease is put before the first claim under it, and never again after it was taken away. */
        @Override
        public CompletionStage<Boolean> ask(String run) {
            return isGone(run)
                    ? CompletableFuture.completedStage(true)
                    : shelf.lease(run).thenApply(found -> found == null);
        }

        @Override
        public void begin() {
            lease.begin();
        }

        @Override
        public void end(Runnable ended) {
            lease.end(ended);
        }

        @Override
        public Map<String, Duration> silences() {
            return others.silences();
        }
    }
}
