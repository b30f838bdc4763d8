package io.dromedary.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.ServiceTier;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServedTierTest {
    private static final Capabilities WITHOUT = Capabilities.OPENAI.with(Map.of("serviceTiers", List.of()));

    /** Our tier, the caller's word, and what the backend is sent. */
    @ParameterizedTest
    @CsvSource({
        "DEFAULT, , ",
        "DEFAULT, auto, auto",
        "DEFAULT, default, default",
        "DEFAULT, scale, scale",
        "FLEX, flex, flex",
        "FLEX, , flex",
        "PRIORITY, priority, priority",
        "PRIORITY, auto, priority",
        "NO_LIMIT, no-limit, ",
        "OVER_LIMIT, auto, auto"
    })
    void a_backend_with_tiers_is_told_the_one_that_serves(
            ServiceTier serving, @Nullable String asked, @Nullable String sent) {
        assertThat(ServedTier.of(serving, asked, Capabilities.OPENAI, Map.of(), false)
                        .sent())
                .isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource({"DEFAULT, auto", "FLEX, flex", "PRIORITY, priority", "NO_LIMIT, no-limit", "OVER_LIMIT, auto"})
    void a_backend_without_tiers_is_told_nothing_and_ours_is_reported(ServiceTier serving, String asked) {
        var tier = ServedTier.of(serving, asked, WITHOUT, Map.of(), false);
        assertThat(tier.sent()).isNull();
        assertThat(tier.reported()).isEqualTo(serving.word());
        assertThat(tier.reported("standard")).isEqualTo(serving.word());
    }

    @Test
    void a_file_may_have_other_words_for_tiers_and_they_are_read_back() {
        var words =
                Map.of(ServiceTier.FLEX, "economy", ServiceTier.OVER_LIMIT, "economy", ServiceTier.PRIORITY, "gold");
        assertThat(ServedTier.of(ServiceTier.OVER_LIMIT, "auto", WITHOUT, words, false)
                        .sent())
                .isEqualTo("economy");
        var gold = ServedTier.of(ServiceTier.PRIORITY, "priority", WITHOUT, words, false);
        assertThat(gold.sent()).isEqualTo("gold");
        assertThat(gold.reported("gold")).isEqualTo("priority");
        assertThat(gold.reported("standard")).isEqualTo("default");
        assertThat(ServedTier.of(ServiceTier.FLEX, "flex", WITHOUT, words, false)
                        .reported("economy"))
                .as("the word that two tiers share")
                .isEqualTo("flex");
    }

    @Test
    void what_the_backend_says_it_served_is_reported() {
        var asked = ServedTier.of(ServiceTier.PRIORITY, "priority", Capabilities.OPENAI, Map.of(), false);
        assertThat(asked.reported()).isEqualTo("priority");
        assertThat(asked.reported("default")).isEqualTo("default");
        var unasked = ServedTier.of(ServiceTier.DEFAULT, null, Capabilities.OPENAI, Map.of(), false);
        assertThat(unasked.reported("scale")).isEqualTo("scale");
        assertThat(unasked.reported("on_demand")).isEqualTo("default");
        assertThat(unasked.reported("auto")).isEqualTo("default");
        assertThat(unasked.reported("")).isEqualTo("default");
    }

    @Test
    void our_own_tiers_are_reported_whatever_the_backend_says() {
        assertThat(ServedTier.of(ServiceTier.OVER_LIMIT, "auto", Capabilities.OPENAI, Map.of(), false)
                        .reported("default"))
                .isEqualTo("over-limit");
        assertThat(ServedTier.of(ServiceTier.NO_LIMIT, "no-limit", Capabilities.OPENAI, Map.of(), false)
                        .reported("default"))
                .isEqualTo("no-limit");
    }

    @Test
    void clients_with_closed_enums_are_told_default_for_our_own() {
        for (var serving : List.of(ServiceTier.OVER_LIMIT, ServiceTier.NO_LIMIT, ServiceTier.DEFAULT)) {
            var tier = ServedTier.of(serving, null, WITHOUT, Map.of(), true);
            assertThat(tier.reported()).isEqualTo("default");
            assertThat(tier.reported("standard")).isEqualTo("default");
        }
        assertThat(ServedTier.of(ServiceTier.FLEX, "flex", WITHOUT, Map.of(), true)
                        .reported())
                .isEqualTo("flex");
    }
}
