package io.dromedary.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.access.Caller;
import io.dromedary.api.ModelName;
import io.dromedary.config.ProjectSettings;
import io.dromedary.config.ProjectSettings.Key;
import io.dromedary.config.ProjectSettings.Limits;
import io.dromedary.config.ProjectSettings.PerMinute;
import io.dromedary.tier.ledger.Account;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AccountsTest {
    private static final ModelName SMALL = new ModelName("small");
    private static final ModelName LARGE = new ModelName("large");

    private final Accounts accounts = new Accounts();

    @Test
    void a_project_without_limits_has_none() {
        assertThat(accounts.of(caller(null, null), SMALL)).isEmpty();
        assertThat(accounts.of(caller(new Limits(0, 0, false), null), LARGE)).isEmpty();
    }

    @Test
    void limits_count_for_each_model_by_itself() {
        var caller = caller(new Limits(60, 1000, false), null);
        var small = only(accounts.of(caller, SMALL));
        var large = only(accounts.of(caller, LARGE));
        assertThat(small.key()).isNotEqualTo(large.key());
        assertThat(small.limits()).isEqualTo(new io.dromedary.tier.ledger.Limits(60, 1000, false));
        assertThat(small.name()).isEqualTo("small in project acme");
    }

    @Test
    void shared_limits_count_for_all_models_together() {
        var caller = caller(new Limits(60, 1000, true), null);
        assertThat(accounts.of(caller, SMALL)).isEqualTo(accounts.of(caller, LARGE));
    }

    @Test
    void a_key_has_limits_of_its_own_on_top_of_its_projects() {
        var both = accounts.of(caller(new Limits(60, 1000, false), new Limits(6, 0, true)), SMALL);
        assertThat(both).extracting(Account::name).containsExactly("small in project acme", "key ci of project acme");
        assertThat(both)
                .extracting(account -> account.limits().requestsPerMinute())
                .containsExactly(60L, 6L);
    }

    @Test
    void another_keys_limits_are_none_of_its() {
        var project = project(new Limits(60, 1000, false), new Limits(6, 0, false));
        assertThat(accounts.of(new Caller(project, "ci"), SMALL)).hasSize(2);
        assertThat(accounts.of(new Caller(project, "other"), SMALL)).hasSize(1);
    }

    @Test
    void a_model_may_be_free_of_limits_or_have_its_own() {
        var caller = caller(
                new Limits(60, 1000, false, true, Map.of("small", new PerMinute(0, 0), "large", new PerMinute(1, 2))),
                null);
        assertThat(accounts.of(caller, SMALL)).isEmpty();
        assertThat(only(accounts.of(caller, LARGE)).limits())
                .isEqualTo(new io.dromedary.tier.ledger.Limits(1, 2, true));
    }

    private static Account only(List<Account> accounts) {
        assertThat(accounts).hasSize(1);
        return accounts.getFirst();
    }

    private static Caller caller(@Nullable Limits limits, @Nullable Limits ofKey) {
        return new Caller(project(limits, ofKey), "ci");
    }

    private static ProjectSettings project(@Nullable Limits limits, @Nullable Limits ofKey) {
        return new ProjectSettings(
                "acme",
                List.of(new Key("ci", "00", ofKey), new Key("other", "01")),
                List.of(),
                true,
                true,
                true,
                limits);
    }
}
