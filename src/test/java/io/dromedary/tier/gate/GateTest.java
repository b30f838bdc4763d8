package io.dromedary.tier.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.config.Lane;
import io.dromedary.config.TierSettings.LaneSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class GateTest {
    private static final Executor AT_ONCE = Runnable::run;

    private final Agenda agenda = new Agenda();
    private final Gate gate = new Gate("alpha", agenda::now, agenda);

    private void configure(int concurrency, int queue, double keepFree) {
        var plain = new LaneSettings(queue, Duration.ofSeconds(10), 0);
        gate.configure(
                concurrency,
                Map.of(
                        Lane.PRIORITY, plain,
                        Lane.DEFAULT, plain,
                        Lane.OVER_LIMIT, plain,
                        Lane.FLEX, new LaneSettings(queue, Duration.ofSeconds(10), keepFree)));
    }

    private Visitor enter(Lane lane) {
        return enter(lane, "p");
    }

    private Visitor enter(Lane lane, String project) {
        return new Visitor(lane, AT_ONCE).enter(gate, project, gate.deadline(lane));
    }

    private int limit() {
        return gate.crowd().limit();
    }

    private static void overload(Visitor visitor) {
        visitor.ticket().leave(Ticket.Outcome.OVERLOADED);
        visitor.leave();
    }

    @Test
    void a_free_slot_is_given_at_once_and_a_full_gate_has_one_wait() {
        configure(1, 10, 0);
        var first = enter(Lane.DEFAULT);
        var second = enter(Lane.DEFAULT);
        assertThat(first.isIn()).isTrue();
        assertThat(second.isIn()).isFalse();
        first.leave();
        first.leave();
        assertThat(second.isIn()).isTrue();
        assertThat(gate.crowd().inFlight()).isEqualTo(1);
    }

    @Test
    void a_higher_lane_goes_first() {
        configure(1, 10, 0);
        var held = enter(Lane.PRIORITY);
        var waiting = List.of(enter(Lane.FLEX), enter(Lane.OVER_LIMIT), enter(Lane.DEFAULT), enter(Lane.PRIORITY));
        for (var next : waiting.reversed()) {
            held.leave();
            assertThat(next.isIn()).as(next.lane.word()).isTrue();
            assertThat(gate.crowd().inFlight()).isEqualTo(1);
            held = next;
        }
    }

    @Test
    void projects_take_turns_and_within_one_the_first_comes_first() {
        configure(1, 10, 0);
        var held = enter(Lane.DEFAULT);
        var order = new ArrayList<Visitor>();
        var a1 = enter(Lane.DEFAULT, "a");
        var a2 = enter(Lane.DEFAULT, "a");
        var a3 = enter(Lane.DEFAULT, "a");
        var b1 = enter(Lane.DEFAULT, "b");
        var b2 = enter(Lane.DEFAULT, "b");
        var all = List.of(a1, a2, a3, b1, b2);
        for (var i = 0; i < all.size(); i++) {
            held.leave();
            held = all.stream()
                    .filter(one -> one.isIn() && !order.contains(one))
                    .findFirst()
                    .orElseThrow();
            order.add(held);
        }
        assertThat(order).containsExactly(a1, b1, a2, b2, a3);
    }

    @Test
    void who_will_not_wait_overtakes_nobody() {
        configure(2, 10, 0);
        var first = enter(Lane.DEFAULT);
        enter(Lane.DEFAULT);
        var waiting = enter(Lane.DEFAULT);
        assertThat(new Visitor(Lane.DEFAULT, AT_ONCE).tryEnter(gate).isIn()).isFalse();
        first.leave();
        assertThat(waiting.isIn()).isTrue();
        assertThat(new Visitor(Lane.DEFAULT, AT_ONCE).tryEnter(gate).isIn()).isFalse();
        waiting.leave();
        assertThat(new Visitor(Lane.DEFAULT, AT_ONCE).tryEnter(gate).isIn()).isTrue();
    }

    @Test
    void a_full_queue_refuses_at_once() {
        configure(1, 1, 0);
        enter(Lane.DEFAULT);
        enter(Lane.DEFAULT);
        assertThat(enter(Lane.DEFAULT).refused).isEqualTo(Refused.QUEUE_FULL);
        assertThat(gate.crowd().of(Lane.DEFAULT).queued()).isEqualTo(1);
    }

    @Test
    void who_waits_is_refused_at_its_deadline() {
        configure(1, 10, 0);
        var held = enter(Lane.DEFAULT);
        var waiting = enter(Lane.DEFAULT);
        agenda.pass(Duration.ofMillis(9_999));
        assertThat(waiting.refused).isNull();
        assertThat(gate.crowd().of(Lane.DEFAULT).oldestWaitNanos())
                .isEqualTo(Duration.ofMillis(9_999).toNanos());
        agenda.pass(Duration.ofMillis(2));
        assertThat(waiting.refused).isEqualTo(Refused.DEADLINE);
        held.leave();
        assertThat(waiting.isIn()).isFalse();
        assertThat(gate.crowd().inFlight()).isZero();
    }

    @Test
    void an_earlier_deadline_is_kept_though_the_alarm_was_set_for_a_later_one() {
        configure(1, 10, 0);
        enter(Lane.DEFAULT);
        var late = enter(Lane.DEFAULT);
        var soon = new Visitor(Lane.DEFAULT, AT_ONCE)
                .enter(gate, "p", agenda.now() + Duration.ofSeconds(1).toNanos());
        agenda.pass(Duration.ofMillis(1_001));
        assertThat(soon.refused).isEqualTo(Refused.DEADLINE);
        agenda.pass(Duration.ofMillis(9_000));
        assertThat(late.refused).isEqualTo(Refused.DEADLINE);
    }

    @Test
    void who_leaves_the_queue_is_told_nothing_more() {
        configure(1, 10, 0);
        var held = enter(Lane.DEFAULT);
        var gone = enter(Lane.DEFAULT);
        var next = enter(Lane.DEFAULT);
        gone.leave();
        assertThat(gate.crowd().of(Lane.DEFAULT).queued()).isEqualTo(1);
        held.leave();
        assertThat(gone.answers).isZero();
        assertThat(next.isIn()).isTrue();
        agenda.pass(Duration.ofSeconds(20));
        assertThat(gone.answers).isZero();
    }

    @Test
    void a_ticket_for_a_guest_that_left_meanwhile_goes_on_to_the_next() {
        configure(1, 10, 0);
        var held = enter(Lane.DEFAULT);
        var gone = new Visitor(Lane.DEFAULT, agenda.loop(Duration.ofMillis(1)))
                .enter(gate, "p", gate.deadline(Lane.DEFAULT));
        var next = enter(Lane.DEFAULT);
        held.leave();
        // it was given the slot, and has not heard of it
        assertThat(next.isIn()).isFalse();
        gone.leave();
        assertThat(next.isIn()).isTrue();
        agenda.pass(Duration.ofMillis(2));
        assertThat(gone.answers).isZero();
    }

    @Test
    void a_ticket_comes_back_when_the_loop_of_its_guest_is_closed_or_the_guest_fails() {
        configure(1, 10, 0);
        var held = enter(Lane.DEFAULT);
        new Visitor(Lane.DEFAULT, what -> {
                    throw new RejectedExecutionException("closed");
                })
                .enter(gate, "p", gate.deadline(Lane.DEFAULT));
        held.leave();
        assertThat(gate.crowd().inFlight()).isZero();
        var other = enter(Lane.DEFAULT);
        new Visitor(Lane.DEFAULT, agenda.loop(Duration.ofMillis(1))) {
            @Override
            public void admitted(Ticket its) {
                throw new IllegalStateException("on purpose");
            }
        }.enter(gate, "p", gate.deadline(Lane.DEFAULT));
        other.leave();
        assertThat(gate.crowd().inFlight()).isEqualTo(1);
        assertThatThrownBy(() -> agenda.pass(Duration.ofMillis(2))).hasMessage("on purpose");
        assertThat(gate.crowd().inFlight()).isZero();
    }

    @Test
    void flex_keeps_its_share_free() {
        configure(10, 20, 0.25);
        var flex = new ArrayList<Visitor>();
        for (var i = 0; i < 10; i++) {
            flex.add(enter(Lane.FLEX));
        }
        assertThat(flex).filteredOn(Visitor::isIn).hasSize(7);
        assertThat(enter(Lane.DEFAULT).isIn()).isTrue();
    }

    @Test
    void a_share_that_is_exact_is_not_rounded_up_and_one_slot_is_left_to_the_lane() {
        configure(30, 40, 0.1);
        for (var i = 0; i < 30; i++) {
            enter(Lane.FLEX);
        }
        assertThat(gate.crowd().of(Lane.FLEX).inFlight()).isEqualTo(27);
        var small = new Gate("beta", agenda::now, agenda);
        small.configure(1, Map.of(Lane.FLEX, new LaneSettings(1, Duration.ofSeconds(1), 0.1)));
        assertThat(new Visitor(Lane.FLEX, AT_ONCE).tryEnter(small).isIn()).isTrue();
    }

    @Test
    void flex_leaves_room_for_what_default_used_of_late_and_gets_it_when_that_is_long_ago() {
        configure(4, 20, 0);
        var busy = List.of(enter(Lane.DEFAULT), enter(Lane.DEFAULT), enter(Lane.DEFAULT));
        busy.forEach(Visitor::leave);
        var flex = List.of(enter(Lane.FLEX), enter(Lane.FLEX), enter(Lane.FLEX), enter(Lane.FLEX));
        flex.get(0).ticket().begun();
        assertThat(flex).filteredOn(Visitor::isIn).hasSize(1);
        agenda.pass(Duration.ofMillis(9_990));
        assertThat(flex).filteredOn(Visitor::isIn).hasSize(1);
        agenda.pass(Duration.ofMillis(20));
        assertThat(flex.stream().filter(one -> one.isIn() || one.refused != null))
                .hasSize(4);
    }

    @Test
    void the_call_that_trickles_is_followed_by_a_rest() {
        configure(2, 20, 0);
        var steady = enter(Lane.DEFAULT);
        enter(Lane.DEFAULT).leave();
        var first = enter(Lane.FLEX);
        assertThat(first.isIn()).isTrue();
        first.ticket().begun();
        agenda.pass(Duration.ofMillis(100));
        // the peak is kept up
        enter(Lane.DEFAULT).leave();
        first.leave();
        var second = enter(Lane.FLEX);
        assertThat(second.isIn()).isFalse();
        agenda.pass(Duration.ofMillis(3_100));
        assertThat(second.isIn()).isFalse();
        agenda.pass(Duration.ofMillis(110));
        assertThat(second.isIn()).isTrue();
        assertThat(steady.isIn()).isTrue();
    }

    @Test
    void the_last_flex_that_has_not_begun_gives_way_to_default() {
        configure(3, 10, 0);
        var flex = List.of(enter(Lane.FLEX), enter(Lane.FLEX), enter(Lane.FLEX));
        flex.get(2).ticket().begun();
        var wanting = enter(Lane.DEFAULT);
        assertThat(flex).extracting(one -> one.preempted).containsExactly(false, true, false);
        assertThat(wanting.isIn()).as("before the other has left").isFalse();
        assertThat(flex.get(1).ticket().begun()).isFalse();
        flex.get(1).again();
        assertThat(wanting.isIn()).isTrue();
        assertThat(flex.get(1).isIn()).isFalse();
        wanting.leave();
        assertThat(flex.get(1).isIn()).as("in the room that default had").isFalse();
        flex.get(0).leave();
        assertThat(flex.get(1).isIn()).isTrue();
        assertThat(flex.get(1).preempted).isFalse();
    }

    @Test
    void who_can_wait_again_gives_way_before_who_would_be_turned_away() {
        configure(2, 10, 0);
        var patient = enter(Lane.FLEX);
        var hurried = new Visitor(Lane.FLEX, AT_ONCE)
                .enter(
                        gate,
                        "p",
                        gate.deadline(Lane.FLEX) - Duration.ofSeconds(9).toNanos());
        agenda.pass(Duration.ofSeconds(5));
        enter(Lane.DEFAULT);
        assertThat(patient.preempted).isTrue();
        assertThat(hurried.preempted).isFalse();
        enter(Lane.DEFAULT);
        assertThat(hurried.preempted).as("where nobody else is left").isTrue();
    }

    @Test
    void a_slot_that_may_have_to_be_given_up_goes_to_who_could_then_wait_on() {
        configure(1, 10, 0);
        var held = enter(Lane.FLEX);
        var expiring = enter(Lane.FLEX);
        agenda.pass(Duration.ofMillis(9_960));
        var patient = enter(Lane.FLEX);
        held.leave();
        assertThat(expiring.isIn()).isFalse();
        assertThat(patient.isIn()).isTrue();
        patient.leave();
        assertThat(expiring.isIn()).as("where nobody else waits").isTrue();
    }

    @Test
    void a_slot_that_nobody_takes_away_goes_to_who_came_first_however_late_it_is() {
        configure(1, 10, 0);
        var held = enter(Lane.DEFAULT);
        var expiring = enter(Lane.DEFAULT);
        agenda.pass(Duration.ofMillis(9_960));
        var patient = enter(Lane.DEFAULT);
        held.leave();
        assertThat(expiring.isIn()).isTrue();
        assertThat(patient.isIn()).isFalse();
    }

    @Test
    void over_limit_gives_way_after_flex_and_neither_gives_way_to_the_other() {
        configure(2, 10, 0);
        var over = enter(Lane.OVER_LIMIT);
        var flex = enter(Lane.FLEX);
        enter(Lane.OVER_LIMIT);
        assertThat(flex.preempted).isFalse();
        enter(Lane.PRIORITY);
        assertThat(flex.preempted).isTrue();
        assertThat(over.preempted).isFalse();
        enter(Lane.DEFAULT);
        assertThat(over.preempted).isTrue();
    }

    @Test
    void default_does_not_give_way_to_priority() {
        configure(1, 10, 0);
        var held = enter(Lane.DEFAULT);
        enter(Lane.PRIORITY);
        assertThat(held.preempted).isFalse();
    }

    @Test
    void no_more_give_way_than_are_wanted() {
        configure(4, 10, 0);
        var flex = List.of(enter(Lane.FLEX), enter(Lane.FLEX), enter(Lane.FLEX), enter(Lane.FLEX));
        enter(Lane.DEFAULT);
        enter(Lane.DEFAULT);
        assertThat(flex).filteredOn(one -> one.preempted).hasSize(2);
        agenda.pass(Duration.ofSeconds(1));
        assertThat(flex).filteredOn(one -> one.preempted).hasSize(2);
    }

    @Test
    void who_was_preempted_goes_first_of_its_lane_or_is_refused_when_its_time_is_up() {
        configure(1, 10, 0);
        var lost = enter(Lane.FLEX);
        var behind = enter(Lane.FLEX, "q");
        var wanting = enter(Lane.DEFAULT);
        lost.again();
        wanting.ticket().begun();
        agenda.pass(Duration.ofMillis(10));
        wanting.leave();
        assertThat(lost.isIn()).isTrue();
        assertThat(behind.isIn()).isFalse();
        var other = enter(Lane.DEFAULT);
        assertThat(lost.preempted).isTrue();
        agenda.pass(Duration.ofSeconds(10));
        lost.again();
        assertThat(lost.refused).isEqualTo(Refused.DEADLINE);
        assertThat(other.isIn() || other.refused != null).isTrue();
    }

    @Test
    void a_flex_call_that_has_not_heard_of_its_slot_loses_it_without_being_told() {
        configure(1, 10, 0);
        var held = enter(Lane.FLEX);
        held.ticket().begun();
        var unaware =
                new Visitor(Lane.FLEX, agenda.loop(Duration.ofMillis(1))).enter(gate, "p", gate.deadline(Lane.FLEX));
        held.leave();
        var wanting = enter(Lane.DEFAULT);
        assertThat(wanting.isIn()).as("at once").isTrue();
        agenda.pass(Duration.ofMillis(5));
        assertThat(unaware.answers).isZero();
        wanting.leave();
        agenda.pass(Duration.ofMillis(5));
        assertThat(unaware.isIn()).isTrue();
        assertThat(unaware.preempted).isFalse();
    }

    @Test
    void default_gets_a_flex_slot_even_where_it_may_not_queue() {
        configure(1, 0, 0);
        var flex = new Visitor(Lane.FLEX, AT_ONCE).tryEnter(gate);
        var first = enter(Lane.DEFAULT);
        assertThat(first.refused).isNull();
        assertThat(enter(Lane.DEFAULT).refused).isEqualTo(Refused.QUEUE_FULL);
        flex.leave();
        assertThat(first.isIn()).isTrue();
    }

    @Test
    void only_who_was_preempted_goes_back_to_the_queue() {
        configure(1, 10, 0);
        var flex = enter(Lane.FLEX);
        assertThatThrownBy(flex::again).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void overload_lowers_the_limit_once_for_a_burst_and_clean_seconds_at_the_limit_raise_it() {
        configure(10, 20, 0);
        var all = new ArrayList<Visitor>();
        for (var i = 0; i < 10; i++) {
            all.add(enter(Lane.DEFAULT));
        }
        agenda.pass(Duration.ofMillis(10));
        all.subList(0, 4).forEach(GateTest::overload);
        assertThat(limit()).isEqualTo(7);
        agenda.pass(Duration.ofSeconds(2));
        // let in before the limit was lowered
        overload(all.get(4));
        assertThat(limit()).isEqualTo(7);
        all.add(enter(Lane.DEFAULT));
        all.add(enter(Lane.DEFAULT));
        var waiting = enter(Lane.DEFAULT);
        assertThat(waiting.isIn()).isFalse();
        all.get(6).ticket().begun();
        agenda.pass(Duration.ofMillis(1_010));
        assertThat(limit()).isEqualTo(8);
        assertThat(waiting.isIn()).as("by the alarm alone").isTrue();
    }

    @Test
    void a_limit_that_nobody_needs_stays_low_and_so_does_that_of_a_backend_which_is_silent() {
        configure(2, 20, 0);
        overload(enter(Lane.DEFAULT));
        assertThat(limit()).isEqualTo(1);
        agenda.pass(Duration.ofSeconds(5));
        enter(Lane.DEFAULT);
        enter(Lane.DEFAULT);
        agenda.pass(Duration.ofSeconds(5));
        assertThat(limit()).isEqualTo(1);
    }

    @Test
    void without_a_limit_one_begins_at_the_first_overload_and_vanishes_when_it_has_doubled() {
        configure(0, 50, 0);
        var first = enter(Lane.DEFAULT);
        var second = enter(Lane.DEFAULT);
        assertThat(limit()).isEqualTo(Integer.MAX_VALUE);
        second.ticket().begun();
        overload(first);
        assertThat(limit()).isEqualTo(2);
        for (var i = 0; i < 5; i++) {
            enter(Lane.DEFAULT);
        }
        agenda.pass(Duration.ofMillis(1_001));
        assertThat(limit()).isEqualTo(3);
        agenda.pass(Duration.ofMillis(1_001));
        assertThat(limit()).isEqualTo(Integer.MAX_VALUE);
        assertThat(gate.crowd().queued()).isZero();
    }

    @Test
    void a_reload_takes_effect_at_once() {
        configure(1, 10, 0);
        enter(Lane.DEFAULT);
        var waiting = enter(Lane.DEFAULT);
        configure(2, 10, 0);
        assertThat(waiting.isIn()).isTrue();
        configure(1, 10, 0);
        assertThat(gate.crowd().inFlight()).as("nobody is sent away").isEqualTo(2);
        waiting.leave();
        assertThat(enter(Lane.DEFAULT).isIn()).isFalse();
    }
}
