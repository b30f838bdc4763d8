package io.dromedary.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MetersTest {
    private static final String DURATION = "gen_ai_server_request_duration_seconds";
    private static final String FIRST_TOKEN = "gen_ai_server_time_to_first_token_seconds";

    private final AtomicLong figure = new AtomicLong();
    private List<ModelCondition> conditions = List.of();
    private final Meters meters = new Meters(
            new Meters.Gauges(
                    figure::get,
                    () -> 5 * figure.get(),
                    () -> figure.get() + 1,
                    () -> figure.get() == 0,
                    () -> 2 * figure.get(),
                    () -> 0,
                    () -> 0,
                    () -> 3 * figure.get(),
                    () -> 4 * figure.get(),
                    () -> conditions,
                    new TierMeters.Sources(false, () -> 0, () -> true, () -> 0, () -> 0, List::of)),
            Set.of("gpt-4o-mini")::contains);

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void a_call_is_counted_by_endpoint_status_and_end() {
        meters.call(answered("gpt-4o-mini"));
        meters.call(answered("gpt-4o-mini"));
        meters.call(refused("gpt-4o-mini"));

        assertThat(samples("dromedary_calls_total"))
                .containsExactlyInAnyOrder(
                        "dromedary_calls_total{ended=\"answered\",endpoint=\"/v1/chat/completions\",status=\"200\"} 2.0",
                        "dromedary_calls_total{ended=\"refused\",endpoint=\"/v1/chat/completions\",status=\"404\"} 1.0");
    }

    @Test
    void the_names_and_labels_are_those_of_opentelemetry() {
        meters.call(answered("gpt-4o-mini"));

        var labels = "{error_type=\"\",gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"openai\","
                + "gen_ai_request_model=\"gpt-4o-mini\"}";
        assertThat(samples(DURATION + "_count")).containsExactly(DURATION + "_count" + labels + " 1");
        assertThat(samples(DURATION + "_sum")).containsExactly(DURATION + "_sum" + labels + " 1.5");
        assertThat(samples(FIRST_TOKEN + "_sum")).containsExactly(FIRST_TOKEN + "_sum" + labels + " 0.25");
        assertThat(samples(DURATION + "_bucket"))
                .hasSize(15)
                .anyMatch(line -> line.contains("le=\"1.28\"} 0"))
                .anyMatch(line -> line.contains("le=\"2.56\"} 1"));
        assertThat(samples("gen_ai_client_token_usage_sum"))
                .hasSize(2)
                .anyMatch(line -> line.contains("gen_ai_token_type=\"input\"") && line.endsWith(" 12.0"))
                .anyMatch(line -> line.contains("gen_ai_token_type=\"output\"") && line.endsWith(" 345.0"));
    }

    @Test
    void a_breaker_of_a_route_shows_the_state_that_it_is_in_now() {
        meters.routeBreaker("guard", () -> (int) figure.get());
        figure.set(2);

        assertThat(samples("dromedary_route_breaker_state"))
                .containsExactly("dromedary_route_breaker_state{breaker=\"guard\"} 2.0");
    }

    @Test
    void what_is_not_known_is_not_recorded() {
        meters.call(refused("gpt-4o-mini"));

        assertThat(samples(DURATION + "_count"))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("error_type=\"model_not_found\"", "gen_ai_provider_name=\"\"")
                        .endsWith(" 1"));
        assertThat(samples(FIRST_TOKEN + "_count")).allMatch(line -> line.endsWith(" 0"));
        assertThat(samples("gen_ai_client_token_usage_count")).allMatch(line -> line.endsWith(" 0"));
    }

    @Test
    void models_that_callers_make_up_share_one_label() {
        for (var i = 0; i < 1_000; i++) {
            meters.call(refused("made-up-" + i));
        }

        assertThat(samples(DURATION + "_count"))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("gen_ai_request_model=\"_other\"")
                        .endsWith(" 1000"));
    }

    @Test
    void an_error_without_a_code_is_its_status() {
        meters.call(failed(500, null));

        assertThat(samples(DURATION + "_count")).singleElement().asString().contains("error_type=\"500\"");
    }

    @Test
    void error_codes_that_providers_make_up_do_not_grow_without_end() {
        for (var i = 0; i < 1_000; i++) {
            meters.call(failed(400, "code_" + i));
        }
        meters.call(failed(400, "code_0"));

        assertThat(samples(DURATION + "_count"))
                .hasSize(Meters.MAX_ERRORS + 1)
                .anyMatch(line -> line.contains("error_type=\"_other\"") && line.endsWith(" 900"))
                .anyMatch(line -> line.contains("error_type=\"code_0\"") && line.endsWith(" 2"));
    }

    @Test
    void a_call_that_asks_for_no_model_is_only_counted() {
        meters.call(new CallFigures("/v1/models", 200, Ended.ANSWERED, null, null, null, null, 1, -1, -1, -1));

        assertThat(samples("dromedary_calls_total"))
                .singleElement()
                .satisfies(line ->
                        assertThat(line).contains("endpoint=\"/v1/models\"").endsWith(" 1.0"));
        assertThat(samples("gen_ai")).isEmpty();
    }

    @Test
    void attempts_are_counted_by_backend_model_and_outcome() {
        meters.attempt("openai", "gpt", "answered", false, -1);
        meters.attempt("openai", "gpt", "answered", true, -1);
        meters.attempt("openai", "gpt-mini", "answered", false, -1);
        meters.attempt("azure", "gpt", "timed_out", false, -1);

        assertThat(samples("dromedary_attempts_total"))
                .containsExactlyInAnyOrder(
                        "dromedary_attempts_total{backend=\"openai\",outcome=\"answered\",upstream_model=\"gpt\"} 2.0",
                        "dromedary_attempts_total{backend=\"openai\",outcome=\"answered\",upstream_model=\"gpt-mini\"} 1.0",
                        "dromedary_attempts_total{backend=\"azure\",outcome=\"timed_out\",upstream_model=\"gpt\"} 1.0");
    }

    @Test
    void hedges_are_counted_apart_and_what_outpaced_attempts_cost_is_told_in_seconds() {
        meters.attempt("slow", "m", "outpaced", false, Duration.ofMillis(1_500).toNanos());
        meters.attempt("slow", "m", "outpaced", false, Duration.ofMillis(500).toNanos());
        meters.attempt("quick", "m", "answered", true, -1);

        assertThat(samples("dromedary_hedges_total"))
                .containsExactly(
                        "dromedary_hedges_total{backend=\"quick\",outcome=\"answered\",upstream_model=\"m\"} 1.0");
        assertThat(samples("dromedary_outpaced_seconds_total"))
                .containsExactlyInAnyOrder(
                        "dromedary_outpaced_seconds_total{backend=\"slow\",upstream_model=\"m\"} 2.0",
                        "dromedary_outpaced_seconds_total{backend=\"quick\",upstream_model=\"m\"} 0.0");
    }

    @Test
    void a_model_that_is_configured_no_more_shows_no_condition() {
        conditions = List.of(
                new ModelCondition("openai", "gpt", "open", true),
                new ModelCondition("openai", "gpt", "closed", false));
        assertThat(samples("dromedary_backend_condition"))
                .containsExactlyInAnyOrder(
                        "dromedary_backend_condition{backend=\"openai\",condition=\"open\",upstream_model=\"gpt\"} 1.0",
                        "dromedary_backend_condition{backend=\"openai\",condition=\"closed\",upstream_model=\"gpt\"} 0.0");

        conditions = List.of(new ModelCondition("openai", "gpt", "closed", true));
        assertThat(samples("dromedary_backend_condition"))
                .containsExactly(
                        "dromedary_backend_condition{backend=\"openai\",condition=\"closed\",upstream_model=\"gpt\"} 1.0");
    }

    @Test
    void gauges_are_asked_at_each_scrape() {
        assertThat(samples("dromedary_open_streams")).containsExactly("dromedary_open_streams 0.0");
        assertThat(samples("dromedary_config_ok")).containsExactly("dromedary_config_ok 1.0");

        figure.set(7);

        assertThat(samples("dromedary_open_streams")).containsExactly("dromedary_open_streams 7.0");
        assertThat(samples("dromedary_calls_in_flight")).containsExactly("dromedary_calls_in_flight 8.0");
        assertThat(samples("dromedary_config_ok")).containsExactly("dromedary_config_ok 0.0");
        assertThat(samples("dromedary_hedges_in_flight")).containsExactly("dromedary_hedges_in_flight 21.0");
        assertThat(samples("dromedary_timers_pending")).containsExactly("dromedary_timers_pending 28.0");
        assertThat(samples("dromedary_access_log_dropped_total"))
                .containsExactly("dromedary_access_log_dropped_total 14.0");
    }

    @Test
    void reloads_are_there_from_the_start_and_counted_by_outcome() {
        meters.reload(true);
        meters.reload(false);
        meters.reload(false);

        assertThat(samples("dromedary_config_reloads_total"))
                .containsExactlyInAnyOrder(
                        "dromedary_config_reloads_total{outcome=\"applied\"} 1.0",
                        "dromedary_config_reloads_total{outcome=\"refused\"} 2.0");
    }

    @Test
    void the_process_is_described_too() {
        assertThat(samples("jvm_memory_used_bytes")).isNotEmpty();
        assertThat(samples("jvm_threads_live_threads")).hasSize(1);
        assertThat(samples("process_uptime_seconds")).hasSize(1);
        assertThat(samples("process_cpu_usage")).hasSize(1);
    }

    private Stream<String> lines() {
        return meters.scrape().lines().filter(line -> !line.startsWith("#"));
    }

    private List<String> samples(String name) {
        return lines().filter(line -> line.startsWith(name)).toList();
    }

    private static CallFigures answered(String model) {
        return new CallFigures(
                "/v1/chat/completions",
                200,
                Ended.ANSWERED,
                "chat",
                model,
                "openai",
                null,
                Duration.ofMillis(1_500).toNanos(),
                Duration.ofMillis(250).toNanos(),
                12,
                345);
    }

    private static CallFigures refused(String model) {
        return new CallFigures(
                "/v1/chat/completions", 404, Ended.REFUSED, "chat", model, null, "model_not_found", 1_000, -1, -1, -1);
    }

    private static CallFigures failed(int status, @Nullable String error) {
        return new CallFigures(
                "/v1/chat/completions",
                status,
                Ended.REFUSED,
                "chat",
                "gpt-4o-mini",
                "openai",
                error,
                1_000,
                -1,
                -1,
                -1);
    }
}
