package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.ModelAnswer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The events of a stream as its caller sees them.
 *
 * @param events the data of each
 */
record ToldStream(List<String> events) {
    static JsonNode json(String text) {
        return Objects.requireNonNullElse(Json.read(text.getBytes(StandardCharsets.UTF_8)), MissingNode.getInstance());
    }

    List<JsonNode> chunks() {
        return events.stream()
                .filter(event -> !event.equals("[DONE]"))
                .map(ToldStream::json)
                .filter(chunk -> !chunk.has("error"))
                .toList();
    }

    /** The errors among the events. */
    List<JsonNode> errors() {
        return events.stream()
                .map(ToldStream::json)
                .filter(event -> event.has("error"))
                .toList();
    }

    private Stream<JsonNode> choices(int index) {
        return chunks().stream()
                .flatMap(chunk -> chunk.path("choices").valueStream())
                .filter(choice -> choice.path("index").asInt() == index);
    }

    /** All that a choice of a stream said of one kind; of a call its id and name. */
    String said(int choice, ModelAnswer.Kind kind) {
        return choices(choice).map(each -> delta(each.path("delta"), kind)).collect(Collectors.joining());
    }

    static String delta(JsonNode delta, ModelAnswer.Kind kind) {
        var call = delta.path("tool_calls").path(0);
        return switch (kind) {
            case TEXT -> delta.path("content").asText("");
            case REASONING -> delta.path("reasoning_content").asText("");
            case ARGUMENTS -> call.path("function").path("arguments").asText("");
            case CALL ->
                call.hasNonNull("id")
                        ? call.path("id").asText() + " "
                                + call.path("function").path("name").asText()
                        : "";
        };
    }

    List<String> finishReasons(int choice) {
        return choices(choice)
                .filter(each -> each.hasNonNull("finish_reason"))
                .map(each -> each.path("finish_reason").asText())
                .toList();
    }

    /** Says of every choice what the answer says, and nothing else. */
    void says(ModelAnswer answer) {
        for (var i = 0; i < answer.choices(); i++) {
            for (var kind : ModelAnswer.Kind.values()) {
                assertThat(said(i, kind)).as("%s of choice %s", kind, i).isEqualTo(answer.said(i, kind));
            }
        }
    }

    /** Ends as a whole answer does. */
    void isWhole(ModelAnswer answer) {
        assertThat(errors()).as("error events").isEmpty();
        assertThat(events).as("[DONE]").containsOnlyOnce("[DONE]").endsWith("[DONE]");
        for (var i = 0; i < answer.choices(); i++) {
            assertThat(finishReasons(i)).as("finish reasons of choice %s", i).containsExactly(answer.finish());
        }
    }

    /** Ends with an error, and with nothing that could be taken for success. */
    void isBroken() {
        assertThat(events).as("[DONE]").doesNotContain("[DONE]");
        assertThat(errors()).as("error events").hasSize(1);
        assertThat(json(events.getLast()).has("error"))
                .as("an error at the end")
                .isTrue();
        for (var i = 0; i < 2; i++) {
            assertThat(finishReasons(i)).as("finish reasons of choice %s", i).isEmpty();
        }
    }

    /** What holds for every stream: only JSON, one id, one role for each choice, one end. */
    void check() {
        assertThat(chunks())
                .allSatisfy(chunk -> assertThat(chunk.isMissingNode())
                        .as("an event that is no JSON")
                        .isFalse());
        assertThat(chunks().stream().map(chunk -> chunk.path("id").asText()).distinct())
                .as("ids")
                .hasSizeLessThanOrEqualTo(1);
        for (var i = 0; i < 2; i++) {
            assertThat(choices(i)
                            .filter(choice -> choice.path("delta").has("role"))
                            .count())
                    .as("role chunks of choice %s", i)
                    .isLessThanOrEqualTo(1);
        }
        var terminals = events.stream().filter(event -> event.equals("[DONE]")).count() + errors().size();
        assertThat(terminals).as("terminal events in\n%s", events).isEqualTo(1);
    }
}
