package io.dromedary.jobs.deferred;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.error.Refusal;
import io.dromedary.jobs.Jobs;
import io.dromedary.jobs.Kind;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DeferredCompletionsTest {
    private static final String ACME = "acme";
    private static final Result RESULT = new Result(
            200,
            "application/json",
            Map.of("x-dromedary-backend", "one"),
            "{\"id\":\"chatcmpl-1\",\"said\":\"\u00fc\"}".getBytes(UTF_8));

    private final Stage stage = new Stage();
    private final DeferredCompletions completions = stage.completions;

    private static <T> T now(CompletionStage<T> asked) throws Exception {
        return asked.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private String promised() throws Exception {
        return now(completions.promise(ACME, "ci", "{}".getBytes(UTF_8)));
    }

    private String ended() throws Exception {
        var id = promised();
        now(completions.end(id, RESULT));
        return id;
    }

    private Found fetch(String id) throws Exception {
        return now(completions.fetch(ACME, id));
    }

    private Handover handed(String id) throws Exception {
        var found = fetch(id);
        assertThat(found).isInstanceOf(Found.Handed.class);
        return ((Found.Handed) found).handover();
    }

    @Test
    void a_promise_is_a_job_with_the_id_that_its_caller_gets() throws Exception {
        var id = now(completions.promise(ACME, "ci", "{\"model\":\"m\u00fc\"}".getBytes(UTF_8)));

        var uuid = UUID.fromString(id);
        assertThat(uuid.version()).isEqualTo(4);
        assertThat(uuid.variant()).isEqualTo(2);
        assertThat(stage.submitted)
                .containsExactly(new Jobs.Order(id, Kind.DEFERRED, ACME, "ci", "{\"model\":\"m\u00fc\"}"));
        assertThat(stage.texts).containsOnlyKeys(id);
    }

    @Test
    void a_promise_whose_job_is_not_accepted_is_taken_back() {
        stage.submitFails = true;

        assertThatThrownBy(this::promised)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(StoreException.class);
        assertThat(stage.texts).isEmpty();
    }

    @Test
    void one_that_is_waited_for_is_there_for_its_own_project_only() throws Exception {
        var id = promised();

        for (var i = 0; i < 2; i++) {
            assertThat(now(completions.fetch("other", id))).isEqualTo(Found.NOTHING);
            assertThat(now(completions.look("other", id))).isEqualTo(Found.NOTHING);
            assertThat(fetch(id)).isEqualTo(Found.LATER);
            assertThat(now(completions.look(ACME, id))).isEqualTo(Found.LATER);
        }
        now(completions.end(id, RESULT));
        assertThat(now(completions.fetch("other", id))).isEqualTo(Found.NOTHING);
        assertThat(now(completions.look("other", id))).isEqualTo(Found.NOTHING);
        assertThat(fetch(id)).isInstanceOf(Found.Handed.class);
        assertThat(now(completions.fetch("other", id))).isEqualTo(Found.NOTHING);
    }

    @Test
    void what_is_no_id_is_not_looked_for() throws Exception {
        var id = promised();
        for (var odd :
                List.of("", "x", id + "/claim", id.toUpperCase(Locale.ROOT), id.replace('-', 'a'), "é".repeat(36))) {
            assertThat(fetch(odd)).as(odd).isEqualTo(Found.NOTHING);
        }
        assertThat(stage.reads).hasValue(0);
        assertThat(fetch("00000000-0000-4000-8000-000000000000")).isEqualTo(Found.NOTHING);
        assertThat(stage.reads).hasValue(1);
    }

    @Test
    void the_store_is_asked_once_a_second_however_often_its_caller_asks() throws Exception {
        var id = promised();
        for (var i = 0; i < 1000; i++) {
            assertThat(fetch(id)).isEqualTo(Found.LATER);
        }
        assertThat(stage.reads).hasValue(1);
        stage.pass(Duration.ofSeconds(1));
        fetch(id);
        assertThat(stage.reads).hasValue(2);
    }

    @Test
    void an_end_that_this_gateway_puts_is_known_at_once_and_that_of_another_within_a_second() throws Exception {
        var mine = promised();
        var others = promised();
        assertThat(fetch(mine)).isEqualTo(Found.LATER);
        assertThat(fetch(others)).isEqualTo(Found.LATER);
        now(completions.end(mine, RESULT));
        now(stage.gateway().end(others, RESULT));

        assertThat(fetch(mine)).isInstanceOf(Found.Handed.class);
        assertThat(fetch(others)).isEqualTo(Found.LATER);
        stage.pass(Duration.ofSeconds(1));
        assertThat(fetch(others)).isInstanceOf(Found.Handed.class);
    }

    @Test
    void what_ends_while_the_store_is_asked_is_not_remembered_as_still_to_come() throws Exception {
        var id = promised();
        stage.afterReading = () -> completions.end(id, RESULT);

        assertThat(fetch(id)).isEqualTo(Found.LATER);
        assertThat(fetch(id)).isInstanceOf(Found.Handed.class);
    }

    @Test
    void it_is_handed_out_as_it_ended_and_once() throws Exception {
        var id = ended();
        var found = (Found.Handed) fetch(id);

        assertThat(found.result()).usingRecursiveComparison().isEqualTo(RESULT);
        assertThat(fetch(id)).as("while that goes on").isEqualTo(Found.LATER);
        found.handover().ended(true);
        assertThat(fetch(id)).isEqualTo(Found.NOTHING);
        assertThat(stage.texts).isEmpty();
    }

    @Test
    void one_whose_caller_left_can_be_fetched_again() throws Exception {
        var id = ended();
        var first = handed(id);
        first.ended(false);
        first.ended(true);

        handed(id).ended(true);
        assertThat(fetch(id)).isEqualTo(Found.NOTHING);
    }

    @Test
    void looking_takes_nothing_away() throws Exception {
        var id = ended();
        for (var i = 0; i < 3; i++) {
            assertThat(now(completions.look(ACME, id))).isInstanceOf(Found.Seen.class);
        }
        handed(id).ended(true);
        assertThat(now(completions.look(ACME, id))).isEqualTo(Found.NOTHING);
    }

    @Test
    void one_ends_once_and_only_while_it_is_waited_for() throws Exception {
        var id = ended();
        now(completions.end(id, Result.of(new Refusal.Internal())));
        var found = (Found.Handed) fetch(id);
        assertThat(found.result().status()).isEqualTo(200);
        found.handover().ended(true);

        now(completions.end(id, RESULT));
        assertThat(fetch(id)).as("it is gone for good").isEqualTo(Found.NOTHING);
        assertThat(now(completions.isWaitedFor(id))).isFalse();
    }

    @Test
    void where_a_gateway_dies_while_it_hands_out_the_result_can_be_fetched_a_minute_later() throws Exception {
        var id = ended();
        handed(id);
        stage.kill();
        var other = stage.gateway();

        assertThat(now(other.fetch(ACME, id))).isEqualTo(Found.LATER);
        stage.pass(Handover.CLAIM);
        assertThat(now(other.fetch(ACME, id))).isInstanceOf(Found.Handed.class);
    }

    @Test
    void a_slow_caller_keeps_it_for_as_long_as_it_takes() throws Exception {
        var id = ended();
        var slow = handed(id);
        var other = stage.gateway();
        for (var i = 0; i < 20; i++) {
            stage.pass(Duration.ofSeconds(30));
            assertThat(now(other.fetch(ACME, id))).isEqualTo(Found.LATER);
        }
        slow.ended(true);
        assertThat(now(other.fetch(ACME, id))).isEqualTo(Found.NOTHING);
        stage.pass(Duration.ofMinutes(5));
        assertThat(stage.texts).as("and nothing beats any more").isEmpty();
    }

    @Test
    void it_is_there_for_a_day_from_when_it_ended() throws Exception {
        var id = promised();
        stage.pass(Duration.ofHours(30));
        now(completions.end(id, RESULT));
        handed(id).ended(false);
        stage.pass(DeferredCompletions.KEPT.minusSeconds(1));
        assertThat(now(completions.look(ACME, id))).isInstanceOf(Found.Seen.class);
        stage.pass(Duration.ofSeconds(1));
        assertThat(fetch(id)).isEqualTo(Found.NOTHING);
    }

    @Test
    void a_store_that_fails_for_a_moment_does_not_have_it_handed_out_twice() throws Exception {
        var id = ended();
        var handover = handed(id);
        stage.failing = 1;
        handover.ended(true);

        assertThat(fetch(id)).isEqualTo(Found.LATER);
        stage.failing = 2;
        stage.pass(Duration.ofSeconds(10));
        assertThat(fetch(id)).isEqualTo(Found.NOTHING);
    }

    @Test
    void who_claims_what_another_took_meanwhile_gets_nothing_and_leaves_nothing() throws Exception {
        var id = ended();
        var other = stage.gateway();
        // another takes all of it between the look and the claim
        stage.beforeClaim = () -> {
            try {
                ((Found.Handed) now(other.fetch(ACME, id))).handover().ended(true);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };

        assertThat(fetch(id)).isEqualTo(Found.NOTHING);
        assertThat(stage.texts).isEmpty();
    }

    @Test
    void of_many_who_ask_at_once_one_gets_it() throws Exception {
        for (var round = 0; round < 50; round++) {
            var id = ended();
            var go = new CountDownLatch(1);
            List<CompletableFuture<Boolean>> all = new ArrayList<>();
            for (var i = 0; i < 8; i++) {
                var gateway = i % 2 == 0 ? completions : stage.gateway();
                all.add(CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                go.await();
                                var found = now(gateway.fetch(ACME, id));
                                if (found instanceof Found.Handed handed) {
                                    handed.handover().ended(true);
                                    return true;
                                }
                                return false;
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        Thread::startVirtualThread));
            }
            go.countDown();
            var got = 0;
            for (var one : all) {
                got += one.get(20, TimeUnit.SECONDS) ? 1 : 0;
            }
            assertThat(got).isEqualTo(1);
        }
    }
}
