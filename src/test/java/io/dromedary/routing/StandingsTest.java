package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.backend.BackendName;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class StandingsTest {
    private final Trial trial = new Trial();
    private final Standings standings = trial.standings;

    @Test
    void a_backend_and_a_model_have_one_standing() {
        assertThat(standings.of(new BackendName("alpha"), "m-1")).isSameAs(trial.standing);
        assertThat(standings.of(new BackendName("alpha"), "m-2")).isNotSameAs(trial.standing);
        assertThat(standings.of(new BackendName("beta"), "m-1")).isNotSameAs(trial.standing);
    }

    @Test
    void a_sick_model_leaves_its_neighbour_alone() {
        trial.open();
        assertThat(trial.admits()).isFalse();
        assertThat(standings.of(Trial.BACKEND, "m-2").admit()).isNotNull();
    }

    @Test
    void all_are_shown_by_backend_and_model() {
        standings.of(new BackendName("beta"), "m-1");
        standings.of(Trial.BACKEND, "m-0");
        assertThat(standings.all())
                .extracting(standing -> standing.backend() + "/" + standing.upstreamModel())
                .containsExactly("alpha/m-0", "alpha/m-1", "beta/m-1");
    }

    @Test
    void attempts_under_way_are_counted_over_the_models_of_a_backend() {
        var first = trial.admitted();
        var second = Objects.requireNonNull(standings.of(Trial.BACKEND, "m-2").admit());
        assertThat(standings.inFlight(Trial.BACKEND)).isEqualTo(2);
        assertThat(standings.inFlight(new BackendName("beta"))).isZero();
        first.succeeded();
        assertThat(trial.standing.inFlight()).isEqualTo(1);
        second.failed(Trial.RESET);
        assertThat(standings.inFlight(Trial.BACKEND)).isZero();
    }

    @Test
    void who_is_turned_away_is_not_counted() {
        trial.open();
        trial.standing.admit();
        assertThat(trial.standing.inFlight()).isZero();
    }

    @Test
    void a_condition_has_a_label_for_json() {
        assertThat(Condition.Kind.HALF_OPEN.label()).isEqualTo("half_open");
    }
}
