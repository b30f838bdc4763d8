package io.dromedary.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.Endpoint;
import io.dromedary.api.GuardHeaders;
import io.dromedary.api.Guards;
import io.dromedary.api.ModelName;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.Reply;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.error.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CallGuardTest {
    /** A request of an endpoint other than chat. */
    private record Other(boolean stream) implements ModelRequest {
        @Override
        public Endpoint endpoint() {
            return Endpoint.TRANSCRIPTIONS;
        }

        @Override
        public ModelName model() {
            return new ModelName("m");
        }

        @Override
        public @Nullable String serviceTier() {
            return null;
        }

        @Override
        public long textBytes() {
            return 0;
        }
    }

    private static CallGuard guard(ModelRequest request, @Nullable Guards guards) {
        return new CallGuard(request, Objects.requireNonNull(guards), "acme", Runnable::run, new SplittableRandom(1));
    }

    private static CallGuard chat(String members) {
        var request = ChatRequestReader.read(
                ("{\"model\":\"m\",\"messages\":\"x a@b.de\"," + members + "}").getBytes(StandardCharsets.UTF_8));
        return guard(request, request.guards());
    }

    @Test
    void a_switch_that_is_left_is_refused_by_its_name() {
        var guard = chat("\"input\":{\"pii\":\"replace\"},\"output\":{\"toxicity\":true,\"factuality\":true}");
        guard.findPersonalData().toCompletableFuture().join();
        guard.ask(
                question -> CompletableFuture.completedStage("{\"verdict\":\"pass\"}".getBytes(StandardCharsets.UTF_8)),
                Set.of("factuality", "pii"));
        var refused = catchThrowableOfType(RefusedException.class, guard::verify);
        assertThat(refused.refusal().param()).isEqualTo("output.toxicity");
        assertThat(refused.refusal().message()).contains("must not run unguarded");
    }

    @Test
    void what_is_replaced_is_read_anew_and_keeps_its_switches_for_later() {
        var guard = chat("\"n\":2,\"input\":{\"pii\":\"replace\",\"pii_replace_method\":\"category\"}");
        guard.findPersonalData().toCompletableFuture().join();
        guard.verify();
        var request = (ChatRequest) guard.request();
        assertThat(new String(request.body(), StandardCharsets.UTF_8)).contains("x <EMAIL_ADDRESS>");
        assertThat(request.choices()).isEqualTo(2);
        assertThat(request.guards()).isNotNull();
    }

    @Test
    void a_request_without_anything_to_replace_stays_the_same_object() {
        var guard = chat("\"input\":{\"pii\":\"replace\",\"entity_list\":[\"EMAIL_ADDRESS\"]}");
        var before = guard.request();
        guard.findPersonalData().toCompletableFuture().join();
        assertThat(guard.request()).isSameAs(before);
    }

    @Test
    void a_transcript_is_guarded_by_its_headers_whole_be_it_json_or_text() {
        var headers = Map.of("pii", "replace", "replace-method", "category");
        var guard = guard(new Other(false), GuardHeaders.read(headers::get));
        guard.findPersonalData().toCompletableFuture().join();
        guard.verify();
        assertThat(said(guard, "application/json", "{\"text\":\"Write to a@b.de\"}"))
                .isEqualTo("{\"text\":\"Write to <EMAIL_ADDRESS>\"}");
        assertThat(said(guard, "text/plain; charset=utf-8", "Write to a@b.de")).isEqualTo("Write to <EMAIL_ADDRESS>");
    }

    private static String said(CallGuard guard, String type, String body) {
        var reply = guard.answered(new Reply.Whole(200, type, body.getBytes(StandardCharsets.UTF_8)), refusal -> {})
                .toCompletableFuture()
                .join();
        return new String(((Reply.Whole) reply).body(), StandardCharsets.UTF_8);
    }

    @Test
    void a_transcript_that_arrives_piece_by_piece_cannot_be_guarded() {
        var headers = Map.of("toxicity", "true");
        var refused = catchThrowableOfType(
                RefusedException.class, () -> guard(new Other(true), GuardHeaders.read(headers::get)));
        assertThat(refused.refusal().param()).isEqualTo("stream");
    }
}
