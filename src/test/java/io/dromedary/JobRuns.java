package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.JobClients.Ended;
import io.dromedary.JobClients.Kind;
import io.dromedary.testing.Fleet.Life;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.SlowEcho;
import io.dromedary.testing.SlowEcho.Run;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a backend was asked for, by gateways that were killed at it. A run is in flight when its gateway is killed and has
 * not written, by its own log, what the run came to; whether it had been answered does not matter.
 */
final class JobRuns {
    /** Jobs of a gateway that are about to ask and have not, and count where it dies. */
    private static final int ON_THEIR_WAY = 2;

    private final Map<Integer, Life> lives = new HashMap<>();
    private final Map<Integer, JobDiary> diaries = new HashMap<>();
    private final List<List<Run>> tasks;
    private final List<Ended> ended;

    /** By the number of the task; none of those that were promised to nobody. */
    private final Map<Integer, String> ids = new HashMap<>();

    private final int most;

    /** Some gateway was given up though it lived, which is as good as being killed. */
    private final boolean silent;

    /** @param most lines of a batch at once */
    JobRuns(List<Life> lives, ScriptedBackend upstream, List<Ended> ended, int most) {
        for (var life : lives) {
            this.lives.put(life.number(), life);
            diaries.put(life.number(), JobDiary.of(life));
        }
        this.tasks = List.copyOf(SlowEcho.runs(upstream).values());
        this.ended = ended;
        this.most = most;
        ended.forEach(end -> ids.put(end.task(), end.id()));
        // whoever takes a place notices as well: a gateway that was robbed may be killed before it finds out
        var gone = lives.stream()
                .mapToLong(life -> count(life, "is gone; its jobs"))
                .sum();
        this.silent = gone > lives.stream().filter(Life::wasKilled).count()
                || lives.stream().anyMatch(JobRuns::hasLostItsLease);
    }

    private static long count(Life life, String words) {
        return life.gateway().log().stream()
                .filter(line -> line.contains(words))
                .count();
    }

    private static boolean hasLostItsLease(Life life) {
        return count(life, "did not answer for so long") > 0;
    }

    private Life life(Run run) {
        var life = lives.get(run.life());
        if (life == null) {
            throw new AssertionError("there was no gateway " + run.life());
        }
        return life;
    }

    private JobDiary diary(int life) {
        var diary = diaries.get(life);
        if (diary == null) {
            throw new AssertionError("there was no gateway " + life);
        }
        return diary;
    }

    /** Null where it was promised to nobody. */
    private @Nullable String id(Run run) {
        return ids.get(Integer.valueOf(run.task().split("[-.]")[1]));
    }

    /** 0 for a job of one request. */
    private static int line(Run run) {
        var parts = run.task().split("[-.]");
        return parts.length < 3 ? 0 : Integer.parseInt(parts[2]);
    }

    private boolean isInFlight(Run run) {
        var life = life(run);
        var id = id(run);
        if (!life.wasKilled() && !hasLostItsLease(life)) {
            return false;
        }
        // of what was promised to nobody nothing is known but when it was answered
        return id == null ? isUnanswered(run) : !diary(run.life()).hasWritten(id, line(run));
    }

    /** When its gateway was killed. */
    private boolean isUnanswered(Run run) {
        var life = life(run);
        return life.wasKilled() && run.wasUnderWay(life.deadAt(), life.killedAt());
    }

    private Stream<Run> runs() {
        return tasks.stream().flatMap(List::stream);
    }

    private Stream<Ended> single() {
        return ended.stream().filter(end -> end.kind() != Kind.BATCH);
    }

    /** Gateways that asked for it. */
    private List<Life> askers(String id) {
        return lives.values().stream()
                .filter(life -> diary(life.number()).asked().contains(id))
                .toList();
    }

    private long runsAgain() {
        return tasks.stream().mapToLong(runs -> runs.size() - 1L).sum();
    }

    private long inFlight() {
        return runs().filter(this::isInFlight).count();
    }

    /** That were given up with a request about to go out of which the backend has not heard. */
    private long givenUpUnheard() {
        var heard =
                tasks.stream().collect(Collectors.toMap(runs -> runs.getFirst().task(), List::size));
        return single().filter(end -> end.givenUp() && heard.getOrDefault("task-" + end.task(), 0) < 2)
                .count();
    }

    private long twiceInFlight() {
        return tasks.stream()
                .filter(runs -> line(runs.getFirst()) == 0 && id(runs.getFirst()) != null)
                .filter(runs -> runs.stream().filter(this::isInFlight).count() >= 2)
                .count();
    }

    void assertEachFollowsAKill() {
        for (var runs : tasks) {
            var task = runs.getFirst().task();
            for (var i = 0; i < runs.size() - 1; i++) {
                var run = runs.get(i);
                var next = runs.get(i + 1);
                assertThat(isInFlight(run) || id(run) == null && life(run).wasKilled())
                        .as(
                                "%s was run %d times, and run %d was not in flight when gateway %d ended; %s",
                                task, runs.size(), i + 1, run.life(), between(run, next))
                        .isTrue();
                assertThat(silent || next.request().arrivedAt() - life(run).killedAt() > 0)
                        .as("run %d of %s began while gateway %d was still at it", i + 2, task, run.life())
                        .isTrue();
            }
            if (line(runs.getFirst()) == 0) {
                assertThat(runs).as(task).hasSizeLessThanOrEqualTo(2);
            }
            for (var run : runs) {
                var id = id(run);
                assertThat(id == null || diary(run.life()).asked().contains(id))
                        .as("gateway %d asked for %s before it had written that it does", run.life(), task)
                        .isTrue();
            }
        }
        assertThat(runsAgain()).isLessThanOrEqualTo(inFlight() + untold());
        linesInFlight()
                .forEach((batch, lines) -> assertThat(lines)
                        .as("lines in flight of a batch, and the gateway that was killed: " + batch)
                        .isLessThanOrEqualTo(most));
    }

    /** What tells a call that was made again from a job that was. */
    private static String between(Run run, Run next) {
        var from = run.request().arrivedAt();
        return "the next was of gateway %d, %d µs later; the first %s"
                .formatted(
                        next.life(),
                        (next.request().arrivedAt() - from) / 1000,
                        run.request().cancelledAt().isPresent()
                                ? "was taken back after "
                                        + (run.request().cancelledAt().getAsLong() - from) / 1000 + " µs"
                                : "was not taken back");
    }

    /** Runs of what was promised to nobody, of which nothing is known. */
    private long untold() {
        return runs().filter(run -> id(run) == null && life(run).wasKilled()).count();
    }

    private Map<String, Long> linesInFlight() {
        return runs().filter(run -> line(run) > 0 && id(run) != null && isInFlight(run))
                .filter(run -> !hasLostItsLease(life(run)))
                .collect(Collectors.groupingBy(run -> id(run) + " " + run.life(), Collectors.counting()));
    }

    /**
     * What only waited while its gateways died is done. A gateway lets two at once on their way between the word in their
     * record and the backend: those of them that were there at a kill have been counted, and their log may not say so.
     */
    void assertNothingIsGivenUpThatWasNotBrokenOffTwice() {
        single().forEach(end -> assertThat(askers(end.id()))
                .as("gateways that asked for task-%d", end.task())
                .hasSizeLessThanOrEqualTo(2)
                .allMatch(life -> !end.givenUp() || life.wasKilled() || hasLostItsLease(life)));
        if (!silent) {
            var kills = lives.values().stream().filter(Life::wasKilled).count();
            assertThat(givenUpUnheard())
                    .as("given up although the backend had not heard of them twice")
                    .isLessThanOrEqualTo(ON_THEIR_WAY * kills);
        }
    }

    @Override
    public String toString() {
        return "%d kills: %d runs for %d tasks and lines, %d of them again; %d were in flight at the kills, of which %d had no answer yet"
                        .formatted(
                                lives.values().stream().filter(Life::wasKilled).count(),
                                runs().count(),
                                tasks.size(),
                                runsAgain(),
                                inFlight(),
                                runs().filter(run -> isInFlight(run) && isUnanswered(run))
                                        .count())
                + "; %d jobs were in flight at two kills, and %d were given up, of %d of which the backend had not heard twice; at most %d lines of a batch were in flight; %d gateways lost their lease"
                        .formatted(
                                twiceInFlight(),
                                single().filter(Ended::givenUp).count(),
                                givenUpUnheard(),
                                linesInFlight().values().stream()
                                        .mapToLong(Long::longValue)
                                        .max()
                                        .orElse(0),
                                lives.values().stream()
                                        .filter(JobRuns::hasLostItsLease)
                                        .count());
    }
}
