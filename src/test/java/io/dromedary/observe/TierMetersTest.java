package io.dromedary.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class TierMetersTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicLong figure = new AtomicLong();
    private List<GateState> gates = List.of();
    private final TierMeters meters = meters(false);

    private TierMeters meters(boolean projectLabels) {
        return new TierMeters(
                registry,
                new TierMeters.Sources(
                        projectLabels,
                        figure::get,
                        () -> figure.get() == 0,
                        () -> 10 * figure.get(),
                        () -> 20 * figure.get(),
                        () -> gates));
    }

    @Test
    void calls_are_counted_by_what_was_asked_what_served_and_how_they_ended() {
        meters.call(served("auto", "default", 10));
        meters.call(served("auto", "default", 20));
        meters.call(served("auto", "over-limit", 0));

        assertThat(samples("dromedary_tier_calls_total"))
                .containsExactlyInAnyOrder(
                        "dromedary_tier_calls_total{asked=\"auto\",ended=\"answered\",served=\"default\"} 2.0",
                        "dromedary_tier_calls_total{asked=\"auto\",ended=\"answered\",served=\"over-limit\"} 1.0");
        assertThat(samples("dromedary_tier_refusals")).isEmpty();
    }

    @Test
    void tokens_are_counted_by_the_tier_that_served_whatever_was_asked() {
        meters.call(served("auto", "default", 10));
        meters.call(served("default", "default", 20));

        assertThat(samples("dromedary_tier_tokens_total"))
                .containsExactly("dromedary_tier_tokens_total{tier=\"default\"} 30.0");
    }

    @Test
    void refusals_are_counted_by_tier_and_reason() {
        meters.call(refused("acme"));
        meters.call(refused("other"));

        assertThat(samples("dromedary_tier_refusals_total"))
                .containsExactly("dromedary_tier_refusals_total{reason=\"queue_full\",tier=\"flex\"} 2.0");
        assertThat(samples("dromedary_tier_calls_total"))
                .containsExactly("dromedary_tier_calls_total{asked=\"flex\",ended=\"refused\",served=\"none\"} 2.0");
    }

    @Test
    void no_metric_names_a_project_unless_that_is_wanted() {
        meters.call(served("auto", "default", 10));
        meters.call(refused("acme"));

        assertThat(registry.scrape()).doesNotContain("acme").doesNotContain("project");
    }

    @Test
    void calls_tokens_and_refusals_name_the_project_where_that_is_wanted() {
        var labelled = meters(true);
        labelled.call(served("auto", "default", 10));
        labelled.call(refused("acme"));

        assertThat(samples("dromedary_tier_calls_total"))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("project=\"acme\""));
        assertThat(samples("dromedary_tier_refusals_total"))
                .singleElement()
                .asString()
                .contains("project=\"acme\"");
        assertThat(samples("dromedary_tier_tokens_total"))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("project=\"acme\""));
    }

    @Test
    void waits_are_a_histogram_by_lane_and_end() {
        meters.waited("default", "admitted", Duration.ofMillis(30).toNanos());
        meters.waited("default", "admitted", Duration.ofMillis(70).toNanos());
        meters.waited("flex", "deadline", Duration.ofSeconds(60).toNanos());

        assertThat(samples("dromedary_gate_wait_seconds_sum"))
                .containsExactlyInAnyOrder(
                        "dromedary_gate_wait_seconds_sum{ended=\"admitted\",lane=\"default\"} 0.1",
                        "dromedary_gate_wait_seconds_sum{ended=\"deadline\",lane=\"flex\"} 60.0");
        assertThat(samples("dromedary_gate_wait_seconds_bucket"))
                .contains(
                        "dromedary_gate_wait_seconds_bucket{ended=\"admitted\",lane=\"default\",le=\"0.05\"} 1",
                        "dromedary_gate_wait_seconds_bucket{ended=\"admitted\",lane=\"default\",le=\"0.1\"} 2");
    }

    @Test
    void lanes_count_whom_they_turned_away_and_who_had_to_give_way() {
        meters.turnedAway("over-limit", "queue_full");
        meters.turnedAway("over-limit", "queue_full");
        meters.preempted("flex");

        assertThat(samples("dromedary_gate_turned_away_total"))
                .containsExactly("dromedary_gate_turned_away_total{lane=\"over-limit\",reason=\"queue_full\"} 2.0");
        assertThat(samples("dromedary_gate_preemptions_total"))
                .containsExactly("dromedary_gate_preemptions_total{lane=\"flex\"} 1.0");
    }

    @Test
    void gates_are_looked_at_when_they_are_scraped_and_forgotten_when_they_are_gone() {
        var busy = new GateState.Lane("default", 3, 2, 1.5);
        var idle = new GateState.Lane("flex", 0, 0, 0);
        gates = List.of(new GateState("tgi", 8, List.of(busy, idle)), new GateState("free", 0, List.of(idle)));
        meters.look();

        assertThat(samples("dromedary_gate_limit")).containsExactly("dromedary_gate_limit{backend=\"tgi\"} 8.0");
        assertThat(samples("dromedary_gate_in_flight"))
                .containsExactlyInAnyOrder(
                        "dromedary_gate_in_flight{backend=\"tgi\",lane=\"default\"} 3.0",
                        "dromedary_gate_in_flight{backend=\"tgi\",lane=\"flex\"} 0.0",
                        "dromedary_gate_in_flight{backend=\"free\",lane=\"flex\"} 0.0");
        assertThat(samples("dromedary_gate_queued"))
                .contains("dromedary_gate_queued{backend=\"tgi\",lane=\"default\"} 2.0");
        assertThat(samples("dromedary_gate_oldest_wait_seconds"))
                .contains("dromedary_gate_oldest_wait_seconds{backend=\"tgi\",lane=\"default\"} 1.5");

        gates = List.of();
        meters.look();
        assertThat(samples("dromedary_gate")).isEmpty();
    }

    @Test
    void what_the_ledger_says_is_asked_when_it_is_scraped() {
        assertThat(samples("dromedary_ledger_store_answers")).containsExactly("dromedary_ledger_store_answers 1.0");

        figure.set(3);

        assertThat(samples("dromedary_ledger_store_answers")).containsExactly("dromedary_ledger_store_answers 0.0");
        assertThat(samples("dromedary_ledger_settled_late_total"))
                .containsExactly("dromedary_ledger_settled_late_total 3.0");
        assertThat(samples("dromedary_estimated_prompt_tokens_total"))
                .containsExactly("dromedary_estimated_prompt_tokens_total 30.0");
        assertThat(samples("dromedary_estimate_off_tokens_total"))
                .containsExactly("dromedary_estimate_off_tokens_total 60.0");
    }

    private static TierFigures served(String asked, String served, long paid) {
        return new TierFigures(asked, served, Ended.ANSWERED, "acme", paid, null, null);
    }

    private static TierFigures refused(String project) {
        return new TierFigures("flex", "none", Ended.REFUSED, project, 0, "flex", "queue_full");
    }

    private List<String> samples(String name) {
        return registry.scrape().lines().filter(line -> line.startsWith(name)).toList();
    }
}
