package io.dromedary.fronts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.EventSource;
import io.dromedary.api.Reply;
import io.dromedary.api.completions.CompletionFront;
import io.dromedary.api.error.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A request of the completions API as it runs as a chat call: the front with the fewest words. */
final class FrontTurnTest {
    private static final String CHUNK = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
    private static final String TOLD =
            "data: {\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"model\":\"m\",\"choices\":["
                    + "{\"text\":\"a\",\"index\":0,\"logprobs\":null,\"finish_reason\":null}]}\n\n";

    private final FrontTurn turn = new FrontTurn(CompletionFront.read(
            "{\"model\":\"m\",\"prompt\":\"Hi\",\"stream\":true}".getBytes(UTF_8), prefix -> prefix + "1"));
    private final Upstream upstream = new Upstream();
    private final List<String> seen = new ArrayList<>();

    /** The chat call's events, pushed by hand. */
    private static final class Upstream implements EventSource {
        private final List<String> asked = new ArrayList<>();
        private @Nullable Sink sink;

        @Override
        public void start(Sink to) {
            sink = to;
        }

        private void write(String events) {
            if (sink != null) {
                sink.write(events.getBytes(UTF_8));
            }
        }

        private void end() {
            if (sink != null) {
                sink.end();
            }
        }

        @Override
        public void pause() {
            asked.add("pause");
        }

        @Override
        public void resume() {
            asked.add("resume");
        }

        @Override
        public void cancel() {
            asked.add("cancel");
        }
    }

    private EventSource answered() {
        var reply =
                turn.answered(new Reply.Events(upstream)).toCompletableFuture().join();
        return follow(((Reply.Events) reply).source());
    }

    private EventSource follow(EventSource source) {
        source.start(new EventSource.Sink() {
            @Override
            public void write(byte[] events) {
                seen.add(new String(events, UTF_8));
            }

            @Override
            public void end() {
                seen.add("end");
            }
        });
        return source;
    }

    @Test
    void a_stream_of_chat_is_told_as_the_callers_api_has_it_up_to_its_end() {
        answered();
        upstream.write(CHUNK.substring(0, 20));
        upstream.write(CHUNK.substring(20));
        upstream.write("data: {\"choices\":[{\"index\":0,\"delta\":{}}]}\n\n");
        upstream.write("data: [DONE]\n\n");
        upstream.end();

        assertThat(seen).containsExactly(TOLD, "data: [DONE]\n\n", "end");
    }

    @Test
    void a_stream_that_breaks_off_ends_without_its_last_event() {
        answered();
        upstream.write(CHUNK);
        upstream.end();
        upstream.end();

        assertThat(seen).containsExactly(TOLD, "end");
    }

    @Test
    void a_caller_who_leaves_is_told_nothing_more_and_the_chat_call_hears_of_it() {
        var source = answered();
        source.pause();
        source.resume();
        source.cancel();
        upstream.write(CHUNK);
        upstream.end();

        assertThat(upstream.asked).containsExactly("pause", "resume", "cancel");
        assertThat(seen).isEmpty();
    }

    @Test
    void a_whole_answer_is_told_with_its_status() {
        var chat = Reply.Whole.json(
                200,
                "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}"
                        .getBytes(UTF_8));

        var reply = (Reply.Whole) turn.answered(chat).toCompletableFuture().join();

        assertThat(reply.status()).isEqualTo(200);
        assertThat(new String(reply.body(), UTF_8))
                .startsWith("{\"id\":\"cmpl-1\",\"object\":\"text_completion\"")
                .contains("\"text\":\"a\"");
    }

    @Test
    void a_refusal_is_an_answer_before_the_stream_has_begun_and_an_event_of_it_afterwards() {
        var refusal = new Refusal.BadRequest("no", "prompt", null);
        var told = Reply.Whole.json(400, "{\"error\":{}}".getBytes(UTF_8));

        assertThat(turn.refused(refusal, told, false).toCompletableFuture().join())
                .isSameAs(told);
        var begun = (Reply.Events)
                turn.refused(refusal, told, true).toCompletableFuture().join();
        follow(begun.source());
        assertThat(seen).containsExactly("data: {\"error\":{}}\n\n", "end");
    }

    @Test
    void the_chat_request_and_its_names_are_those_of_the_front() {
        assertThat(new String(turn.chat().body(), UTF_8)).contains("\"content\":\"Hi\"");
        assertThat(turn.asked("max_completion_tokens")).isEqualTo("max_tokens");
        assertThat(turn.dropped()).isEmpty();
    }
}
