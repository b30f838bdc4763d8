package io.dromedary.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JobMetersTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private List<JobFigure> figures = List.of();
    private final JobMeters meters = new JobMeters(registry, () -> figures);

    @Test
    void jobs_are_shown_by_kind_and_state_as_they_are_now() {
        figures = List.of(new JobFigure("batch", "running", 9, 1));
        meters.look();
        figures = List.of(new JobFigure("batch", "running", 2, 60), new JobFigure("deferred", "waiting", 3, 1.5));
        meters.look();

        assertThat(samples("dromedary_jobs{"))
                .containsExactlyInAnyOrder(
                        "dromedary_jobs{kind=\"batch\",state=\"running\"} 2.0",
                        "dromedary_jobs{kind=\"deferred\",state=\"waiting\"} 3.0");
        assertThat(samples("dromedary_jobs_oldest_waiting_seconds{"))
                .containsExactly("dromedary_jobs_oldest_waiting_seconds{kind=\"deferred\"} 1.5");
    }

    @Test
    void attempts_are_counted_by_kind_and_outcome() {
        meters.attempt("batch", "done");
        meters.attempt("batch", "done");
        meters.attempt("deferred", "lost");

        assertThat(samples("dromedary_job_attempts_total"))
                .containsExactlyInAnyOrder(
                        "dromedary_job_attempts_total{kind=\"batch\",outcome=\"done\"} 2.0",
                        "dromedary_job_attempts_total{kind=\"deferred\",outcome=\"lost\"} 1.0");
    }

    @Test
    void lost_leases_are_counted_from_zero_and_jobs_that_were_taken_over_by_kind() {
        assertThat(samples("dromedary_job_lease_losses_total")).containsExactly("dromedary_job_lease_losses_total 0.0");
        meters.leaseLost();
        meters.takenOver("batch");
        assertThat(samples("dromedary_job_lease_losses_total")).containsExactly("dromedary_job_lease_losses_total 1.0");
        assertThat(samples("dromedary_jobs_taken_over_total"))
                .containsExactly("dromedary_jobs_taken_over_total{kind=\"batch\"} 1.0");
    }

    private List<String> samples(String prefix) {
        return registry.scrape().lines().filter(line -> line.startsWith(prefix)).toList();
    }
}
