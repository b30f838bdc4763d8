package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Received;
import io.dromedary.testing.ScriptedBackend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** What one backend saw of a call, and what it must have seen. */
final class Seen {
    private final String letter;
    private final ScriptedBackend backend;

    Seen(String letter, ScriptedBackend backend) {
        this.letter = letter;
        this.backend = backend;
    }

    static JsonNode body(Received request) {
        return Objects.requireNonNull(Json.read(request.body().getBytes(StandardCharsets.UTF_8)), request.body());
    }

    static boolean wantsStream(Received request) {
        return body(request).path("stream").asBoolean();
    }

    /** What the assistant said in the last message; empty where that is another's. */
    static String lastOfAssistant(Received request) {
        var messages = body(request).path("messages");
        var last = messages.path(messages.size() - 1);
        return last.path("role").asText().equals("assistant")
                ? last.path("content").asText()
                : "";
    }

    /** Attempts, without the looks at its health. */
    List<Received> attempts() {
        return backend.received().stream()
                .filter(request -> request.path().endsWith("/chat/completions"))
                .toList();
    }

    Received attempt(int index) {
        return attempts().get(index);
    }

    Seen asked(int times) {
        assertThat(attempts()).as("attempts on %s", letter).hasSize(times);
        return this;
    }

    Seen notAsked() {
        return asked(0);
    }

    /** Its second attempt came so long after the first. */
    Seen againAfter(int leastMillis, int mostMillis) {
        assertThat(Duration.ofNanos(attempt(1).arrivedAt() - attempt(0).arrivedAt()))
                .as("pause between two attempts on %s", letter)
                .isBetween(Duration.ofMillis(leastMillis), Duration.ofMillis(mostMillis));
        return this;
    }

    /** Its first attempt came so long after the last of another. */
    Seen askedAfter(Seen other, int leastMillis, int mostMillis) {
        var last = other.attempts().getLast();
        assertThat(Duration.ofNanos(attempt(0).arrivedAt() - last.arrivedAt()))
                .as("from the last attempt on %s to the first on %s", other.letter, letter)
                .isBetween(Duration.ofMillis(leastMillis), Duration.ofMillis(mostMillis));
        return this;
    }

    /** The caller's messages, and after them exactly this of the assistant. */
    Seen prefilledWith(String text) {
        var messages = body(attempt(0)).path("messages");
        assertThat(messages).as("messages that %s saw: %s", letter, messages).hasSize(Caller.MESSAGES + 1);
        assertThat(messages.path(Caller.MESSAGES).path("role").asText()).isEqualTo("assistant");
        assertThat(messages.path(Caller.MESSAGES).path("content").asText())
                .as("the assistant's turn that %s saw", letter)
                .isEqualTo(text);
        return this;
    }

    /** The caller's messages and nothing else. */
    Seen notPrefilled() {
        assertThat(body(attempt(0)).path("messages"))
                .as("messages that %s saw", letter)
                .hasSize(Caller.MESSAGES);
        return this;
    }

    /** Its last attempt was given up before it had said everything. */
    Seen cancelled() throws InterruptedException {
        assertThat(attempts().getLast().awaitCancelled(Duration.ofSeconds(1)))
                .as("the last attempt on %s was cancelled", letter)
                .isTrue();
        return this;
    }

    /** Its last attempt was given up, and so soon after a time of {@link System#nanoTime}. */
    Seen cancelledWithin(int millis, long since) throws InterruptedException {
        cancelled();
        var at = attempts().getLast().cancelledAt().orElseThrow();
        assertThat(Duration.ofNanos(at - since))
                .as("until the last attempt on %s was cancelled", letter)
                .isLessThanOrEqualTo(Duration.ofMillis(millis));
        return this;
    }

    /** What holds for every attempt: it is the caller's request, under the backend's own name and key. */
    void check(boolean stream) {
        for (var attempt : attempts()) {
            var body = body(attempt);
            assertThat(body.path("model").asText())
                    .as("upstream model of %s", letter)
                    .isEqualTo("up-" + letter);
            assertThat(attempt.header("authorization"))
                    .as("key that %s got", letter)
                    .isEqualTo("Bearer " + FailoverTable.UPSTREAM_KEY);
            if (stream) {
                assertThat(body.path("stream").asBoolean())
                        .as("%s was asked for a stream", letter)
                        .isTrue();
            }
            if (body.path("stream").asBoolean()) {
                assertThat(body.path("stream_options").path("include_usage").asBoolean())
                        .as("%s was asked for usage", letter)
                        .isTrue();
            }
            for (var i = 0; i < Caller.MESSAGES; i++) {
                assertThat(body.path("messages").path(i)).isEqualTo(Caller.message(i));
            }
        }
    }
}
