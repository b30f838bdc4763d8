package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.ModelAnswer;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the caller got, and what it must have got.
 *
 * @param broken why the answer did not end in order, or null
 * @param took from asking to the end
 */
record Told(
        int status,
        HttpHeaders headers,
        List<Line> lines,
        @Nullable String broken,
        Duration took) {
    /** @param at when it came, of {@link System#nanoTime} */
    record Line(String text, long at) {}

    String body() {
        return lines.stream().map(Line::text).collect(Collectors.joining("\n"));
    }

    private boolean isStream() {
        return headers.firstValue("content-type").orElse("").startsWith("text/event-stream");
    }

    /** When the first text came. */
    long firstTextAt() {
        return lines.stream()
                .filter(line -> line.text.contains("\"content\":\"") && !line.text.contains("\"content\":\"\""))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no text in\n" + body()))
                .at;
    }

    /** The events. */
    ToldStream stream() {
        return new ToldStream(lines.stream()
                .map(Line::text)
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList());
    }

    /** All of the answer and nothing else, ended once. */
    Told answered(ModelAnswer answer) {
        assertThat(status).as(body()).isEqualTo(200);
        assertThat(broken).isNull();
        if (!isStream()) {
            wholeIs(answer);
            return this;
        }
        stream().says(answer);
        stream().isWhole(answer);
        return this;
    }

    private void wholeIs(ModelAnswer answer) {
        var list = ToldStream.json(body()).path("choices");
        assertThat(list).as(body()).hasSize(answer.choices());
        for (var i = 0; i < answer.choices(); i++) {
            var message = list.path(i).path("message");
            assertThat(message.path("role").asText()).isEqualTo("assistant");
            assertThat(message.path("content").asText("")).as("text").isEqualTo(answer.said(i, ModelAnswer.Kind.TEXT));
            assertThat(message.path("reasoning_content").asText(""))
                    .as("reasoning")
                    .isEqualTo(answer.said(i, ModelAnswer.Kind.REASONING));
            for (var kind : List.of(ModelAnswer.Kind.CALL, ModelAnswer.Kind.ARGUMENTS)) {
                assertThat(ToldStream.delta(message, kind)).as("%s", kind).isEqualTo(answer.said(i, kind));
            }
            assertThat(list.path(i).path("finish_reason").asText()).isEqualTo(answer.finish());
        }
    }

    /** This beginning of a stream, and then one error event where the end should be. */
    Told brokeOffAfter(ModelAnswer beginning) {
        assertThat(status).as(body()).isEqualTo(200);
        assertThat(broken).isNull();
        stream().says(beginning);
        stream().isBroken();
        errorShape(stream().errors().getFirst());
        return this;
    }

    /** An error with a status of its own. */
    Told refused(int with) {
        assertThat(status).as(body()).isEqualTo(with);
        assertThat(headers.firstValue("content-type").orElse("")).startsWith("application/json");
        errorShape(ToldStream.json(body()));
        return this;
    }

    private static void errorShape(JsonNode json) {
        var error = json.path("error");
        assertThat(error.path("message").asText()).as("message in %s", json).isNotBlank();
        assertThat(error.path("type").asText()).as("type in %s", json).isNotBlank();
        assertThat(error.has("param")).as("param in %s", json).isTrue();
        assertThat(error.has("code")).as("code in %s", json).isTrue();
    }

    JsonNode error() {
        return ToldStream.json(body()).path("error");
    }

    Told by(String backend, int attempts) {
        assertThat(header("x-dromedary-backend")).as("x-dromedary-backend").endsWith("-" + backend);
        return attempts(attempts);
    }

    Told attempts(int count) {
        assertThat(header("x-dromedary-attempts")).as("x-dromedary-attempts").isEqualTo(String.valueOf(count));
        return this;
    }

    String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    Told model(String name) {
        var answers = isStream() ? stream().chunks() : List.of(ToldStream.json(body()));
        assertThat(answers.stream().map(answer -> answer.path("model").asText()).distinct())
                .as("model")
                .containsExactly(name);
        return this;
    }

    /** The usage that was told, once. */
    JsonNode usage() {
        var usages = (isStream() ? stream().chunks() : List.of(ToldStream.json(body())))
                .stream().filter(chunk -> chunk.hasNonNull("usage")).toList();
        assertThat(usages).as("reports of usage in\n%s", body()).hasSize(1);
        return usages.getFirst().path("usage");
    }

    Told counted(int completionTokens) {
        var usage = usage();
        assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(ModelAnswer.PROMPT_TOKENS);
        assertThat(usage.path("completion_tokens").asInt()).isEqualTo(completionTokens);
        assertThat(usage.path("total_tokens").asInt()).isEqualTo(ModelAnswer.PROMPT_TOKENS + completionTokens);
        return this;
    }

    Told tookBetween(int leastMillis, int mostMillis) {
        assertThat(took).as("the call's time").isBetween(Duration.ofMillis(leastMillis), Duration.ofMillis(mostMillis));
        return this;
    }

    /** What holds for every answer: one voice, and nothing of what lies behind the gateway. */
    void check() {
        assertThat(body()).doesNotContain("127.0.0.1").doesNotContain(FailoverTable.UPSTREAM_KEY);
        headers.map().forEach((name, values) -> assertThat(values).as(name).noneMatch(v -> v.contains("127.0.0.1")));
        if (isStream()) {
            stream().check();
        }
    }
}
