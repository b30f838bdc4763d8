package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.backend.BackendName;
import io.dromedary.backend.SelfReport;
import io.dromedary.config.BreakerSettings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class StandingsTest {
    private final Trial trial = new Trial();
    private final Standings standings = trial.standings;

    @Test
    void a_backend_and_a_model_have_one_standing() {
        assertThat(standings.of(new BackendName("alpha"), "m-1", BreakerSettings.DEFAULT))
                .isSameAs(trial.standing);
        assertThat(standings.of(new BackendName("alpha"), "m-2", BreakerSettings.DEFAULT))
                .isNotSameAs(trial.standing);
        assertThat(standings.of(new BackendName("beta"), "m-1", BreakerSettings.DEFAULT))
                .isNotSameAs(trial.standing);
    }

    @Test
    void a_sick_model_leaves_its_neighbour_alone() {
        trial.open();
        assertThat(trial.admits()).isFalse();
        assertThat(standings.of(Trial.BACKEND, "m-2", BreakerSettings.DEFAULT).admit())
                .isNotNull();
    }

    @Test
    void under_other_settings_a_backend_begins_anew_and_the_old_standing_is_forgotten() {
        trial.open();
        var patient = new BreakerSettings(
                Duration.ofSeconds(10),
                90,
                50,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO);
        var begun = standings.of(Trial.BACKEND, "m-1", patient);
        assertThat(begun.admit()).isNotNull();
        assertThat(standings.inFlight(Trial.BACKEND)).isOne();
        standings.keepOnly(List.of(begun));
        assertThat(standings.all()).containsExactly(begun);
    }

    @Test
    void what_a_server_says_of_itself_is_known_for_all_of_its_models() {
        assertThat(trial.standing.report()).isNull();
        var report = new SelfReport("org/model", "3.3.4", 4096, 128);
        standings.reported(Trial.BACKEND, report);
        assertThat(trial.standing.report()).isEqualTo(report);
        assertThat(standings
                        .of(new BackendName("beta"), "m-1", BreakerSettings.DEFAULT)
                        .report())
                .isNull();
    }

    @Test
    void all_are_shown_by_backend_and_model() {
        standings.of(new BackendName("beta"), "m-1", BreakerSettings.DEFAULT);
        standings.of(Trial.BACKEND, "m-0", BreakerSettings.DEFAULT);
        assertThat(standings.all())
                .extracting(standing -> standing.backend() + "/" + standing.upstreamModel())
                .containsExactly("alpha/m-0", "alpha/m-1", "beta/m-1");
    }

    @Test
    void attempts_under_way_are_counted_over_the_models_of_a_backend() {
        var first = trial.admitted();
        var second = Objects.requireNonNull(
                standings.of(Trial.BACKEND, "m-2", BreakerSettings.DEFAULT).admit());
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
