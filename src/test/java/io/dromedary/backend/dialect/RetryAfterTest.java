package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2025-08-14T02:18:40Z");

    private static @Nullable Duration read(Map<String, String> headers) {
        return RetryAfter.read(headers::get, InstantSource.fixed(NOW));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "2,2000", "0.5,500", " 7 ,7000", "99999999999,86400000"})
    void seconds(String header, long millis) {
        assertThat(read(Map.of("retry-after", header))).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void milliseconds_are_finer_and_come_first() {
        assertThat(read(Map.of("retry-after", "2", "retry-after-ms", "1250"))).isEqualTo(Duration.ofMillis(1250));
    }

    @Test
    void a_date_is_taken_from_the_providers_own_clock() {
        var headers = Map.of("retry-after", "Thu, 14 Aug 2025 02:18:50 GMT", "date", "Thu, 14 Aug 2025 02:18:43 GMT");

        assertThat(read(headers)).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void without_its_clock_the_date_is_taken_from_ours() {
        assertThat(read(Map.of("retry-after", "Thu, 14 Aug 2025 02:18:50 GMT"))).isEqualTo(Duration.ofSeconds(10));
        assertThat(read(Map.of("retry-after", "Thu, 14 Aug 2025 02:18:30 GMT"))).isEqualTo(Duration.ZERO);
        assertThat(read(Map.of("retry-after", "Fri, 14 Aug 2105 02:18:50 GMT"))).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void without_one_the_limit_that_has_nothing_left_tells() {
        var headers = Map.of(
                "x-ratelimit-remaining-requests", "3",
                "x-ratelimit-reset-requests", "6m0s",
                "x-ratelimit-remaining-tokens", "0",
                "x-ratelimit-reset-tokens", "120ms");

        assertThat(read(headers)).isEqualTo(Duration.ofMillis(120));
    }

    @ParameterizedTest
    @CsvSource({"-1", "soon", "1e9", "''", "'2, 3'"})
    void anything_else_is_none(String header) {
        assertThat(read(Map.of("retry-after", header))).isNull();
    }

    @ParameterizedTest
    @CsvSource({"6m0s,360000", "120ms,120", "1h2m3.5s,3723500", "34s,34000", "2d,86400000"})
    void durations_as_go_writes_them(String text, long millis) {
        assertThat(RetryAfter.goDuration(text)).isEqualTo(Duration.ofMillis(millis));
        assertThat(RetryAfter.goDuration(text + "?")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "x-ratelimit-remaining-requests,x-ratelimit-reset-requests,2s,2000",
        "x-ratelimit-remaining-tokens,x-ratelimit-reset-tokens,1m0.5s,60500",
        "x-ratelimit-remaining-tokens-minute,x-ratelimit-reset-tokens-minute,11.5,11500",
        "x-ratelimit-remaining,x-ratelimit-reset,4,4000",
        "x-ratelimit-remaining,x-ratelimit-reset,1755137925,5000",
        "x-ratelimit-remaining,x-ratelimit-reset,1755137925000,5000",
        "x-ratelimit-remaining,x-ratelimit-reset,1755137900,0",
        "x-tokenlimit-remaining,x-tokenlimit-reset,3,3000",
        "ratelimitbysize-remaining,ratelimitbysize-reset,38,38000",
        "ratelimit-remaining,ratelimit-reset,9,9000",
        "anthropic-ratelimit-output-tokens-remaining,anthropic-ratelimit-output-tokens-reset,2025-08-14T02:18:46Z,6000"
    })
    void each_provider_spells_its_limits_in_its_own_way(String remaining, String reset, String value, long millis) {
        assertThat(read(Map.of(remaining, "0", reset, value))).isEqualTo(Duration.ofMillis(millis));
        assertThat(read(Map.of(remaining, "1", reset, value))).isNull();
        assertThat(read(Map.of(remaining, "0"))).isNull();
        assertThat(read(Map.of(remaining, "0", reset, "soon"))).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=10, remaining=0, reset=5 | 5000",
                "\"default\";r=0;t=7 | 7000",
                "limit=10, remaining=3, reset=5 |",
                "\"burst\";q=100 |"
            })
    void the_header_of_the_drafts_tells_both_at_once(String header, @Nullable Long millis) {
        assertThat(read(Map.of("ratelimit", header))).isEqualTo(millis == null ? null : Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Rate limit reached. Please try again in 7.66s. Visit us | 7660",
                "Please try again in 1m26.4s. | 86400",
                "retry after 20ms | 20",
                "Try again later |"
            })
    void some_say_it_in_words(String message, @Nullable Long millis) {
        assertThat(RetryAfter.inWords(message)).isEqualTo(millis == null ? null : Duration.ofMillis(millis));
    }
}
