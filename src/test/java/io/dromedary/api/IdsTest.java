package io.dromedary.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class IdsTest {
    private Instant now = Instant.ofEpochMilli(0x19abcdef012L);
    private final Ids ids = Ids.random(new SplittableRandom(1), () -> now);

    @Test
    void an_id_is_its_prefix_and_128_random_bits() {
        var one = ids.next("call_");
        assertThat(one).matches("call_[0-9a-f]{32}");
        assertThat(ids.next("call_")).isNotEqualTo(one);
        assertThat(ids.next("call_").substring(0, 11)).isNotEqualTo(one.substring(0, 11));
    }

    @Test
    void a_dated_one_begins_with_when_it_was_made_and_is_as_random() {
        var one = ids.dated("resp_");
        assertThat(one).matches("resp_019abcdef012[0-9a-f]{32}");
        var other = ids.dated("resp_");
        assertThat(other).startsWith("resp_019abcdef012");
        assertThat(other.substring(17, 33)).isNotEqualTo(one.substring(17, 33));
        assertThat(other.substring(33)).isNotEqualTo(one.substring(33));
    }

    @Test
    void dated_ones_are_in_the_order_of_their_time() {
        var one = ids.dated("resp_");
        now = now.plusMillis(1);
        assertThat(ids.dated("resp_")).isGreaterThan(one);
        now = now.plusSeconds(1L << 31);
        assertThat(ids.dated("resp_")).isGreaterThan(one).hasSameSizeAs(one);
    }

    @Test
    void who_makes_ids_of_one_kind_alone_makes_dated_ones_of_it() {
        Ids fixed = prefix -> prefix + "1";
        assertThat(fixed.dated("resp_")).isEqualTo("resp_1");
    }
}
