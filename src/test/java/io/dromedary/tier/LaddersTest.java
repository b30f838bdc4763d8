package io.dromedary.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.ServiceTier;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.config.ProjectSettings;
import io.dromedary.config.TierSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LaddersTest {
    private static final ProjectSettings PLAIN = project(false, null);
    private static final ProjectSettings SPILLS = project(true, null);

    @Test
    void nothing_asked_is_auto() {
        assertThat(Ladders.of(null, SPILLS, TierSettings.DEFAULT))
                .containsExactly(ServiceTier.DEFAULT, ServiceTier.OVER_LIMIT)
                .isEqualTo(Ladders.of("auto", SPILLS, TierSettings.DEFAULT));
    }

    @Test
    void a_project_that_may_not_spill_passes_that_rung_over() {
        assertThat(Ladders.of("auto", PLAIN, TierSettings.DEFAULT)).containsExactly(ServiceTier.DEFAULT);
    }

    @Test
    void a_project_may_have_a_ladder_of_its_own() {
        var own = List.of(ServiceTier.DEFAULT, ServiceTier.FLEX);
        assertThat(Ladders.of("auto", project(false, own), TierSettings.DEFAULT))
                .isEqualTo(own);
    }

    @ParameterizedTest
    @CsvSource({"default, DEFAULT", "flex, FLEX", "no-limit, NO_LIMIT", "priority, PRIORITY"})
    void a_tier_that_is_asked_for_is_the_only_one(String asked, ServiceTier tier) {
        assertThat(Ladders.of(asked, SPILLS, TierSettings.DEFAULT)).containsExactly(tier);
    }

    @Test
    void a_providers_own_word_is_served_as_default() {
        assertThat(Ladders.of("scale", SPILLS, TierSettings.DEFAULT)).containsExactly(ServiceTier.DEFAULT);
    }

    @Test
    void who_only_looks_is_shown_that_auto_stands_for_nothing() {
        assertThat(Ladders.auto(project(false, List.of(ServiceTier.OVER_LIMIT)), TierSettings.DEFAULT))
                .isEmpty();
    }

    @Test
    void a_ladder_of_which_the_project_may_use_nothing_is_a_400_that_says_what_to_ask_for() {
        var project = project(false, List.of(ServiceTier.OVER_LIMIT));
        assertThatThrownBy(() -> Ladders.of("auto", project, TierSettings.DEFAULT))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal())
                                .isInstanceOfSatisfying(Refusal.BadRequest.class, refusal -> {
                                    assertThat(refusal.status()).isEqualTo(400);
                                    assertThat(refusal.param()).isEqualTo("service_tier");
                                    assertThat(refusal.message())
                                            .contains("acme")
                                            .contains("default");
                                }));
        assertThat(Ladders.of("default", project, TierSettings.DEFAULT)).containsExactly(ServiceTier.DEFAULT);
    }

    private static ProjectSettings project(boolean overLimit, @Nullable List<ServiceTier> auto) {
        return new ProjectSettings("acme", List.of(), List.of(), overLimit, false, false, null, auto, null);
    }
}
