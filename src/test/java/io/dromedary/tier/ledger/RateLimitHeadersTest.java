package io.dromedary.tier.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RateLimitHeadersTest {
    private static final long NOW = 1_767_225_600_000L;

    @Test
    void both_kinds() {
        var limits = new Limits(600, 400_000, false);
        var left = Left.of(used(limits, 7, 13_370), limits);

        assertThat(headers(left)).isEqualTo("""
                x-ratelimit-limit-requests: 600
                x-ratelimit-remaining-requests: 593
                x-ratelimit-reset-requests: 700ms
                x-ratelimit-limit-tokens: 400000
                x-ratelimit-remaining-tokens: 386630
                x-ratelimit-reset-tokens: 2.006s
                """);
    }

    @Test
    void a_kind_without_a_limit_is_not_spoken_of() {
        var limits = new Limits(0, 1000, false);

        assertThat(headers(Left.of(used(limits, 3, 0), limits))).isEqualTo("""
                x-ratelimit-limit-tokens: 1000
                x-ratelimit-remaining-tokens: 1000
                x-ratelimit-reset-tokens: 0s
                """);
        assertThat(headers(Left.UNLIMITED)).isEmpty();
    }

    @Test
    void a_debt_is_nothing_left_and_takes_longer() {
        var limits = new Limits(0, 1000, false);

        assertThat(headers(Left.of(used(limits, 0, 6000), limits))).isEqualTo("""
                x-ratelimit-limit-tokens: 1000
                x-ratelimit-remaining-tokens: 0
                x-ratelimit-reset-tokens: 6m0s
                """);
    }

    @Test
    void dynamic_limits_tell_how_they_change() {
        var limits = new Limits(60, 400_000, true);
        var there = Allowance.full(limits, NOW);
        for (var period = 0; period < 4; period++) {
            there = there.moved(limits, new Movement(0, 0, 1_000_000, 1_000_000_000))
                    .at(limits, there.at() + Allowance.PERIOD);
        }
        there = there.at(limits, there.at() + 72_500).moved(limits, new Movement(-10, 0, 18, 248_000));

        assertThat(headers(Left.of(there, limits))).isEqualTo("""
                x-ratelimit-limit-requests: 124
                x-ratelimit-remaining-requests: 114
                x-ratelimit-reset-requests: 4.839s
                x-ratelimit-limit-tokens: 829440
                x-ratelimit-remaining-tokens: 829440
                x-ratelimit-reset-tokens: 0s
                x-ratelimit-dynamic-scale-requests: 2.07
                x-ratelimit-dynamic-period-usage-requests: 0%
                x-ratelimit-dynamic-period-remaining: 828s
                x-ratelimit-dynamic-scale-tokens: 2.07
                x-ratelimit-dynamic-period-usage-tokens: 1%
                """);
    }

    @Test
    void of_two_accounts_each_kind_is_that_with_the_least_left() {
        var project = new Limits(600, 400_000, false);
        var key = new Limits(100, 0, false);

        var left = Left.of(used(project, 590, 0), project).and(Left.of(used(key, 1, 0), key));

        assertThat(left.requests().limit()).isEqualTo(600);
        assertThat(left.requests().remaining()).isEqualTo(10);
        assertThat(left.tokens().limit()).isEqualTo(400_000);
        assertThat(left).isEqualTo(Left.UNLIMITED.and(left)).isEqualTo(left.and(Left.UNLIMITED));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "1, 1ms",
        "12, 12ms",
        "999, 999ms",
        "1000, 1s",
        "1001, 1.001s",
        "1500, 1.5s",
        "8640, 8.64s",
        "59999, 59.999s",
        "60000, 1m0s",
        "90500, 1m30.5s",
        "360000, 6m0s",
        "3600000, 1h0m0s",
        "90061001, 25h1m1.001s"
    })
    void durations_are_written_as_go_does(long millis, String written) {
        assertThat(RateLimitHeaders.duration(millis)).isEqualTo(written);
    }

    private static Allowance used(Limits limits, long requests, long tokens) {
        return Allowance.full(limits, NOW).moved(limits, new Movement(-requests, -tokens, 0, 0));
    }

    private static String headers(Left left) {
        var headers = new Headers();
        RateLimitHeaders.set(left, headers);
        var out = new StringBuilder();
        headers.forEach(
                (name, value) -> out.append(name).append(": ").append(value).append('\n'));
        return out.toString();
    }
}
