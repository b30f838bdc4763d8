package io.dromedary.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dromedary.access.Caller;
import io.dromedary.api.ModelName;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.backend.Backend;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.dialect.OpenAiDialect;
import io.dromedary.config.BackendSettings;
import io.dromedary.config.BackendSettings.ServedModel;
import io.dromedary.config.GatewaySettings;
import io.dromedary.config.Lane;
import io.dromedary.config.ModelSettings;
import io.dromedary.config.ProjectSettings;
import io.dromedary.config.ProjectSettings.Limits;
import io.dromedary.config.Settings;
import io.dromedary.config.TierSettings;
import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import io.dromedary.testing.SettableClock;
import io.dromedary.tier.Accounts;
import io.dromedary.tier.Tiers;
import io.dromedary.tier.gate.Guest;
import io.dromedary.tier.gate.Refused;
import io.dromedary.tier.gate.Ticket;
import io.dromedary.tier.gate.Visit;
import io.dromedary.tier.ledger.Entry;
import io.dromedary.tier.ledger.Ledger;
import io.dromedary.tier.ledger.TokenEstimator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LimitPagesTest {
    private static final LimitPages.Wanted ALL = new LimitPages.Wanted(null, null, null);

    private final SettableClock clock = new SettableClock();
    private final Gates gates =
            new Gates(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos(), (wait, what) -> () -> {});
    private final Map<String, BackendSettings> backends = new LinkedHashMap<>();
    private final Accounts accounts = new Accounts();
    private Map<String, ModelSettings> models = Map.of();
    private Ledger ledger = Ledger.alone("test", clock);
    private TierSettings settings = TierSettings.DEFAULT;
    private List<String> allowed = List.of();
    private boolean overLimit;
    private @Nullable Limits limits;
    private @Nullable Limits keyLimits;

    @Test
    void a_caller_sees_its_limits_and_what_is_left_and_where_it_may_wait() {
        backend("one", 64, "m");
        overLimit = true;
        limits = new Limits(600, 0, false);
        call("m");

        assertThat(json(show(ALL))).isEqualTo(json("""
                {
                  "object": "limits", "project": "acme", "key": "ci",
                  "auto": ["default", "over-limit"],
                  "entitlements": {"over_limit": true, "no_limit": false, "priority": false},
                  "report": "exact", "store": "ok",
                  "accounts": [
                    {"owner": "project", "model": "m",
                     "requests": {"limit": 600, "remaining": 599, "reset": "100ms", "reset_ms": 100}, "tokens": null}
                  ],
                  "models": [
                    {"id": "m", "concurrency": 64, "in_flight": 0, "lanes": [
                      {"lane": "default", "in_flight": 0, "queued": 0, "oldest_wait_ms": 0},
                      {"lane": "over-limit", "in_flight": 0, "queued": 0, "oldest_wait_ms": 0},
                      {"lane": "flex", "in_flight": 0, "queued": 0, "oldest_wait_ms": 0}
                    ]}
                  ],
                  "has_more": false
                }
                """));
    }

    @Test
    void the_accounts_of_project_and_key_stand_beside_each_other_and_a_shared_one_stands_once() {
        backend("one", 64, "m", "n");
        limits = new Limits(600, 1000, true);
        keyLimits = new Limits(60, 0, false);

        var page = show(ALL);
        assertThat(at(page, "/accounts/*/owner")).isEqualTo(json("[\"project\", \"key\", \"key\"]"));
        assertThat(at(page, "/accounts/*/model")).isEqualTo(json("[null, \"m\", \"n\"]"));
        assertThat(at(page, "/accounts/*/requests/limit")).isEqualTo(json("[600, 60, 60]"));
        assertThat(at(page, "/accounts/0/tokens/limit")).isEqualTo(json("1000"));
    }

    @Test
    void a_dynamic_limit_shows_its_scale_and_its_period() {
        backend("one", 64, "m");
        limits = new Limits(10, 0, false, true, Map.of());
        for (var minute = 0; minute < 15; minute++) {
            for (var i = 0; i < 9; i++) {
                call("m");
            }
            clock.advance(Duration.ofMinutes(1));
        }
        clock.advance(Duration.ofMillis(500));

        assertThat(at(show(ALL), "/accounts/0/requests")).isEqualTo(json("""
                {"limit": 12, "remaining": 10, "reset": "9.5s", "reset_ms": 9500,
                 "dynamic": {"scale": 1.2, "period_usage_percent": 0, "period_remaining_ms": 899500}}
                """));
    }

    @Test
    void a_caller_without_limits_has_no_accounts_and_nobody_is_asked_for_them() {
        backend("one", 64, "m");
        ledger = new Ledger(new Away(), "test", clock);

        var page = show(ALL);
        assertThat(at(page, "/accounts")).isEqualTo(json("[]"));
        assertThat(at(page, "/store")).isEqualTo(json("\"ok\""));
    }

    @Test
    void while_the_store_is_away_the_page_says_so_and_shows_what_is_configured() {
        backend("one", 64, "m");
        limits = new Limits(600, 1000, false);
        ledger = new Ledger(new Away(), "test", clock);

        var page = show(ALL);
        assertThat(at(page, "/store")).isEqualTo(json("\"unreachable\""));
        assertThat(at(page, "/accounts/0/requests")).isEqualTo(json("""
                {"limit": 600, "remaining": null, "reset": null, "reset_ms": null}
                """));
        assertThat(at(page, "/models/0/concurrency")).isEqualTo(json("64"));
    }

    @Test
    void a_gateway_that_counts_alone_shows_its_own_count_and_says_that_the_store_is_away() {
        backend("one", 64, "m");
        limits = new Limits(600, 0, false);
        ledger = new Ledger(new Away(), "test", clock);
        settings = new TierSettings(
                settings.lanes(), settings.auto(), settings.report(), TierSettings.OnStoreFailure.LOCAL);

        var page = show(ALL);
        assertThat(at(page, "/store")).isEqualTo(json("\"unreachable\""));
        assertThat(at(page, "/accounts/0/requests/remaining")).isEqualTo(json("600"));
    }

    @Test
    void queues_are_added_up_over_the_backends_that_serve_a_model() {
        backend("one", 1, "m");
        backend("two", 2, "m", "n");
        enter("one", Lane.DEFAULT);
        enter("one", Lane.DEFAULT);
        enter("one", Lane.FLEX);
        clock.advance(Duration.ofMillis(250));
        enter("two", Lane.DEFAULT);
        enter("two", Lane.PRIORITY);
        enter("two", Lane.DEFAULT);

        var page = show(ALL);
        assertThat(at(page, "/models/0")).isEqualTo(json("""
                {"id": "m", "concurrency": 3, "in_flight": 3, "lanes": [
                  {"lane": "default", "in_flight": 2, "queued": 2, "oldest_wait_ms": 250},
                  {"lane": "flex", "in_flight": 0, "queued": 1, "oldest_wait_ms": 250}
                ]}
                """));
        assertThat(at(page, "/models/1/in_flight")).isEqualTo(json("2"));
        assertThat(at(page, "/models/1/lanes/0/queued")).isEqualTo(json("1"));
    }

    @Test
    void there_is_no_number_for_a_concurrency_that_has_no_limit() {
        backend("one", 0, "m");
        backend("two", 2, "m");

        assertThat(at(show(ALL), "/models/0/concurrency")).isEqualTo(json("null"));
    }

    @Test
    void a_caller_sees_only_the_models_that_it_may_use() {
        backend("one", 64, "mine", "other");
        allowed = List.of("mine");
        limits = new Limits(600, 0, false);

        var page = show(ALL);
        assertThat(at(page, "/models/*/id")).isEqualTo(json("[\"mine\"]"));
        assertThat(at(page, "/accounts/*/model")).isEqualTo(json("[\"mine\"]"));
        assertThat(page).doesNotContain("other");
    }

    @Test
    void one_model_is_shown_by_an_alias_too_and_under_its_own_name() {
        backend("one", 64, "m", "n");
        limits = new Limits(600, 0, false);
        models = Map.of("n", new ModelSettings(List.of(), List.of("small"), ModelSettings.Resume.CONTINUE, 5, false));

        var page = show(new LimitPages.Wanted("small", null, null));
        assertThat(at(page, "/models/*/id")).isEqualTo(json("[\"n\"]"));
        assertThat(at(page, "/accounts/*/model")).isEqualTo(json("[\"n\"]"));
    }

    @Test
    void a_model_that_is_not_there_for_this_caller_is_a_404() {
        backend("one", 64, "mine", "other");
        allowed = List.of("mine");
        for (var name : List.of("other", "nowhere", "")) {
            assertThatThrownBy(() -> show(new LimitPages.Wanted(name, null, null)))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.refusal().status()).isEqualTo(404));
        }
    }

    @Test
    void many_models_come_page_by_page_and_a_page_costs_no_more_looks_than_it_shows() {
        var names = IntStream.range(0, 150).mapToObj(i -> "m" + i).toArray(String[]::new);
        backend("one", 64, names);
        limits = new Limits(600, 0, false);
        var looks = new Away();
        ledger = new Ledger(looks, "test", clock);

        var first = show(ALL);
        assertThat(at(first, "/models")).hasSize(LimitPages.MOST_MODELS);
        assertThat(at(first, "/has_more")).isEqualTo(json("true"));
        assertThat(looks.count).hasValue(LimitPages.MOST_MODELS);

        var second = show(new LimitPages.Wanted(null, "m99", null));
        assertThat(at(second, "/models")).hasSize(50);
        assertThat(at(second, "/models/0/id")).isEqualTo(json("\"m100\""));
        assertThat(at(second, "/has_more")).isEqualTo(json("false"));

        assertThat(at(show(new LimitPages.Wanted(null, "m9", "2")), "/models/*/id"))
                .isEqualTo(json("[\"m10\", \"m11\"]"));
    }

    @Test
    void a_page_size_that_is_none_is_a_400_that_names_the_field() {
        backend("one", 64, "m");
        for (var limit : List.of("0", "101", "-1", "many", "")) {
            assertThatThrownBy(() -> show(new LimitPages.Wanted(null, null, limit)))
                    .isInstanceOfSatisfying(RefusedException.class, refused -> {
                        assertThat(refused.refusal().status()).isEqualTo(400);
                        assertThat(refused.refusal().param()).isEqualTo("limit");
                    });
        }
    }

    @Test
    void a_store_that_says_nothing_is_not_waited_for() {
        backend("one", 64, "m");
        limits = new Limits(600, 0, false);
        ledger = new Ledger(new Away(new CompletableFuture<>()), "test", clock);

        var page = page(ALL, Duration.ofMillis(1));
        assertThat(page).succeedsWithin(Duration.ofSeconds(20));
        assertThat(at(new String(page.join(), UTF_8), "/store")).isEqualTo(json("\"unreachable\""));
    }

    private String show(LimitPages.Wanted wanted) {
        var page = page(wanted, Duration.ofHours(1));
        assertThat(page).isCompleted();
        return new String(page.join(), UTF_8);
    }

    private CompletableFuture<byte[]> page(LimitPages.Wanted wanted, Duration patience) {
        return new LimitPages(tiers(), patience)
                .show(catalogue(), settings, accounts, caller(), wanted)
                .toCompletableFuture();
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    /** @param path a pointer; {@code *} in it stands for each element of an array */
    private static JsonNode at(String page, String path) {
        var star = path.indexOf("/*");
        if (star < 0) {
            return json(page).at(path);
        }
        var each = JsonNodeFactory.instance.arrayNode();
        json(page).at(path.substring(0, star)).forEach(element -> each.add(element.at(path.substring(star + 2))));
        return each;
    }

    private Catalogue catalogue() {
        var all = new Settings(GatewaySettings.DEFAULT, settings, backends, models, Map.of(), "", List.of());
        return Catalogue.of(all, LimitPagesTest::made, new Standings(clock, () -> 0, new SplittableRandom(7)), gates);
    }

    private Tiers tiers() {
        return new Tiers(ledger, new TokenEstimator(TokenEstimator.Start.DEFAULT));
    }

    private Caller caller() {
        var key = new ProjectSettings.Key("ci", "", keyLimits);
        return new Caller(new ProjectSettings("acme", List.of(key), allowed, overLimit, false, false, limits), "ci");
    }

    /** One that is answered. */
    private void call(String model) {
        var chat = ChatRequests.of("{}");
        var serving = tiers().serving(settings, accounts, caller(), chat, new ModelName(model), Runnable::run);
        assertThat(serving.descend()).isCompletedWithValue(true);
        assertThat(serving.tier()).isEqualTo(ServiceTier.DEFAULT);
        serving.abandoned(0, 0);
    }

    private void enter(String backend, Lane lane) {
        var gate = gates.of(new BackendName(backend));
        var entry = gate.enter(new Visit(lane, "p", gate.deadline(lane), new Silent()));
        assertThat(entry).isNotInstanceOf(Refused.class);
    }

    private void backend(String name, int concurrency, String... served) {
        var models = new LinkedHashMap<String, ServedModel>();
        for (var model : served) {
            models.put(model, new ServedModel(model, 1, 1, Map.of()));
        }
        backends.put(
                name,
                new BackendSettings(
                        name,
                        "openai",
                        null,
                        null,
                        null,
                        BackendSettings.Timeouts.DEFAULT,
                        concurrency,
                        models,
                        Map.of(),
                        Map.of(),
                        Map.of()));
        gates.configure(new Settings(GatewaySettings.DEFAULT, settings, backends, Map.of(), Map.of(), "", List.of()));
    }

    private static Backend made(BackendSettings settings) {
        return new Backend(
                new BackendName(settings.name()),
                settings,
                new OpenAiDialect(prefix -> prefix + "1", InstantSource.fixed(Instant.EPOCH)),
                Capabilities.OPENAI,
                (body, span, listener) -> {
                    throw new AssertionError("a page sends nothing");
                });
    }

    private record Silent() implements Guest {
        @Override
        public Executor loop() {
            return what -> {};
        }

        @Override
        public void admitted(Ticket ticket) {}

        @Override
        public void refused(Refused why) {}

        @Override
        public void preempted(Ticket ticket) {}
    }

    /** A store that cannot be reached, and counts who tries. */
    private static final class Away implements Shelf<Entry> {
        final AtomicInteger count = new AtomicInteger();
        private final CompletableFuture<@Nullable Held<Entry>> answer;

        Away() {
            this(CompletableFuture.failedFuture(new IllegalStateException("it is away")));
        }

        /** One that gives this answer, whenever that comes. */
        Away(CompletableFuture<@Nullable Held<Entry>> answer) {
            this.answer = answer;
        }

        @Override
        public CompletionStage<@Nullable Held<Entry>> get(String key) {
            count.incrementAndGet();
            return answer;
        }

        @Override
        public CompletionStage<Boolean> putIfAbsent(String key, Entry value, Duration lifespan) {
            throw new AssertionError("a look writes nothing");
        }

        @Override
        public CompletionStage<Boolean> replace(String key, Held<Entry> old, Entry value, Duration lifespan) {
            throw new AssertionError("a look writes nothing");
        }

        @Override
        public CompletionStage<Boolean> remove(String key, Held<Entry> old) {
            throw new AssertionError("a look writes nothing");
        }
    }
}
