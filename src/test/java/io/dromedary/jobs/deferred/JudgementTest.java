package io.dromedary.jobs.deferred;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Headers;
import io.dromedary.call.InnerCalls.Told;
import io.dromedary.jobs.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JudgementTest {
    private static Told told(int status, String type, String code, String... headers) {
        var set = new Headers();
        for (var i = 0; i < headers.length; i += 2) {
            set.set(headers[i], headers[i + 1]);
        }
        var body = "{\"error\":{\"message\":\"\",\"type\":\"" + type + "\",\"param\":null,\"code\":\"" + code + "\"}}";
        return new Told(status, set, body.getBytes(UTF_8));
    }

    private static Outcome judged(Told told, int attempt, Duration age) {
        return Judgement.of(told, attempt, age);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 401, 403, 404, 413, 422})
    void an_answer_and_a_fault_of_the_caller_is_the_result_at_once(int status) {
        assertThat(judged(told(status, "t", "c"), 1, Duration.ZERO)).isEqualTo(Outcome.DONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 504})
    void another_error_is_the_result_of_the_second_attempt(int status) {
        var failed = told(status, "server_error", "backend_failed", "x-dromedary-attempts", "2");

        assertThat(judged(failed, 1, Duration.ZERO)).isEqualTo(new Outcome.Again(Duration.ofSeconds(1), true));
        assertThat(judged(failed, 2, Duration.ZERO)).isEqualTo(Outcome.DONE);
    }

    @ParameterizedTest
    @CsvSource({
        "429, requests, resource_unavailable, -",
        "429, requests, rate_limit_exceeded, 2",
        "503, service_unavailable_error, no_backend, -",
        "503, service_unavailable_error, limits_unavailable, -",
        "502, server_error, backend_failed, 0",
        "504, server_error, backend_timeout, 0"
    })
    void a_lack_of_room_is_waited_for_and_costs_no_attempt(int status, String type, String code, String attempts) {
        var lacking = attempts.equals("-")
                ? told(status, type, code)
                : told(status, type, code, "x-dromedary-attempts", attempts);
        for (var attempt = 1; attempt <= 2; attempt++) {
            assertThat(judged(lacking, attempt, Duration.ofHours(23)))
                    .isEqualTo(new Outcome.Again(Duration.ofMinutes(1), false));
        }
        assertThat(judged(lacking, 1, Duration.ofHours(24)))
                .as("a day is enough")
                .isEqualTo(Outcome.DONE);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "3, 1", "8, 2", "100, 25", "10000, 60"})
    void it_pauses_the_longer_the_longer_it_waits(int age, int pause) {
        assertThat(judged(told(429, "requests", "resource_unavailable"), 1, Duration.ofSeconds(age)))
                .isEqualTo(new Outcome.Again(Duration.ofSeconds(pause), false));
    }

    @Test
    void it_pauses_as_it_is_told_and_not_past_the_end_of_its_patience() {
        var told = told(429, "tokens", "rate_limit_exceeded", "retry-after", "90");

        assertThat(judged(told, 1, Duration.ofSeconds(1))).isEqualTo(new Outcome.Again(Duration.ofSeconds(90), false));
        assertThat(judged(told, 1, Judgement.PATIENCE.minusSeconds(5)))
                .isEqualTo(new Outcome.Again(Duration.ofSeconds(5), false));
    }

    @Test
    void what_never_fits_into_the_limits_and_a_quota_that_is_used_up_are_the_result_of_the_second_attempt() {
        assertThat(judged(told(429, "tokens", "rate_limit_exceeded"), 1, Duration.ZERO))
                .isEqualTo(new Outcome.Again(Duration.ofSeconds(1), true));
        assertThat(judged(told(429, "tokens", "rate_limit_exceeded"), 2, Duration.ZERO))
                .isEqualTo(Outcome.DONE);
        assertThat(judged(told(429, "requests", "insufficient_quota"), 2, Duration.ZERO))
                .isEqualTo(Outcome.DONE);
    }

    @Test
    void an_error_that_is_no_json_is_judged_by_its_status() {
        assertThat(judged(new Told(429, new Headers(), "<html>".getBytes(UTF_8)), 1, Duration.ZERO))
                .isEqualTo(new Outcome.Again(Duration.ofSeconds(1), false));
    }
}
