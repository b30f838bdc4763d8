package io.dromedary.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.jobs.Attempt.Stop;
import io.dromedary.jobs.JobObserver.End;
import io.dromedary.jobs.JobRecord.Text;
import io.dromedary.jobs.Jobs.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Gateways on one store, whose time is the test's. */
final class LeasedJobsTest {
    private static final Duration MOMENT = Duration.ofMillis(200);
    private static final Duration LOOK = World.LEASE.dividedBy(12).plus(MOMENT);

    private final World world = new World(1);

    private final class Gateway {
        final Desk desk = new Desk();
        final World.Node node;
        int room;

        Gateway(boolean shared, int room) {
            this(shared, room, false);
        }

        /** @param idle its worker asks nobody */
        Gateway(boolean shared, int room, boolean idle) {
            this.room = room;
            desk.idle = idle;
            node = world.new Node(shared, () -> this.room, new Tally())
                    .serve(desk)
                    .start();
            world.pass(MOMENT);
        }

        LeasedJobs jobs() {
            return node.jobs;
        }

        void submit(String id) {
            submit(id, "acme", "work of " + id);
        }

        void submit(String id, String project, String work) {
            world.done(jobs().submit(new Order(id, Kind.DEFERRED, project, "ci", work)));
            world.pass(MOMENT);
        }

        int count(End end) {
            return node.tally.count(end);
        }
    }

    private Gateway lone() {
        return new Gateway(false, 4);
    }

    private Gateway shared() {
        return new Gateway(true, 4);
    }

    @Test
    void a_job_is_worked_on_as_soon_as_it_is_there_and_gone_when_it_has_ended() {
        var gateway = lone();
        world.done(gateway.jobs().submit(new Order("one", Kind.BATCH, "acme", "ci", "do it")));
        assertThat(world.jobs()).isEqualTo(1);
        assertThat(gateway.jobs().isLive("one")).isTrue();
        world.pass(MOMENT);

        var job = gateway.desk.last().attempt.job();
        assertThat(job.work()).isEqualTo("do it");
        assertThat(job.kind()).isEqualTo(Kind.BATCH);
        assertThat(job.project()).isEqualTo("acme");
        assertThat(job.key()).isEqualTo("ci");
        assertThat(gateway.desk.last().number).isEqualTo(1);

        gateway.desk.last().done();
        world.pass(MOMENT);
        assertThat(world.jobs()).isZero();
        assertThat(gateway.jobs().isLive("one")).isFalse();
        assertThat(gateway.count(End.DONE)).isEqualTo(1);
    }

    @Test
    void a_submission_is_one_write() {
        var gateway = lone();
        gateway.desk.idle = true;
        var before = world.writes;
        gateway.submit("one");
        assertThat(gateway.desk.tasks).hasSize(1);
        assertThat(world.writes - before).isEqualTo(1);
    }

    @Test
    void an_id_is_taken_once_on_any_gateway() {
        var one = shared();
        var other = shared();
        one.submit("same");
        for (var gateway : List.of(one, other)) {
            assertThatThrownBy(
                            () -> world.done(gateway.jobs().submit(new Order("same", Kind.DEFERRED, "x", "y", "else"))))
                    .hasRootCauseInstanceOf(IllegalStateException.class);
        }
        assertThat(world.record("same").text()).isEqualTo(new Text.Here("work of same"));
        assertThat(other.desk.tasks).isEmpty();
    }

    @Test
    void more_than_there_is_room_for_waits_and_one_project_does_not_wait_for_anothers_queue() {
        var gateway = lone();
        for (var i = 0; i < 8; i++) {
            gateway.submit("big" + i, "big", "");
        }
        gateway.submit("small", "small", "");
        assertThat(gateway.desk.ids()).containsExactly("big0", "big1", "big2", "big3");
        gateway.desk.tasks.get(1).done();
        world.pass(MOMENT);
        gateway.desk.tasks.get(2).done();
        world.pass(MOMENT);
        assertThat(gateway.desk.ids().subList(4, 6)).containsExactly("small", "big4");
    }

    @Test
    void a_place_is_kept_unless_others_wait_for_one_that_have_fewer() {
        var gateway = new Gateway(false, 3);
        gateway.submit("big0", "big", "");
        gateway.submit("big1", "big", "");
        gateway.submit("small0", "small", "");
        assertThat(stay(gateway, 0, false)).as("nobody waits").isTrue();
        assertThat(stay(gateway, 0, true)).as("nobody waits").isTrue();
        gateway.submit("big2", "big", "");
        assertThat(stay(gateway, 0, false)).as("its own project waits").isTrue();
        assertThat(stay(gateway, 2, true))
                .as("anybody waits, and it gets nothing done")
                .isFalse();
        gateway.desk.tasks.get(2).again(new Outcome.Again(Duration.ofHours(1), false));
        world.pass(MOMENT);
        assertThat(gateway.desk.ids()).endsWith("big2");

        gateway.submit("new", "new", "");
        assertThat(stay(gateway, 1, false)).as("a project that has none waits").isFalse();
        assertThat(stay(gateway, 0, false))
                .as("one has been asked to go already")
                .isTrue();
        assertThat(stay(gateway, 1, false)).isFalse();
        gateway.desk.tasks.get(1).again(new Outcome.Again(Duration.ZERO, false));
        world.pass(MOMENT);
        assertThat(gateway.desk.ids()).endsWith("new");
        assertThat(stay(gateway, 0, false)).as("who waits has as many").isTrue();
    }

    private boolean stay(Gateway gateway, int task, boolean idle) {
        return world.done(gateway.desk.tasks.get(task).attempt.mayStay(idle));
    }

    @Test
    void a_project_that_has_as_many_jobs_as_it_may_is_told_to_wait_and_no_other_is() {
        var gateway = lone();
        gateway.node.waiting = 3;
        for (var i = 0; i < 3; i++) {
            gateway.jobs().admit("acme");
            gateway.submit("job" + i);
        }
        assertThatThrownBy(() -> gateway.jobs().admit("acme"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal())
                                .isInstanceOfSatisfying(Refusal.Limited.class, limited -> {
                                    assertThat(limited.message()).contains("This project has 3");
                                    assertThat(limited.retryAfterSeconds()).isPositive();
                                }));
        gateway.jobs().admit("umbrella");
        gateway.desk.tasks.getFirst().done();
        world.pass(MOMENT);
        gateway.jobs().admit("acme");
    }

    @Test
    void jobs_of_one_kind_do_not_take_the_room_of_another() {
        var gateway = lone();
        for (var i = 0; i < 5; i++) {
            gateway.submit("chat" + i);
        }
        world.done(gateway.jobs().submit(new Order("batch", Kind.BATCH, "acme", "ci", "")));
        world.pass(MOMENT);
        assertThat(gateway.desk.ids()).contains("batch").doesNotContain("chat4");
    }

    @Test
    void what_is_to_be_tried_again_is_after_its_pause_and_not_before() {
        var gateway = lone();
        gateway.submit("one");
        gateway.desk.last().again(new Outcome.Again(Duration.ofMinutes(10), false));
        world.pass(Duration.ofMinutes(9));
        assertThat(gateway.desk.tasks).hasSize(1);
        assertThat(gateway.jobs().isLive("one")).isTrue();
        world.pass(Duration.ofMinutes(2));
        assertThat(gateway.desk.tasks).hasSize(2);
        assertThat(gateway.desk.last().number).isEqualTo(1);
    }

    @Test
    void attempts_that_do_not_count_may_be_many() {
        var gateway = lone();
        gateway.submit("one");
        for (var i = 0; i < 20; i++) {
            gateway.desk.last().again(new Outcome.Again(Duration.ofSeconds(1), false));
            world.pass(Duration.ofSeconds(2));
            assertThat(gateway.desk.last().number).isEqualTo(1);
        }
        assertThat(gateway.desk.tasks).hasSize(21);
        assertThat(gateway.count(End.PAUSED)).isEqualTo(20);
    }

    @Test
    void after_two_attempts_that_count_a_job_is_given_up_until_that_is_written() {
        var gateway = lone();
        gateway.desk.failures = 3;
        gateway.submit("one");
        gateway.desk.last().outcome.completeExceptionally(new IllegalStateException("broken"));
        world.pass(Duration.ofSeconds(2));
        assertThat(gateway.desk.last().number).isEqualTo(2);
        gateway.desk.last().again(new Outcome.Again(Duration.ofHours(1), true));
        world.pass(MOMENT);
        assertThat(gateway.desk.givenUp).isEmpty();
        assertThat(world.jobs()).isEqualTo(1);
        world.pass(Duration.ofMinutes(1));
        assertThat(gateway.desk.givenUp)
                .singleElement()
                .satisfies(job -> assertThat(job.work()).isEqualTo("work of one"));
        assertThat(gateway.desk.tasks).hasSize(2);
        assertThat(world.jobs()).isZero();
        assertThat(gateway.count(End.FAILED)).isEqualTo(1);
        assertThat(gateway.count(End.AGAIN)).isEqualTo(1);
        assertThat(gateway.count(End.GIVEN_UP)).isEqualTo(1);
    }

    @Test
    void a_worker_that_throws_has_failed() {
        var desk = new Desk();
        var node = world.new Node(false, 1, new Tally())
                .serve(new Worker() {
                    @Override
                    public CompletionStage<Outcome> work(Attempt attempt) {
                        throw new IllegalStateException("at once");
                    }

                    @Override
                    public CompletionStage<?> giveUp(Job job) {
                        return desk.giveUp(job);
                    }
                })
                .start();
        world.pass(MOMENT);
        world.done(node.jobs.submit(new Order("one", Kind.DEFERRED, "acme", "ci", "")));
        world.pass(Duration.ofSeconds(5));
        assertThat(desk.givenUp).hasSize(1);
        assertThat(world.jobs()).isZero();
    }

    @Test
    void what_was_saved_is_where_the_next_attempt_begins_and_earlier_attempts_are_forgotten() {
        var gateway = lone();
        gateway.submit("one");
        gateway.desk.last().again(new Outcome.Again(Duration.ZERO, true));
        world.pass(MOMENT);
        assertThat(gateway.desk.last().number).isEqualTo(2);
        assertThat(world.done(gateway.desk.last().attempt.save("half"))).isTrue();
        assertThat(gateway.desk.last().attempt.job().work()).isEqualTo("half");
        gateway.desk.last().again(new Outcome.Again(Duration.ZERO, true));
        world.pass(MOMENT);
        assertThat(gateway.desk.last().attempt.job().work()).isEqualTo("half");
        assertThat(gateway.desk.last().number).isEqualTo(2);
        assertThat(world.done(gateway.desk.tasks.getFirst().attempt.save("late")))
                .isFalse();
    }

    @Test
    void a_long_work_stands_apart_and_goes_with_its_job() {
        var gateway = lone();
        var work = "x".repeat(JobShelf.LONG + 1);
        gateway.submit("one", "acme", work);
        assertThat(gateway.desk.last().attempt.job().work()).isEqualTo(work);
        assertThat(world.texts.get("one")).hasSizeLessThan(1000);
        assertThat(world.texts).hasSize(2);
        assertThat(world.done(gateway.desk.last().attempt.save("y" + work))).isTrue();
        world.pass(MOMENT);
        assertThat(world.texts).hasSize(2);
        assertThat(world.done(gateway.desk.last().attempt.save("short"))).isTrue();
        world.pass(MOMENT);
        assertThat(world.texts).hasSize(1);
        assertThat(world.done(gateway.desk.last().attempt.save("z" + work))).isTrue();
        gateway.desk.last().done();
        world.pass(MOMENT);
        assertThat(world.texts).isEmpty();
    }

    @Test
    void a_work_that_nobody_has_is_taken_away_and_not_one_that_is_just_being_submitted() {
        var gateway = shared();
        world.texts.put("gone/work/t1", JobRecord.WORK.encode("left over"));
        world.pass(Duration.ofMinutes(9));
        assertThat(world.texts).containsKey("gone/work/t1");
        world.pass(Duration.ofMinutes(2));
        assertThat(world.texts).doesNotContainKey("gone/work/t1");
        assertThat(gateway.desk.tasks).isEmpty();
    }

    @Test
    void after_a_restart_a_lone_gateway_goes_on_at_once() {
        var gateway = lone();
        gateway.submit("one");
        world.texts.put("gone/work/t1", JobRecord.WORK.encode("left over"));
        gateway.node.kill();
        var next = lone();
        assertThat(next.jobs().isLive("one")).isTrue();
        assertThat(next.desk.last().number).isEqualTo(2);
        assertThat(next.node.tally.takenOver).isEqualTo(1);
        assertThat(world.texts).doesNotContainKey("gone/work/t1");
        next.node.kill();
        var last = lone();
        assertThat(last.desk.tasks).isEmpty();
        assertThat(last.desk.givenUp).hasSize(1);
        assertThat(world.jobs()).isZero();
    }

    @Test
    void recalling_begins_nothing() {
        var gateway = lone();
        gateway.submit("one");
        gateway.node.kill();
        var desk = new Desk();
        var node = world.new Node(false, 4, new Tally()).serve(desk);
        world.done(node.jobs.recall());
        world.pass(MOMENT);
        assertThat(node.jobs.isLive("one")).isTrue();
        assertThat(desk.tasks).isEmpty();
        node.jobs.start();
        world.pass(MOMENT);
        assertThat(desk.tasks).hasSize(1);
    }

    @Test
    void the_jobs_of_a_gateway_that_was_killed_are_taken_up_within_one_lease() {
        var other = shared();
        for (var begun = 0; begun < 20; begun++) {
            var gateway = shared();
            // whatever it is between two beats
            world.pass(World.LEASE.multipliedBy(begun).dividedBy(40));
            gateway.submit("job" + begun);
            gateway.node.kill();
            world.pass(World.LEASE);
            assertThat(other.desk.last().attempt.job().id()).isEqualTo("job" + begun);
            assertThat(other.desk.last().number).isEqualTo(2);
            other.desk.last().done();
        }
        world.pass(World.LEASE);
        assertThat(other.node.tally.leasesLost).isZero();
        assertThat(world.texts).hasSize(1);
    }

    @Test
    void they_are_taken_up_within_one_lease_however_long_a_look_through_all_jobs_takes() {
        var gateway = shared();
        var other = shared();
        gateway.submit("one");
        world.pass(LOOK);
        other.node.listing = Duration.ofMinutes(10);
        world.pass(LOOK);
        gateway.node.kill();
        world.pass(World.LEASE);
        assertThat(other.desk.ids()).containsExactly("one");
    }

    @Test
    void what_a_killed_gateway_had_taken_from_another_just_now_is_found_at_once() {
        var first = new Gateway(true, 1);
        var judge = new Gateway(true, 0);
        first.submit("one");
        world.pass(LOOK);
        var second = shared();
        world.pass(LOOK);
        judge.node.listing = Duration.ofMinutes(10);
        world.pass(LOOK);
        first.desk.last().again(new Outcome.Again(Duration.ofSeconds(3), false));
        world.pass(MOMENT);
        first.submit("two");
        world.pass(LOOK.multipliedBy(3));
        assertThat(second.desk.ids()).containsExactly("one");

        judge.room = 4;
        second.node.kill();
        // it still takes the first for the one who has it, and that one is full
        world.pass(World.LEASE);
        assertThat(judge.desk.ids()).containsExactly("one");
        assertThat(first.desk.ids()).containsExactly("one", "two");
    }

    @Test
    void what_a_killed_gateway_had_begun_goes_before_what_nobody_has() {
        var gateway = new Gateway(true, 1);
        var other = new Gateway(true, 1);
        gateway.submit("begun");
        other.submit("busy");
        IntStream.range(0, 3).forEach(i -> other.submit("waiting" + i));
        gateway.node.kill();
        world.pass(World.LEASE);
        assertThat(other.desk.ids()).containsExactly("busy");
        other.desk.last().done();
        world.pass(MOMENT);
        assertThat(other.desk.ids()).containsExactly("busy", "begun");
    }

    @Test
    void a_claim_under_which_nobody_was_asked_is_no_attempt_but_there_are_only_so_many() {
        for (var kill = 0; kill < JobRecord.MOST_VAIN; kill++) {
            var gateway = new Gateway(false, 4, true);
            if (kill == 0) {
                gateway.submit("one");
            }
            world.pass(MOMENT);
            assertThat(gateway.desk.last().number).isEqualTo(1);
            gateway.node.kill();
        }
        var last = lone();
        world.pass(MOMENT);
        assertThat(last.desk.tasks).isEmpty();
        assertThat(last.desk.givenUp).hasSize(1);
        assertThat(world.jobs()).isZero();
    }

    @Test
    void an_attempt_counts_from_when_a_backend_was_asked_whoever_dies_after_that() {
        var idle = lone();
        idle.desk.idle = true;
        idle.submit("one");
        var _ = world.done(idle.desk.last().attempt.asks(Runnable::run));
        var writes = world.writes;
        assertThat(world.done(idle.desk.last().attempt.asks(Runnable::run))).isTrue();
        assertThat(world.writes).as("it is written once").isEqualTo(writes);
        idle.node.kill();
        var second = lone();
        world.pass(MOMENT);
        assertThat(second.desk.last().number).isEqualTo(2);
        second.node.kill();
        var third = lone();
        world.pass(MOMENT);
        assertThat(third.desk.tasks).isEmpty();
        assertThat(third.desk.givenUp).hasSize(1);
    }

    @Test
    void nobody_is_asked_before_it_is_written_that_somebody_is() {
        var gateway = lone();
        gateway.desk.idle = true;
        gateway.submit("one");
        world.away = true;
        var cleared = gateway.desk.last().attempt.asks(Runnable::run).toCompletableFuture();
        world.pass(Duration.ofMinutes(1));
        assertThat(cleared).isNotDone();
        assertThat(world.record("one").begun()).isFalse();
        world.away = false;
        assertThat(world.done(cleared)).isTrue();
        assertThat(world.record("one").begun()).isTrue();
        // progress does not take that back
        assertThat(world.done(gateway.desk.last().attempt.save("more"))).isTrue();
        assertThat(world.record("one").begun()).isTrue();
    }

    @Test
    void few_are_on_their_way_out_at_once_so_that_a_kill_counts_for_few_that_asked_nobody() {
        var gateway = new Gateway(false, 40);
        gateway.desk.idle = true;
        IntStream.range(0, 40).forEach(i -> gateway.submit("job" + i));
        var sent = new ArrayList<Runnable>();
        gateway.desk.tasks.forEach(task -> {
            var _ = task.attempt.asks(sent::add);
        });
        world.pass(MOMENT);
        assertThat(sent).hasSize(2);
        assertThat(begun()).isEqualTo(2);
        // one has gone out, and the next may
        sent.getFirst().run();
        world.pass(MOMENT);
        assertThat(begun()).isEqualTo(3);
        for (var i = 1; i < sent.size(); i++) {
            sent.get(i).run();
            world.pass(MOMENT);
        }
        assertThat(begun()).isEqualTo(40);
    }

    private long begun() {
        return IntStream.range(0, 40)
                .filter(i -> world.record("job" + i).begun())
                .count();
    }

    @Test
    void whoever_has_lost_a_job_is_not_cleared_to_ask_for_it() {
        var gateway = shared();
        gateway.desk.idle = true;
        gateway.submit("one");
        var attempt = gateway.desk.last().attempt;
        var other = shared();
        gateway.node.cutOff = true;
        world.pass(World.LEASE.multipliedBy(2));
        assertThat(other.desk.ids()).containsExactly("one");
        assertThat(other.desk.last().number).as("nobody was asked").isEqualTo(1);
        var cleared = attempt.asks(Runnable::run).toCompletableFuture();
        gateway.node.cutOff = false;
        assertThat(world.done(cleared)).isFalse();
        assertThat(gateway.desk.last().stops).contains(Stop.LOST);
    }

    @Test
    void what_has_ended_asks_nobody() {
        var gateway = lone();
        gateway.desk.idle = true;
        gateway.submit("one");
        gateway.desk.last().done();
        world.pass(MOMENT);
        assertThat(world.done(gateway.desk.last().attempt.asks(Runnable::run))).isFalse();
        assertThat(world.jobs()).isZero();
    }

    @Test
    void two_gateways_share_what_a_killed_one_had_and_nothing_is_worked_on_twice() {
        var gateway = new Gateway(true, 6);
        var one = shared();
        var other = shared();
        IntStream.range(0, 6).forEach(i -> gateway.submit("job" + i));
        gateway.node.kill();
        world.pass(World.LEASE.plus(LOOK));
        assertThat(one.desk.tasks.size() + other.desk.tasks.size()).isEqualTo(6);
        assertThat(one.desk.ids()).doesNotContainAnyElementsOf(other.desk.ids());
    }

    @Test
    void what_one_gateway_has_no_room_for_another_takes() {
        var full = shared();
        IntStream.range(0, 6).forEach(i -> full.submit("job" + i));
        assertThat(full.desk.tasks).hasSize(4);
        var free = shared();
        world.pass(LOOK);
        assertThat(free.desk.ids()).containsExactlyInAnyOrder("job4", "job5");
        assertThat(free.jobs().isLive("job0")).isTrue();
    }

    @Test
    void a_gateway_that_stalled_finds_its_jobs_elsewhere_and_goes_on_under_another_run() {
        var stalled = shared();
        var other = shared();
        stalled.submit("one");
        var task = stalled.desk.last();
        stalled.node.stall(World.LEASE.multipliedBy(2));
        world.pass(World.LEASE);
        assertThat(other.desk.ids()).containsExactly("one");
        world.pass(World.LEASE.plus(World.LEASE.dividedBy(4)).plus(MOMENT));
        assertThat(task.stops).containsExactly(Stop.LOST);
        assertThat(stalled.node.tally.leasesLost).isEqualTo(1);
        assertThat(world.done(task.attempt.save("too late"))).isFalse();
        task.done();
        world.pass(MOMENT);
        assertThat(world.jobs()).isEqualTo(1);
        assertThat(stalled.count(End.LOST)).isEqualTo(1);
        assertThat(world.record("one").text()).isEqualTo(new Text.Here("work of one"));

        stalled.submit("two");
        assertThat(stalled.desk.ids()).containsExactly("one", "two");
        other.desk.last().done();
        world.pass(LOOK);
        assertThat(stalled.jobs().isLive("one")).isFalse();
        assertThat(world.jobs()).isEqualTo(1);
    }

    @Test
    void whoever_lost_its_lease_ends_nothing_even_where_nobody_has_claimed_it_yet() {
        var stalled = shared();
        var full = new Gateway(true, 0);
        stalled.submit("one");
        stalled.node.stall(World.LEASE.multipliedBy(2));
        world.pass(World.LEASE.multipliedBy(3));
        assertThat(stalled.desk.tasks.getFirst().stops).containsExactly(Stop.LOST);
        stalled.desk.tasks.getFirst().done();
        world.pass(LOOK);
        assertThat(world.jobs()).isEqualTo(1);
        assertThat(stalled.desk.last().number).isEqualTo(2);
        assertThat(full.desk.tasks).isEmpty();
    }

    @Test
    void a_gateway_that_stalled_claims_nothing_before_it_knows_that_it_may() {
        var stalled = shared();
        var other = shared();
        stalled.node.stall(World.LEASE.multipliedBy(2));
        world.pass(World.LEASE.multipliedBy(2));
        // it is back this very moment, and has not beaten yet
        var submitted = stalled.jobs().submit(new Order("one", Kind.DEFERRED, "acme", "ci", ""));
        world.pass(Duration.ofMillis(5));
        assertThat(submitted.toCompletableFuture()).isDone();
        world.pass(World.LEASE.multipliedBy(2));
        assertThat(stalled.desk.tasks.size() + other.desk.tasks.size()).isEqualTo(1);
    }

    @Test
    void while_the_store_is_away_for_all_nobody_is_given_up() {
        var one = shared();
        var other = shared();
        one.submit("one");
        world.away = true;
        world.pass(Duration.ofMinutes(10));
        world.away = false;
        world.pass(World.LEASE.multipliedBy(2));
        assertThat(one.desk.last().stops).isEmpty();
        assertThat(other.desk.tasks).isEmpty();
        assertThat(one.node.tally.leasesLost + other.node.tally.leasesLost).isZero();
        one.desk.last().done();
        world.pass(MOMENT);
        assertThat(world.jobs()).isZero();
    }

    @Test
    void a_gateway_that_is_cut_off_from_the_store_loses_its_jobs_and_ends_none_twice() {
        var cut = shared();
        var other = shared();
        cut.submit("one");
        cut.node.cutOff = true;
        world.pass(World.LEASE);
        assertThat(other.desk.ids()).containsExactly("one");
        cut.desk.last().done();
        world.pass(World.LEASE);
        cut.node.cutOff = false;
        world.pass(World.LEASE);
        assertThat(cut.count(End.DONE)).isZero();
        assertThat(cut.count(End.LOST)).isEqualTo(1);
        assertThat(world.jobs()).isEqualTo(1);
    }

    @Test
    void an_end_that_could_not_be_written_is_written_when_the_store_is_back() {
        var gateway = lone();
        gateway.submit("one");
        world.away = true;
        gateway.desk.last().done();
        world.pass(Duration.ofMinutes(5));
        assertThat(gateway.jobs().isLive("one")).isTrue();
        world.away = false;
        world.pass(Duration.ofSeconds(5));
        assertThat(world.jobs()).isZero();
        assertThat(gateway.count(End.DONE)).isEqualTo(1);
    }

    @Test
    void a_submission_while_the_store_is_away_fails() {
        var gateway = lone();
        world.away = true;
        assertThatThrownBy(() -> gateway.submit("one")).hasRootCauseMessage("the store is away");
        assertThat(gateway.jobs().isLive("one")).isFalse();
    }

    @Test
    void a_clock_that_is_set_ahead_or_back_keeps_nobody_waiting_and_loses_no_lease() {
        var one = shared();
        var other = shared();
        one.submit("one");
        one.desk.last().again(new Outcome.Again(Duration.ofMinutes(1), false));
        world.pass(MOMENT);
        one.node.off = Duration.ofHours(-5);
        other.node.off = Duration.ofHours(-7);
        one.node.kill();
        world.pass(Duration.ofMinutes(3));
        assertThat(other.desk.tasks).hasSize(1);
        other.node.off = Duration.ofHours(9);
        world.pass(Duration.ofMinutes(3));
        assertThat(other.desk.last().stops).isEmpty();
        other.desk.last().again(new Outcome.Again(Duration.ofMinutes(1), false));
        world.pass(MOMENT);
        other.node.off = Duration.ZERO;
        world.pass(Duration.ofMinutes(2));
        assertThat(other.desk.tasks).hasSize(2);
    }

    @Test
    void a_job_is_cancelled_by_its_own_gateway_at_once() {
        var gateway = lone();
        gateway.submit("one");
        assertThat(world.done(gateway.jobs().cancel("one"))).isTrue();
        assertThat(gateway.desk.last().stops).containsExactly(Stop.CANCELLED);
        assertThat(gateway.desk.last().attempt.job().cancelled()).isTrue();
        assertThat(world.done(gateway.jobs().cancel("one"))).isTrue();
        gateway.desk.last().done();
        world.pass(MOMENT);
        assertThat(world.done(gateway.jobs().cancel("one"))).isFalse();
        assertThat(world.done(gateway.jobs().cancel("two"))).isFalse();
    }

    @Test
    void a_job_is_cancelled_by_another_gateway_within_seconds() {
        var one = shared();
        var other = shared();
        one.submit("one");
        assertThat(world.done(other.jobs().cancel("one"))).isTrue();
        assertThat(one.desk.last().stops).isEmpty();
        world.pass(LOOK);
        assertThat(one.desk.last().stops).containsExactly(Stop.CANCELLED);
        assertThat(one.desk.last().attempt.job().cancelled()).isTrue();
        assertThat(other.desk.tasks).isEmpty();
    }

    @Test
    void a_job_that_waits_is_cancelled_at_once_whether_there_is_room_or_not() {
        var gateway = lone();
        IntStream.range(0, 6).forEach(i -> gateway.submit("job" + i));
        gateway.desk.tasks.get(3).again(new Outcome.Again(Duration.ofHours(24), false));
        world.pass(MOMENT);
        assertThat(gateway.desk.ids()).containsExactly("job0", "job1", "job2", "job3", "job4");
        for (var id : List.of("job5", "job3")) {
            assertThat(world.done(gateway.jobs().cancel(id))).isTrue();
            world.pass(MOMENT);
            assertThat(gateway.desk.last().attempt.job().id()).isEqualTo(id);
            assertThat(gateway.desk.last().attempt.job().cancelled()).isTrue();
            assertThat(gateway.desk.last().stops).containsExactly(Stop.CANCELLED);
        }
    }

    @Test
    void a_job_that_waits_elsewhere_is_cancelled_too() {
        var full = new Gateway(true, 0);
        var free = new Gateway(true, 4);
        full.submit("one");
        assertThat(world.done(free.jobs().cancel("one"))).isTrue();
        world.pass(MOMENT);
        assertThat(free.desk.last().attempt.job().cancelled()).isTrue();
    }

    @Test
    void a_cancelled_attempt_that_puts_it_off_is_tried_again_soon() {
        var gateway = lone();
        gateway.submit("one");
        assertThat(world.done(gateway.jobs().cancel("one"))).isTrue();
        gateway.desk.last().again(new Outcome.Again(Duration.ofHours(24), false));
        world.pass(Duration.ofSeconds(2));
        assertThat(gateway.desk.tasks).hasSize(2);
        assertThat(gateway.desk.last().attempt.job().cancelled()).isTrue();
    }

    @Test
    void a_gateway_that_drains_begins_nothing_and_lets_attempts_end() {
        var gateway = shared();
        IntStream.range(0, 5).forEach(i -> gateway.submit("job" + i));
        gateway.jobs().drain();
        world.pass(MOMENT);
        assertThat(gateway.desk.tasks)
                .hasSize(4)
                .allSatisfy(task -> assertThat(task.stops).containsExactly(Stop.DRAINING));
        gateway.desk.tasks.get(0).done();
        gateway.desk.tasks.get(1).again(new Outcome.Again(Duration.ZERO, true));
        gateway.desk.tasks.get(2).outcome.completeExceptionally(new IllegalStateException("cut off"));
        gateway.submit("later");
        assertThat(gateway.desk.tasks).hasSize(4);
        assertThat(world.record("job1").claim()).isNull();
        assertThat(world.record("job1").attempts()).isZero();
        assertThat(world.record("job2").attempts()).isZero();
        assertThat(world.record("later").claim()).isNull();

        var other = new Gateway(true, 9);
        world.pass(LOOK);
        assertThat(other.desk.ids()).containsExactlyInAnyOrder("job1", "job2", "job4", "later");
    }

    @Test
    void what_is_left_when_a_gateway_closes_others_have_at_once_and_it_counts_as_nothing() {
        var gateway = shared();
        var other = shared();
        gateway.submit("one");
        world.pass(LOOK);
        gateway.jobs().drain();
        world.done(gateway.jobs().close());
        assertThat(gateway.desk.last().stops).containsExactly(Stop.DRAINING, Stop.LOST);
        assertThat(gateway.count(End.RELEASED)).isEqualTo(1);
        world.pass(LOOK);
        assertThat(other.desk.last().number).isEqualTo(1);
        var writes = world.writes;
        gateway.desk.last().done();
        assertThatThrownBy(() -> gateway.submit("two")).hasRootCauseMessage("two: the gateway has stopped its jobs");
        assertThat(world.done(gateway.desk.last().attempt.save("x"))).isFalse();
        world.pass(MOMENT);
        assertThat(world.writes).isEqualTo(writes);
        assertThat(world.jobs()).isEqualTo(1);
    }

    @Test
    void whoever_closes_after_all_attempts_releases_no_job_for_another_one() {
        var gateway = lone();
        gateway.desk.failures = 1000;
        gateway.submit("one");
        gateway.desk.last().again(new Outcome.Again(Duration.ZERO, true));
        world.pass(MOMENT);
        gateway.desk.last().again(new Outcome.Again(Duration.ZERO, true));
        world.pass(Duration.ofSeconds(10));
        world.done(gateway.jobs().close());
        gateway.node.kill();
        var next = lone();
        assertThat(next.desk.tasks).isEmpty();
        assertThat(next.desk.givenUp).hasSize(1);
    }

    @Test
    void a_job_that_this_version_cannot_read_is_left_alone_and_keeps_nobody_from_the_others() {
        var gateway = shared();
        world.texts.put("odd", "{\"v\":9}");
        gateway.submit("one");
        var other = shared();
        gateway.node.kill();
        world.pass(World.LEASE);
        assertThat(other.desk.ids()).containsExactly("one");
        assertThat(world.texts).containsKey("odd");
    }

    @Test
    void a_job_of_a_kind_that_nobody_serves_here_waits_for_one_who_does() {
        var node = world.new Node(true, 4, new Tally()).start();
        world.pass(MOMENT);
        world.done(node.jobs.submit(new Order("one", Kind.BATCH, "acme", "ci", "")));
        var other = shared();
        world.pass(LOOK);
        assertThat(other.desk.ids()).containsExactly("one");
    }

    @Test
    void a_project_sees_its_own_jobs_alone() {
        var one = shared();
        var other = shared();
        one.submit("one");
        assertThat(one.jobs().isLive("acme", "one")).isTrue();
        assertThat(one.jobs().isLive("other", "one")).isFalse();
        assertThat(world.done(other.jobs().isThere("acme", "one"))).isTrue();
        assertThat(world.done(other.jobs().isThere("other", "one"))).isFalse();
        assertThat(world.done(other.jobs().isThere("acme", "two"))).isFalse();
    }

    @Test
    void figures_say_what_jobs_do() {
        var gateway = lone();
        IntStream.range(0, 6).forEach(i -> gateway.submit("job" + i));
        gateway.desk.tasks.getFirst().again(new Outcome.Again(Duration.ofHours(1), false));
        world.pass(Duration.ofSeconds(10));
        assertThat(gateway.jobs().figures().all())
                .filteredOn(figure -> figure.count() > 0)
                .extracting(JobFigures.Figure::kind, JobFigures.Figure::state, JobFigures.Figure::count)
                .containsExactly(
                        tuple(Kind.DEFERRED, JobFigures.State.RUNNING, 4),
                        tuple(Kind.DEFERRED, JobFigures.State.WAITING, 1),
                        tuple(Kind.DEFERRED, JobFigures.State.PAUSED, 1));
        assertThat(gateway.jobs().figures().all())
                .filteredOn(figure -> figure.state() == JobFigures.State.WAITING && figure.count() > 0)
                .singleElement()
                .satisfies(figure -> assertThat(figure.oldest()).isGreaterThan(Duration.ofSeconds(10)));
    }
}
