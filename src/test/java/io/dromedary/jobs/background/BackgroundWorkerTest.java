package io.dromedary.jobs.background;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.api.EventSource;
import io.dromedary.api.Headers;
import io.dromedary.api.Ids;
import io.dromedary.api.Reply;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.responses.ResponseRequestReader;
import io.dromedary.call.InnerCalls;
import io.dromedary.config.GatewaySettings;
import io.dromedary.jobs.Attempt;
import io.dromedary.jobs.Job;
import io.dromedary.jobs.Kind;
import io.dromedary.jobs.Outcome;
import io.dromedary.responses.BackgroundResponses;
import io.dromedary.responses.BackgroundRun;
import io.dromedary.responses.Compaction;
import io.dromedary.responses.CompactionSeal;
import io.dromedary.responses.Conversations;
import io.dromedary.responses.Recall;
import io.dromedary.responses.ResponseMemory;
import io.dromedary.store.Store;
import io.dromedary.store.StoreSettings;
import io.dromedary.testing.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attempts at responses, over calls that a test answers. */
final class BackgroundWorkerTest {
    private static final String PROJECT = "acme";
    private static final String WORK = "{\"model\":\"m\",\"input\":\"go\",\"background\":true,\"stream\":true}";

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private final Calls calls = new Calls();
    private @Nullable Store store;
    private Recall recall;
    private ResponseMemory memory;
    private BackgroundWorker worker;

    @BeforeEach
    void open() {
        var opened = Store.open(new StoreSettings.Local(folder, false, null), InstantSource.system());
        store = opened;
        var ids = Ids.random(new SplittableRandom(1), InstantSource.system());
        memory = ResponseMemory.in(opened, false, () -> GatewaySettings.DEFAULT.responses(), (wait, what) -> () -> {});
        var conversations = new Conversations(opened, ids, clock, Duration.ofDays(30));
        var seal = CompactionSeal.of(opened, new SplittableRandom(2))
                .toCompletableFuture()
                .join();
        recall = new Recall(
                memory,
                conversations,
                new Compaction(seal, ids, clock),
                (project, items, earlier) -> CompletableFuture.completedStage(items),
                ids,
                clock);
        worker = new BackgroundWorker(calls, recall.background(), clock);
    }

    @AfterEach
    void close() {
        Objects.requireNonNull(store).close();
    }

    /** What was asked, and has not been answered. */
    private static final class Calls implements InnerCalls {
        private final List<Ask> asked = new ArrayList<>();
        private @Nullable Consumer<Told> told;
        private boolean left;

        @Override
        public Running begin(Ask ask, Consumer<Told> telling) {
            asked.add(ask);
            told = telling;
            return () -> {
                left = true;
                tell(0, new byte[0]);
            };
        }

        private void tell(int status, byte[] body) {
            Objects.requireNonNull(told).accept(new Told(status, new Headers(), body));
        }

        void refuse(Refusal refusal) {
            tell(refusal.status(), ErrorBody.bytes(refusal));
        }

        void over() {
            tell(200, new byte[0]);
        }

        BackgroundRun run() {
            return (BackgroundRun) Objects.requireNonNull(asked.getLast().errand());
        }
    }

    private static final class Trial implements Attempt {
        private final Job job;
        private final List<Consumer<Stop>> told = new ArrayList<>();
        private final List<Stop> stops = new ArrayList<>();

        Trial(Job job) {
            this.job = job;
        }

        @Override
        public Job job() {
            return job;
        }

        @Override
        public CompletionStage<Boolean> save(String work) {
            throw new IllegalStateException("there is nothing to save");
        }

        @Override
        public void whenStopped(Consumer<Stop> telling) {
            told.add(telling);
            stops.forEach(telling);
        }

        void stop(Stop why) {
            stops.add(why);
            told.forEach(each -> each.accept(why));
        }
    }

    private Recall.Start start() {
        return new Recall.Start(PROJECT, null, 0, false, Runnable::run);
    }

    private Job queued(int attempts, boolean cancelled) {
        var turn = done(recall.response(ResponseRequestReader.read(WORK.getBytes(UTF_8)), start()));
        done(turn.queue());
        return new Job(
                turn.id(),
                Kind.BACKGROUND,
                PROJECT,
                "key",
                WORK,
                clock.instant(),
                clock.instant(),
                attempts,
                new Job.Claim("run", "token"),
                cancelled);
    }

    private static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(20, java.util.concurrent.TimeUnit.SECONDS)
                .join();
    }

    private CompletableFuture<Outcome> begun(Trial attempt) {
        var outcome = worker.work(attempt).toCompletableFuture();
        await().until(() -> outcome.isDone() || !calls.asked.isEmpty());
        return outcome;
    }

    private String status(String id) {
        return Objects.requireNonNull(done(memory.find(PROJECT, id))).status();
    }

    /** The route answers as it would. */
    private void answer(String text) {
        var ask = calls.asked.getLast();
        var turn = done(recall.attempt(ResponseRequestReader.read(ask.body()), start(), calls.run()));
        var events = (Reply.Events) done(turn.answered(new Reply.Events(new Whole(text))));
        events.source().start(new EventSource.Sink() {
            @Override
            public void write(byte[] any) {
                throw new IllegalStateException("nobody reads it here");
            }

            @Override
            public void end() {
                calls.over();
            }
        });
    }

    /** A chat stream that comes at once. */
    private record Whole(String text) implements EventSource {
        @Override
        public void start(Sink sink) {
            sink.write(("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":"
                            + "\"stop\"}]}\n\ndata: [DONE]\n\n")
                    .getBytes(UTF_8));
            sink.end();
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void cancel() {}
    }

    @Test
    void the_request_is_sent_again_in_the_name_of_who_sent_it() {
        var job = queued(1, false);
        var outcome = begun(new Trial(job));
        var ask = calls.asked.getFirst();
        assertThat(ask.endpoint()).isEqualTo("/v1/responses");
        assertThat(new String(ask.body(), UTF_8)).isEqualTo(WORK);
        assertThat(List.of(ask.requestId(), ask.project(), ask.key())).containsExactly(job.id(), PROJECT, "key");
        answer("made");
        assertThat(done(outcome)).isEqualTo(Outcome.DONE);
        assertThat(status(job.id())).isEqualTo("completed");
    }

    @Test
    void a_response_that_has_ended_is_not_made_again() {
        var job = queued(1, false);
        var outcome = begun(new Trial(job));
        answer("made");
        done(outcome);
        assertThat(done(worker.work(new Trial(job)))).isEqualTo(Outcome.DONE);
        assertThat(calls.asked).hasSize(1);
    }

    @Test
    void one_that_is_not_there_any_more_is_not_made() {
        var job = queued(1, false);
        assertThat(done(memory.delete(PROJECT, job.id()))).isTrue();
        assertThat(done(worker.work(new Trial(job)))).isEqualTo(Outcome.DONE);
        assertThat(calls.asked).isEmpty();
    }

    @Test
    void a_job_that_was_cancelled_before_anybody_began_ends_as_cancelled() {
        var job = queued(1, true);
        assertThat(done(worker.work(new Trial(job)))).isEqualTo(Outcome.DONE);
        assertThat(calls.asked).isEmpty();
        assertThat(status(job.id())).isEqualTo("cancelled");
    }

    @Test
    void an_attempt_that_is_cancelled_leaves_its_call() {
        var job = queued(1, false);
        var attempt = new Trial(job);
        var outcome = begun(attempt);
        attempt.stop(Attempt.Stop.CANCELLED);
        assertThat(calls.left).isTrue();
        assertThat(done(outcome)).isEqualTo(Outcome.DONE);
        assertThat(status(job.id())).isEqualTo("cancelled");
    }

    @Test
    void an_attempt_that_is_cancelled_before_it_comes_to_ask_asks_nobody() {
        var job = queued(1, false);
        var attempt = new Trial(job);
        attempt.stop(Attempt.Stop.CANCELLED);
        assertThat(done(worker.work(attempt))).isEqualTo(Outcome.DONE);
        assertThat(calls.asked).isEmpty();
        assertThat(status(job.id())).isEqualTo("cancelled");
    }

    @Test
    void an_attempt_that_was_lost_leaves_its_call_and_writes_nothing() {
        var job = queued(1, false);
        var attempt = new Trial(job);
        var outcome = begun(attempt);
        attempt.stop(Attempt.Stop.LOST);
        done(outcome);
        assertThat(calls.left).isTrue();
        assertThat(status(job.id())).isEqualTo("queued");
    }

    @Test
    void an_attempt_may_come_to_its_end_while_the_gateway_stops() {
        var job = queued(1, false);
        var attempt = new Trial(job);
        var outcome = begun(attempt);
        attempt.stop(Attempt.Stop.DRAINING);
        assertThat(calls.left).isFalse();
        answer("made");
        assertThat(done(outcome)).isEqualTo(Outcome.DONE);
        assertThat(status(job.id())).isEqualTo("completed");
    }

    @Test
    void a_refusal_for_want_of_capacity_leaves_it_waiting() {
        var job = queued(2, false);
        var outcome = begun(new Trial(job));
        calls.refuse(new Refusal.Limited("full", "requests", "resource_unavailable", 5));
        assertThat(done(outcome))
                .isInstanceOfSatisfying(
                        Outcome.Again.class,
                        again -> assertThat(again.counted()).isFalse());
        assertThat(status(job.id())).isEqualTo("queued");
    }

    @Test
    void a_refusal_that_is_the_callers_fault_is_how_it_ends() {
        var job = queued(1, false);
        var outcome = begun(new Trial(job));
        calls.refuse(new Refusal.NotFound("not there", "previous_response_id", "previous_response_not_found"));
        assertThat(done(outcome)).isEqualTo(Outcome.DONE);
        var failed = Objects.requireNonNull(done(memory.find(PROJECT, job.id())));
        assertThat(failed.status()).isEqualTo("failed");
        assertThat(failed.response().at("/error/message").asText()).isEqualTo("not there");
    }

    @Test
    void what_fails_twice_has_failed_with_the_reason() {
        var failure = new Refusal.Internal();
        var job = queued(2, false);
        var outcome = begun(new Trial(job));
        calls.refuse(failure);
        assertThat(done(outcome)).isEqualTo(Outcome.DONE);
        assertThat(status(job.id())).isEqualTo("failed");
    }

    @Test
    void a_job_that_has_had_its_attempts_ends_as_failed() {
        var job = queued(2, false);
        done(worker.giveUp(job));
        var failed = Objects.requireNonNull(done(memory.find(PROJECT, job.id())));
        assertThat(failed.response().at("/error/code").asText()).isEqualTo("server_error");
        assertThat(done(worker.giveUp(job))).as("once more").isNotNull();
        BackgroundResponses responses = recall.background();
        assertThat(done(responses.attempt(PROJECT, job.id()))).isNull();
    }
}
