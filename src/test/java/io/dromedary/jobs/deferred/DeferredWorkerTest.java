package io.dromedary.jobs.deferred;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Headers;
import io.dromedary.call.InnerCalls.Told;
import io.dromedary.jobs.Attempt;
import io.dromedary.jobs.Job;
import io.dromedary.jobs.Kind;
import io.dromedary.jobs.Outcome;
import io.dromedary.testing.JsonTree;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DeferredWorkerTest {
    private static final String WORK = "{\"model\":\"m\u00fc\"}";

    private final Stage stage = new Stage();
    private final DeferredCompletions completions = stage.completions;
    private final DeferredWorker worker = new DeferredWorker(completions, stage.calling(), stage::later, stage::now);
    private String id = "";

    @BeforeEach
    void promise() throws Exception {
        id = now(completions.promise("acme", "ci", WORK.getBytes(UTF_8)));
    }

    private static <T> T now(CompletionStage<T> asked) throws Exception {
        return asked.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static final class OneTry implements Attempt {
        private final Job job;
        private Consumer<Stop> told = why -> {};

        OneTry(Job job) {
            this.job = job;
        }

        @Override
        public Job job() {
            return job;
        }

        @Override
        public CompletionStage<Boolean> save(String work) {
            throw new AssertionError("there is nothing to save");
        }

        @Override
        public void whenStopped(Consumer<Stop> told) {
            this.told = told;
        }

        void stop(Stop why) {
            told.accept(why);
        }
    }

    private Job job(int attempts) {
        return new Job(
                id,
                Kind.DEFERRED,
                "acme",
                "ci",
                WORK,
                stage.now(),
                stage.now(),
                attempts,
                new Job.Claim("r", "t"),
                false);
    }

    private CompletableFuture<Outcome> begin(OneTry attempt) {
        return worker.work(attempt).toCompletableFuture();
    }

    private Stage.Begun call() {
        assertThat(stage.calls).hasSize(1);
        return stage.calls.getFirst();
    }

    private static Told told(int status, String body) {
        return new Told(
                status,
                new Headers()
                        .set("content-type", "application/json")
                        .set("x-dromedary-backend", "one")
                        .set("x-ratelimit-remaining-requests", "7")
                        .set("x-dromedary-attempts", "1"),
                body.getBytes(UTF_8));
    }

    private Result result() throws Exception {
        var found = now(completions.look("acme", id));
        assertThat(found).isInstanceOf(Found.Seen.class);
        return ((Found.Seen) found).result();
    }

    @Test
    void it_asks_as_the_caller_would_have_and_puts_the_answer() throws Exception {
        var outcome = begin(new OneTry(job(1)));
        var ask = call().ask;
        assertThat(ask.requestId()).isEqualTo(id);
        assertThat(ask.endpoint()).isEqualTo("/v1/chat/completions");
        assertThat(ask.body()).asString(UTF_8).isEqualTo(WORK);
        assertThat(ask.project()).isEqualTo("acme");
        assertThat(ask.key()).isEqualTo("ci");
        assertThat(outcome).isNotDone();

        call().told.accept(told(200, "{\"id\":\"chatcmpl-1\"}"));
        assertThat(now(outcome)).isEqualTo(Outcome.DONE);
        assertThat(result().status()).isEqualTo(200);
        assertThat(result().body()).asString(UTF_8).isEqualTo("{\"id\":\"chatcmpl-1\"}");
        assertThat(result().contentType()).isEqualTo("application/json");
        assertThat(result().headers()).containsOnlyKeys("x-dromedary-backend", "x-dromedary-attempts");
    }

    @Test
    void what_has_ended_already_is_not_asked_for_again() throws Exception {
        now(completions.end(id, Result.of(told(200, "{}"))));
        assertThat(now(begin(new OneTry(job(2))))).isEqualTo(Outcome.DONE);
        ((Found.Handed) now(completions.fetch("acme", id))).handover().ended(true);
        assertThat(now(begin(new OneTry(job(2))))).isEqualTo(Outcome.DONE);
        assertThat(stage.calls).isEmpty();
    }

    @Test
    void a_failure_is_tried_again_and_then_the_result() throws Exception {
        var first = begin(new OneTry(job(1)));
        call().told.accept(told(502, "{\"error\":{}}"));
        assertThat(now(first))
                .isInstanceOfSatisfying(
                        Outcome.Again.class,
                        again -> assertThat(again.counted()).isTrue());
        assertThat(now(completions.look("acme", id))).isEqualTo(Found.LATER);

        stage.calls.clear();
        var second = begin(new OneTry(job(2)));
        call().told.accept(told(502, "{\"error\":{\"code\":\"backend_failed\"}}"));
        assertThat(now(second)).isEqualTo(Outcome.DONE);
        assertThat(result().status()).isEqualTo(502);
    }

    @Test
    void one_that_is_lost_leaves_and_puts_nothing() throws Exception {
        var attempt = new OneTry(job(1));
        var outcome = begin(attempt);
        attempt.stop(Attempt.Stop.LOST);
        assertThat(call().left).isTrue();

        call().told.accept(told(200, "{}"));
        assertThat(now(outcome)).isInstanceOf(Outcome.Again.class);
        assertThat(now(completions.look("acme", id))).isEqualTo(Found.LATER);
    }

    @Test
    void a_gateway_that_drains_lets_it_end() throws Exception {
        var attempt = new OneTry(job(1));
        var outcome = begin(attempt);
        attempt.stop(Attempt.Stop.DRAINING);
        assertThat(call().left).isFalse();

        call().told.accept(told(200, "{}"));
        assertThat(now(outcome)).isEqualTo(Outcome.DONE);
        assertThat(result().status()).isEqualTo(200);
    }

    @Test
    void a_call_that_was_left_for_another_reason_does_not_count() throws Exception {
        var outcome = begin(new OneTry(job(1)));
        call().told.accept(new Told(0, new Headers(), new byte[0]));
        assertThat(now(outcome))
                .isInstanceOfSatisfying(
                        Outcome.Again.class,
                        again -> assertThat(again.counted()).isFalse());
    }

    @Test
    void a_result_is_put_when_the_store_is_back_and_not_asked_for_again() throws Exception {
        var outcome = begin(new OneTry(job(1)));
        stage.failing = 5;
        call().told.accept(told(200, "{\"id\":\"kept\"}"));
        assertThat(outcome).isNotDone();
        stage.pass(Duration.ofMinutes(1));

        assertThat(now(outcome)).isEqualTo(Outcome.DONE);
        assertThat(result().body()).asString(UTF_8).isEqualTo("{\"id\":\"kept\"}");
        assertThat(stage.calls).hasSize(1);
    }

    @Test
    void who_loses_the_job_while_the_store_is_away_puts_nothing_later() throws Exception {
        var attempt = new OneTry(job(1));
        var outcome = begin(attempt);
        stage.failing = 2;
        call().told.accept(told(200, "{}"));
        attempt.stop(Attempt.Stop.LOST);
        stage.pass(Duration.ofMinutes(1));

        assertThat(now(outcome)).isInstanceOf(Outcome.Again.class);
    }

    @Test
    void giving_up_is_an_error_that_its_caller_gets() throws Exception {
        now(worker.giveUp(job(2)));

        assertThat(result().status()).isEqualTo(500);
        assertThat(JsonTree.at(new String(result().body(), UTF_8), "error.code"))
                .isEqualTo("deferred_completion_failed");
        assertThat(JsonTree.at(new String(result().body(), UTF_8), "error.type"))
                .isEqualTo("server_error");
    }
}
