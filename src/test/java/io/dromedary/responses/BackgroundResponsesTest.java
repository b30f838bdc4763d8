package io.dromedary.responses;

import static io.dromedary.responses.Turns.PROJECT;
import static io.dromedary.responses.Turns.done;
import static io.dromedary.testing.Caller.chunks;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.EventSource;
import io.dromedary.api.Ids;
import io.dromedary.api.Reply;
import io.dromedary.api.json.Json;
import io.dromedary.api.responses.ResponseError;
import io.dromedary.api.responses.ResponseRequest;
import io.dromedary.api.responses.ResponseRequestReader;
import io.dromedary.config.GatewaySettings.Responses;
import io.dromedary.responses.BackgroundRun.End;
import io.dromedary.testing.StreamJudge;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that nobody waits for, made by gateways that die, stall and take over from each other. */
final class BackgroundResponsesTest {
    private static final Duration FLUSH = Duration.ofMillis(100);
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration DAY = Duration.ofHours(24);
    private static final String DONE = "data: [DONE]\n\n";

    private final ManualTimer timer = new ManualTimer();
    private final CountedShelf<Kept> responses = new CountedShelf<>(Kept.CODEC, timer.clock);
    private final CountedShelf<Segment> segments = new CountedShelf<>(Segment.CODEC, timer.clock);
    private final ClockedShelf<Outline> outlines = new ClockedShelf<>(Outline.CODEC, timer.clock);
    private final ClockedShelf<ItemBlock> blocks = new ClockedShelf<>(ItemBlock.CODEC, timer.clock);
    private final Ids ids = Ids.random(new SplittableRandom(1), InstantSource.system());
    private final Conversations conversations = new Conversations(outlines, blocks, ids, timer.clock, MONTH);
    private final CompactionSeal seal =
            done(CompactionSeal.of(new ClockedShelf<>(SealKey.CODEC, timer.clock), new SplittableRandom(2)));
    private final Gateway first = new Gateway();
    private final Gateway second = new Gateway();

    /** One of those that share the store. */
    private final class Gateway {
        private final ResponseMemory memory = new ResponseMemory(
                responses, segments, EventLog.Pace.SHARED, () -> new Responses(MONTH, DAY), this::later);
        private final Recall recall = new Recall(
                memory,
                conversations,
                new Compaction(seal, ids, timer.clock),
                (project, items, earlier) -> CompletableFuture.completedStage(items),
                ids,
                timer.clock);
        private boolean dead;

        private Runnable later(Duration wait, Runnable what) {
            return timer.after(wait, () -> {
                if (!dead) {
                    what.run();
                }
            });
        }

        /** Nothing of it happens any more. */
        void kill() {
            dead = true;
        }

        Recall.Start start() {
            return new Recall.Start(PROJECT, null, 0, false, Runnable::run);
        }

        BackgroundResponses background() {
            return recall.background();
        }

        String queue(ResponseRequest request) {
            var turn = done(recall.response(request, start()));
            var queued = done(turn.queue());
            assertThat(queued.path("status").asText()).isEqualTo("queued");
            return turn.id();
        }

        Attempt attempt(String id, ResponseRequest request) {
            return begin(
                    Objects.requireNonNull(background()
                            .attempt(PROJECT, id)
                            .toCompletableFuture()
                            .join()),
                    request);
        }

        Attempt begin(BackgroundRun run, ResponseRequest request) {
            var turn = done(recall.attempt(request, start(), run));
            var chat = new Chat();
            var reply = (Reply.Events) done(turn.answered(new Reply.Events(chat)));
            var attempt = new Attempt(run, chat, reply.source());
            reply.source().start(attempt);
            return attempt;
        }

        Reading follow(String id, int after) {
            var source = done(memory.events().follow(PROJECT, id, after, Runnable::run));
            return Reading.of(Objects.requireNonNull(source));
        }

        @Nullable
        JsonNode find(String id) {
            var found = done(memory.find(PROJECT, id));
            return found == null ? null : found.response();
        }
    }

    /** What a backend says. */
    private static final class Chat implements EventSource {
        private @Nullable Sink sink;
        private boolean paused;
        private boolean cancelled;

        @Override
        public void start(Sink to) {
            sink = to;
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        private void data(String data) {
            Objects.requireNonNull(sink).write(("data: " + data + "\n\n").getBytes(UTF_8));
        }

        void say(String text) {
            data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}]}");
        }

        void breakOff() {
            Objects.requireNonNull(sink).end();
        }

        void end() {
            data("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
            data("[DONE]");
            breakOff();
        }
    }

    private record Attempt(BackgroundRun run, Chat chat, EventSource source) implements EventSource.Sink {
        @Override
        public void write(byte[] events) {
            throw new IllegalStateException("whoever runs the call gets none");
        }

        @Override
        public void end() {
            // the run says how
        }
    }

    private static ResponseRequest request(String more) {
        return ResponseRequestReader.read(
                ("{\"model\":\"m\",\"input\":\"go\",\"background\":true,\"stream\":true" + more + "}").getBytes(UTF_8));
    }

    private static final ResponseRequest GO = request("");

    private static List<ObjectNode> events(String stream) {
        var events = new ArrayList<ObjectNode>();
        chunks(stream.replace(DONE, "")).forEach(event -> events.add((ObjectNode) event));
        return events;
    }

    private static JsonNode judged(Reading reading) {
        assertThat(reading.ended()).as(reading.text()).isTrue();
        assertThat(reading.text()).endsWith(DONE);
        return StreamJudge.judgeBackground(events(reading.text()));
    }

    private static String text(JsonNode response) {
        var text = new StringBuilder();
        response.path("output")
                .forEach(item -> text.append(item.at("/content/0/text").asText()));
        return text.toString();
    }

    private static String status(@Nullable JsonNode response) {
        return Objects.requireNonNull(response).path("status").asText();
    }

    @Test
    void a_response_waits_and_is_made_and_whoever_follows_sees_all_of_it() {
        var id = first.queue(GO);
        assertThat(status(second.find(id))).isEqualTo("queued");
        var here = first.follow(id, -1);
        var elsewhere = second.follow(id, 0);
        assertThat(here.text()).contains("response.created", "response.queued").doesNotContain("in_progress\"}");
        timer.advance(Duration.ofHours(30));

        var attempt = first.attempt(id, GO);
        assertThat(status(second.find(id))).isEqualTo("in_progress");
        attempt.chat.say("Hel");
        timer.advance(FLUSH);
        assertThat(here.text()).contains("Hel");
        attempt.chat.say("lo");
        attempt.chat.end();
        timer.advance(Duration.ofSeconds(1));

        assertThat(attempt.run.end()).isInstanceOf(End.Ended.class);
        var response = judged(here);
        assertThat(text(response)).isEqualTo("Hello");
        assertThat(response).isEqualTo(first.find(id)).isEqualTo(second.find(id));
        assertThat(response.path("completed_at").asLong()).isPositive();
        assertThat(elsewhere.text()).isEqualTo(here.text().substring(here.text().indexOf("event: response.queued")));
        assertThat(second.follow(id, -1).text()).isEqualTo(here.text());
        assertThat(done(second.background().attempt(PROJECT, id)))
                .as("there is nothing left to do")
                .isNull();
        assertThat(timer.waiting()).isZero();
    }

    @Test
    void no_follower_sees_what_is_not_on_its_shelf() {
        var id = first.queue(GO);
        var attempt = first.attempt(id, GO);
        var here = first.follow(id, -1);
        var before = here.text();
        attempt.chat.say("secret");
        assertThat(here.text()).isEqualTo(before);
        segments.holding = true;
        timer.advance(FLUSH);
        assertThat(here.text()).isEqualTo(before);
        segments.release();
        assertThat(here.text()).contains("secret");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void a_gateway_dies_and_the_next_one_goes_on_with_a_story_that_is_one(int death) {
        var id = first.queue(GO);
        var far = second.follow(id, -1);
        if (death > 0) {
            var attempt = first.attempt(id, GO);
            for (var word = 1; word < death; word++) {
                attempt.chat.say("word" + word + " ");
                if (word % 2 == 1) {
                    timer.advance(FLUSH);
                }
            }
        }
        first.kill();
        timer.advance(Duration.ofSeconds(30));
        var seen = far.text();
        assertThat(far.ended()).isFalse();

        var next = second.attempt(id, GO);
        next.chat.say("all of it");
        next.chat.end();
        timer.advance(Duration.ofSeconds(1));
        assertThat(far.text()).startsWith(seen);
        var response = judged(far);
        assertThat(text(response)).isEqualTo("all of it");
        assertThat(response.path("output")).hasSize(1);
        assertThat(response).isEqualTo(second.find(id));
        var all = events(far.text());
        for (var after = -1; after < all.size(); after++) {
            assertThat(events(second.follow(id, after).text())).isEqualTo(all.subList(after + 1, all.size()));
        }
    }

    @Test
    void a_gateway_that_was_given_up_writes_nothing_when_it_goes_on() {
        var id = first.queue(GO);
        var stalled = first.attempt(id, GO);
        stalled.chat.say("old");
        timer.advance(FLUSH);
        var next = second.attempt(id, GO);
        next.chat.say("new");
        stalled.chat.say(" and stale");
        timer.advance(FLUSH);
        stalled.chat.say(" and staler");
        stalled.chat.end();
        assertThat(stalled.run.end()).isInstanceOf(End.Interrupted.class);
        assertThat(stalled.chat.cancelled).isTrue();
        next.chat.end();
        var story = second.follow(id, -1);
        var response = judged(story);
        assertThat(text(response)).isEqualTo("new");
        assertThat(story.text()).contains("old").doesNotContain("stale");
    }

    @Test
    void what_has_ended_is_ended_once_whoever_comes_second() {
        var id = first.queue(GO);
        var stalled = first.attempt(id, GO);
        stalled.chat.say("first");
        segments.holding = true;
        stalled.chat.end();
        segments.holding = false;
        // its last events are under way when another begins
        var next = second.attempt(id, GO);
        segments.release();
        next.chat.say("second");
        next.chat.end();
        var response = judged(first.follow(id, -1));
        assertThat(text(response)).isEqualTo("second");
        assertThat(stalled.run.end()).isInstanceOf(End.Interrupted.class);
        assertThat(response).isEqualTo(first.find(id));
    }

    @Test
    void one_that_waits_is_cancelled() {
        var id = first.queue(GO);
        var far = second.follow(id, -1);
        var cancelled = done(first.background().cancel(PROJECT, id));
        assertThat(status(Objects.requireNonNull(cancelled).response())).isEqualTo("cancelled");
        timer.advance(Duration.ofSeconds(1));
        var response = judged(far);
        assertThat(response.path("status").asText()).isEqualTo("cancelled");
        assertThat(response.path("output")).isEmpty();
        assertThat(far.text()).contains("event: response.incomplete");
        assertThat(done(second.background().attempt(PROJECT, id))).isNull();
    }

    @Test
    void one_that_is_made_elsewhere_is_cancelled_with_what_there_is_of_it() {
        var id = first.queue(GO);
        var attempt = first.attempt(id, GO);
        var near = first.follow(id, -1);
        attempt.chat.say("half of");
        timer.advance(FLUSH);
        var cancelled = Objects.requireNonNull(done(second.background().cancel(PROJECT, id)));
        attempt.chat.say(" it");
        timer.advance(Duration.ofSeconds(1));
        assertThat(text(judged(near))).isEqualTo("half of");
        assertThat(near.text()).contains("\"status\":\"incomplete\"");
        assertThat(attempt.chat.cancelled).isTrue();
        assertThat(attempt.run.end()).isInstanceOf(End.Interrupted.class);
        assertThat(done(first.background().attempt(PROJECT, id))).isNull();
        assertThat(first.find(id)).isEqualTo(cancelled.response());
        var again = Objects.requireNonNull(done(first.background().cancel(PROJECT, id)));
        assertThat(again.response()).as("once more it is the same").isEqualTo(cancelled.response());
        assertThat(near.text()).isEqualTo(first.follow(id, -1).text());
    }

    @Test
    void an_attempt_that_begins_when_it_is_cancelled_tells_nothing() {
        for (var dead : List.of(true, false)) {
            var id = first.queue(GO);
            if (dead) {
                first.attempt(id, GO).chat.say("half");
                timer.advance(FLUSH);
            }
            var run = Objects.requireNonNull(done(second.background().attempt(PROJECT, id)));
            var cancelled = Objects.requireNonNull(done(first.background().cancel(PROJECT, id)));
            var story = second.follow(id, -1).text();
            var late = second.begin(run, GO);
            timer.advance(Duration.ofSeconds(1));
            assertThat(late.chat.sink).as("no backend is listened to").isNull();
            assertThat(run.end()).isInstanceOf(End.Interrupted.class);
            assertThat(second.find(id)).isEqualTo(cancelled.response());
            assertThat(second.follow(id, -1).text()).isEqualTo(story);
            judged(second.follow(id, -1));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_attempt_that_begins_while_it_is_cancelled_opens_nothing_behind_the_end(boolean cancelledFirst) {
        var id = first.queue(GO);
        first.attempt(id, GO).chat.say("half");
        timer.advance(FLUSH);
        var run = Objects.requireNonNull(done(second.background().attempt(PROJECT, id)));
        responses.holding = true;
        // each takes its number, and the record says so of neither yet
        var early = cancelledFirst ? first.background().cancel(PROJECT, id) : null;
        var late = second.begin(run, GO);
        var cancelled = early == null ? first.background().cancel(PROJECT, id) : early;
        responses.release();
        assertThat(status(Objects.requireNonNull(done(cancelled)).response())).isEqualTo("cancelled");
        if (late.chat.sink != null) {
            late.chat.say("late");
        }
        timer.advance(Duration.ofSeconds(1));
        var story = second.follow(id, -1);
        assertThat(judged(story).path("status").asText()).isEqualTo("cancelled");
        assertThat(story.text()).doesNotContain("late");
        assertThat(late.run.end()).isInstanceOf(End.Interrupted.class);
    }

    @Test
    void what_an_attempt_has_told_while_it_was_cancelled_is_closed_and_in_the_output() {
        var id = first.queue(GO);
        first.attempt(id, GO).chat.say("half");
        timer.advance(FLUSH);
        responses.holding = true;
        var cancelled = first.background().cancel(PROJECT, id).toCompletableFuture();
        responses.holding = false;
        // it has taken its number, and the record does not say so yet
        var late = second.attempt(id, GO);
        late.chat.say("late");
        timer.advance(FLUSH);
        responses.release();
        assertThat(text(Objects.requireNonNull(done(cancelled)).response())).isEqualTo("late");
        late.chat.say(" and later");
        timer.advance(Duration.ofSeconds(1));
        var story = second.follow(id, -1);
        assertThat(judged(story).path("status").asText()).isEqualTo("cancelled");
        assertThat(story.text()).doesNotContain("and later");
        assertThat(late.run.end()).isInstanceOf(End.Interrupted.class);
    }

    @Test
    void what_was_superseded_is_not_in_what_is_cancelled() {
        var id = first.queue(GO);
        first.attempt(id, GO).chat.say("superseded");
        timer.advance(FLUSH);
        first.kill();
        second.attempt(id, GO).chat.say("current");
        timer.advance(FLUSH);
        var cancelled = Objects.requireNonNull(done(second.background().cancel(PROJECT, id)));
        assertThat(text(cancelled.response())).isEqualTo("current");
        judged(second.follow(id, -1));
    }

    @Test
    void one_that_has_ended_stays_as_it_is_when_it_is_cancelled() {
        var id = first.queue(GO);
        var attempt = first.attempt(id, GO);
        attempt.chat.say("done");
        attempt.chat.end();
        var found = first.find(id);
        assertThat(Objects.requireNonNull(done(second.background().cancel(PROJECT, id)))
                        .response())
                .isEqualTo(found);
        assertThat(done(second.background().cancel("other", id))).isNull();
        assertThat(done(second.background().cancel(PROJECT, Turns.id()))).isNull();
        assertThat(first.find(id)).isEqualTo(found);
        judged(second.follow(id, -1));
    }

    @Test
    void one_that_is_given_up_has_failed_and_says_why() {
        var id = first.queue(GO);
        first.attempt(id, GO).chat.say("half");
        timer.advance(FLUSH);
        first.kill();
        var error = ResponseError.ofServer("twice");
        var failed = Objects.requireNonNull(done(second.background().fail(PROJECT, id, error)));
        assertThat(failed.response().path("error")).isEqualTo(Json.object("""
                        {"code":"server_error","message":"twice"}""".getBytes(UTF_8)));
        var response = judged(second.follow(id, -1));
        assertThat(response.path("status").asText()).isEqualTo("failed");
        assertThat(text(response)).isEqualTo("half");
    }

    @Test
    void a_follower_writes_the_end_that_whoever_was_to_write_it_did_not_live_to_write() {
        var id = first.queue(GO);
        var attempt = first.attempt(id, GO);
        attempt.chat.say("whole");
        timer.advance(FLUSH);
        // the record has ended, and nothing more came
        var far = second.follow(id, -1);
        var held = Objects.requireNonNull(done(responses.get(id)));
        var running = Objects.requireNonNull(held.value().response());
        var ended = running.response().deepCopy();
        ended.put("status", "completed");
        var kept = Kept.of(new StoredResponse(id, PROJECT, Lineage.NONE, null, running.input(), ended));
        assertThat(done(responses.replace(id, held, kept, MONTH))).isTrue();
        first.kill();
        timer.advance(Duration.ofSeconds(12));
        assertThat(far.ended()).isTrue();
        assertThat(far.text()).contains("event: response.completed").endsWith(DONE);
        assertThat(second.follow(id, -1).text()).isEqualTo(far.text());
    }

    @Test
    void one_that_is_deleted_while_it_is_made_is_gone_with_all_that_was_told_of_it() {
        var id = first.queue(GO);
        var attempt = first.attempt(id, GO);
        attempt.chat.say("gone");
        timer.advance(FLUSH);
        var far = second.follow(id, -1);
        assertThat(done(second.memory.take(PROJECT, id))).isNotNull();
        assertThat(second.find(id)).isNull();
        attempt.chat.say(" and more");
        timer.advance(FLUSH);
        attempt.chat.end();
        assertThat(done(first.background().attempt(PROJECT, id))).isNull();
        assertThat(first.find(id)).isNull();
        timer.advance(Duration.ofSeconds(10));
        assertThat(far.ended()).isTrue();
        assertThat(far.text()).contains("stream_lost");
        timer.advance(Segments.READER);
        assertThat(segments.size()).isZero();
    }

    @Test
    void a_conversation_has_it_once_also_where_its_gateway_died_between() {
        var object = done(conversations.create(PROJECT, Json.MAPPER.createObjectNode(), List.of()));
        var conversation = object.path("id").asText();
        var asked = request(",\"conversation\":\"" + conversation + "\"");
        var id = first.queue(asked);
        outlines.beforeReplacing = () -> {
            throw new io.dromedary.store.StoreException("died", new IllegalStateException());
        };
        var attempt = first.attempt(id, asked);
        attempt.chat.say("said");
        attempt.chat.end();
        assertThat(attempt.run.end()).isInstanceOf(End.Interrupted.class);
        assertThat(status(first.find(id))).isEqualTo("completed");
        for (var again = 0; again < 3; again++) {
            assertThat(done(second.background().attempt(PROJECT, id))).isNull();
            assertThat(done(conversations.items(PROJECT, conversation))).hasSize(2);
        }
        judged(second.follow(id, -1));
    }

    @Test
    void an_answer_that_breaks_off_is_for_the_next_attempt() {
        var id = first.queue(GO);
        var attempt = first.attempt(id, GO);
        attempt.chat.say("half");
        attempt.chat.breakOff();
        assertThat(attempt.run.end()).isInstanceOf(End.Broken.class);
        assertThat(status(first.find(id))).isEqualTo("in_progress");
        var next = first.attempt(id, GO);
        next.chat.say("whole");
        next.chat.end();
        var story = first.follow(id, -1);
        assertThat(text(judged(story))).isEqualTo("whole");
        assertThat(story.text()).contains("half");
    }

    @Test
    void an_error_that_is_the_callers_fault_ends_it() {
        var id = first.queue(GO);
        var attempt = first.attempt(id, GO);
        attempt.chat.data("{\"error\":{\"message\":\"no\",\"code\":\"invalid_prompt\"}}");
        attempt.chat.breakOff();
        assertThat(attempt.run.end()).isInstanceOf(End.Ended.class);
        var response = judged(first.follow(id, -1));
        assertThat(response.at("/error/code").asText()).isEqualTo("invalid_prompt");
    }

    @Test
    void a_store_that_is_away_costs_an_attempt_and_not_the_response() {
        var id = first.queue(GO);
        var attempt = first.attempt(id, GO);
        attempt.chat.say("half");
        segments.failing = true;
        timer.advance(FLUSH);
        assertThat(attempt.run.end()).isInstanceOf(End.Interrupted.class);
        assertThat(attempt.chat.cancelled).isTrue();
        segments.failing = false;
        var next = first.attempt(id, GO);
        next.chat.say("whole");
        next.chat.end();
        assertThat(text(judged(first.follow(id, -1)))).isEqualTo("whole");
    }

    @Test
    void a_backend_that_is_faster_than_the_store_has_to_wait() {
        var id = first.queue(GO);
        var attempt = first.attempt(id, GO);
        segments.holding = true;
        for (var i = 0; i < 40 && !attempt.chat.paused; i++) {
            attempt.chat.say("x".repeat(50_000));
        }
        assertThat(attempt.chat.paused).isTrue();
        segments.release();
        assertThat(attempt.chat.paused).isFalse();
        attempt.chat.end();
        judged(first.follow(id, -1));
    }

    @Test
    void what_was_queued_when_its_gateway_died_before_it_said_so_is_made_all_the_same() {
        var turn = done(first.recall.response(GO, first.start()));
        segments.failing = true;
        assertThat(turn.queue().toCompletableFuture()).isCompletedExceptionally();
        segments.failing = false;
        var attempt = second.attempt(turn.id(), GO);
        attempt.chat.say("made");
        attempt.chat.end();
        assertThat(text(judged(second.follow(turn.id(), -1)))).isEqualTo("made");
    }
}
