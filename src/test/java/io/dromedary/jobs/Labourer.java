package io.dromedary.jobs;

import io.dromedary.jobs.Attempt.Stop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A worker of a simulated gateway: takes its time, puts off, fails, saves, and writes how a job ended. */
final class Labourer implements Worker {
    private final World world;
    private final World.Node node;
    private final Shop shop;

    Labourer(World world, World.Node node, Shop shop) {
        this.world = world;
        this.node = node;
        this.shop = shop;
    }

    @Override
    public CompletionStage<Outcome> work(Attempt attempt) {
        var id = attempt.job().id();
        shop.begun(id, attempt.number());
        world.note(id, "gateway " + node.number + " begins attempt " + attempt.number());
        var outcome = new CompletableFuture<Outcome>();
        if (attempt.job().cancelled()) {
            end(id, "cancelled", outcome);
        } else {
            node.after(
                    Duration.ofMillis(world.random.nextInt(500)),
                    () -> attempt.asks(this::soon).thenAccept(clear -> {
                        if (clear) {
                            shop.asked(attempt, world.begun);
                        }
                    }));
            later(attempt, outcome);
        }
        attempt.whenStopped(why -> {
            world.note(id, "gateway " + node.number + " is told " + why);
            stopped(id, why, outcome);
        });
        return outcome;
    }

    private void soon(Runnable what) {
        node.after(Duration.ofMillis(world.random.nextInt(3)), what);
    }

    private void stopped(String id, Stop why, CompletableFuture<Outcome> outcome) {
        switch (why) {
            case LOST ->
                node.after(Duration.ofMillis(world.random.nextInt(2000)), () -> outcome.complete(Outcome.DONE));
            case CANCELLED -> end(id, "cancelled", outcome);
            case DRAINING -> {
                if (world.random.nextBoolean()) {
                    outcome.complete(new Outcome.Again(Duration.ZERO, false));
                }
            }
        }
    }

    private void later(Attempt attempt, CompletableFuture<Outcome> outcome) {
        var longest = world.random.nextInt(10) == 0 ? 40_000 : 3_000;
        node.after(Duration.ofMillis(world.random.nextInt(longest)), () -> go(attempt, outcome));
    }

    private void go(Attempt attempt, CompletableFuture<Outcome> outcome) {
        var id = attempt.job().id();
        var what = world.random.nextInt(100);
        if (outcome.isDone()) {
            return;
        }
        if (what < 6) {
            outcome.complete(new Outcome.Again(Duration.ofMillis(world.random.nextInt(20_000)), false));
        } else if (what < 8) {
            outcome.complete(new Outcome.Again(Duration.ofMillis(world.random.nextInt(20_000)), true));
        } else if (what < 10) {
            outcome.completeExceptionally(new IllegalStateException("as planned"));
        } else if (what < 20) {
            var work = attempt.job().work() + "+" + "x".repeat(world.random.nextInt(2 * JobShelf.LONG));
            attempt.save(work).thenRun(() -> node.after(Duration.ofMillis(1), () -> later(attempt, outcome)));
        } else {
            end(id, "done", outcome);
        }
    }

    private void end(String id, String result, CompletableFuture<Outcome> outcome) {
        node.ask(() -> shop.results.putIfAbsent(id, result) == null).whenComplete((first, failed) -> {
            if (failed == null) {
                outcome.complete(Outcome.DONE);
            } else {
                node.after(Duration.ofMillis(500), () -> end(id, result, outcome));
            }
        });
    }

    @Override
    public CompletionStage<?> giveUp(Job job) {
        return node.ask(() -> shop.results.putIfAbsent(job.id(), "failed") == null);
    }
}
