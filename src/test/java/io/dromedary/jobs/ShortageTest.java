package io.dromedary.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Headers;
import io.dromedary.call.InnerCalls.Told;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShortageTest {
    private static Told told(Headers headers) {
        return new Told(429, headers, "{}".getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "0, 0", "-3, 0", "soon, 0", "1.5, 0", "99999999999999999999, 0", "9999999999, 86400", "'', 0"})
    void when_to_come_again_is_read_and_no_more_than_a_day(String header, long seconds) {
        assertThat(Shortage.retryAfter(told(new Headers().set("retry-after", header))))
                .isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void who_is_not_told_when_may_come_at_any_time() {
        assertThat(Shortage.retryAfter(told(new Headers()))).isZero();
    }

    @Test
    void a_quota_that_is_used_up_is_told_from_a_rate() {
        var body = "{\"error\":{\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}}".getBytes(UTF_8);
        assertThat(Shortage.isOfQuota(new Told(429, new Headers(), body))).isTrue();
        assertThat(Shortage.isOfQuota(told(new Headers()))).isFalse();
    }
}
