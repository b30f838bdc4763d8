package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.Reply;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.Usage;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.ServedTier;
import io.dromedary.backend.Target;
import io.dromedary.backend.Task;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EmbeddingsTaskTest {
    private static final String ONE = """
            {"object":"list","id":"x","data":[{"object":"embedding","index":0,"embedding":[0.5, -1e-2]}],
             "model":"theirs","usage":{"prompt_tokens":3,"total_tokens":3}}""";

    @Test
    void numbers_pass_through_as_they_are_written() {
        var task = task("\"input\":\"a\"", Map.of());
        var reader = task.reader(0);
        reader.whole(Answers.bytes(ONE));

        assertThat(Answers.text(Tasks.answer(task)))
                .isEqualTo(
                        "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.5, -1e-2]}],"
                                + "\"model\":\"chat-small\",\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}");
        assertThat(reader.usage()).isEqualTo(new Usage(3, 0));
    }

    @Test
    void a_backend_is_asked_for_numbers_under_its_own_name_of_the_model() {
        var done = Tasks.run(
                task(
                        "\"input\":\"a\",\"encoding_format\":\"base64\",\"dimensions\":2,\"user\":null,\"own\":{\"x\":1}",
                        Map.of()),
                ONE);

        assertThat(done.paths()).containsExactly("/embeddings");
        assertThat(done.sent().getFirst().toString())
                .isEqualTo("{\"model\":\"up/model-1\",\"input\":\"a\",\"dimensions\":2,\"own\":{\"x\":1}}");
    }

    @Test
    void base64_is_made_here() {
        var done = Tasks.run(task("\"input\":\"a\",\"encoding_format\":\"base64\"", Map.of()), ONE);

        assertThat(floats(done.answer().at("/data/0/embedding").textValue())).containsExactly(0.5f, -0.01f);
    }

    @Test
    void a_long_list_is_asked_for_in_parts_and_joined_in_order() {
        var task = task("\"input\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", Map.of("maxInputs", 2));
        assertThat(task.parts()).isEqualTo(3);

        var done = Tasks.run(
                task,
                "{\"data\":[{\"index\":1,\"embedding\":[2]},{\"index\":0,\"embedding\":[1]}],\"usage\":{\"prompt_tokens\":1}}",
                "{\"data\":[{\"embedding\":[3]},{\"embedding\":[4]}],\"usage\":{\"total_tokens\":10}}",
                "{\"data\":[{\"index\":0,\"embedding\":[5]}],\"usage\":{\"prompt_tokens\":100,\"total_tokens\":100}}");

        assertThat(done.sent())
                .extracting(sent -> sent.path("input").toString())
                .containsExactly("[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"e\"]");
        for (var i = 0; i < 5; i++) {
            var entry = done.answer().path("data").path(i);
            assertThat(entry.path("index").intValue()).isEqualTo(i);
            assertThat(entry.path("embedding").toString()).isEqualTo("[" + (i + 1) + "]");
        }
        assertThat(done.answer().path("usage").toString()).isEqualTo("{\"prompt_tokens\":111,\"total_tokens\":111}");
        assertThat(done.usage()).isEqualTo(new Usage(111, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"encoding_format\":\"base64\""})
    void a_large_answer_goes_out_in_pieces_that_make_one_list(String format) throws Exception {
        var texts = 250;
        var input = "\"input\":[" + "\"a\",".repeat(texts - 1) + "\"b\"]" + format;
        var reply = read(task(input, Map.of("maxInputs", 100)), texts).reply();

        assertThat(reply).isInstanceOf(Reply.Content.class);
        var content = (Reply.Content) reply;
        assertThat(content.contentType()).isEqualTo(Reply.Whole.JSON);
        var joined = new ByteArrayOutputStream();
        var pieces = 0;
        while (joined.size() < content.length()) {
            var piece = content.source().next().toCompletableFuture().get();
            assertThat(piece.length).isBetween(1, 2 * EmbeddingsList.PIECE);
            joined.writeBytes(piece);
            pieces++;
        }
        assertThat(pieces).isGreaterThan(1);
        assertThat(joined.size()).isEqualTo(content.length());
        assertThat(content.source().next().toCompletableFuture().get()).isEmpty();
        var answer = Json.object(joined.toByteArray());
        assertThat(answer.path("data")).hasSize(texts);
        for (var i = 0; i < texts; i++) {
            var entry = answer.path("data").path(i);
            assertThat(entry.path("index").intValue()).isEqualTo(i);
            assertThat(numbers(entry.path("embedding")))
                    .hasSize(600)
                    .startsWith(i, -0.5f)
                    .endsWith(-0.5f);
        }
        assertThat(answer.at("/usage/prompt_tokens").intValue()).isEqualTo(27);
    }

    @Test
    void a_small_answer_goes_out_in_one() {
        var reply = read(task("\"input\":\"a\"", Map.of()), 1).reply();

        assertThat(reply).isInstanceOf(Reply.Whole.class);
        assertThat(numbers(Json.object(((Reply.Whole) reply).body()).at("/data/0/embedding")))
                .hasSize(600);
    }

    private static float[] numbers(JsonNode embedding) {
        if (embedding.isTextual()) {
            return floats(embedding.textValue());
        }
        var numbers = new float[embedding.size()];
        for (var i = 0; i < numbers.length; i++) {
            numbers[i] = embedding.path(i).floatValue();
        }
        return numbers;
    }

    /** Answered with vectors of 600 numbers, of which the first tells which text it is. */
    private static Task read(Task task, int texts) {
        for (var part = 0; part < task.parts(); part++) {
            task.sending(part);
            var first = part * 100;
            var answer = IntStream.range(first, Math.min(texts, first + 100))
                    .mapToObj(which -> "{\"embedding\":[" + which + ",-0.5".repeat(599) + "]}")
                    .collect(Collectors.joining(",", "{\"data\":[", "],\"usage\":{\"prompt_tokens\":9}}"));
            assertThat(task.reader(part).whole(Answers.bytes(answer))).isNotNull();
        }
        return task;
    }

    @Test
    void lists_of_token_ids_are_split_too() {
        var done = Tasks.run(
                task("\"input\":[[1,2],[3]]", Map.of("maxInputs", 1)),
                "{\"data\":[{\"embedding\":[1]}]}",
                "{\"data\":[{\"embedding\":[2]}]}");

        assertThat(done.sent())
                .extracting(sent -> sent.path("input").toString())
                .containsExactly("[[1,2]]", "[[3]]");
    }

    @Test
    void usage_that_nobody_reports_is_an_estimate_and_says_so() {
        var texts = Tasks.run(task("\"input\":\"twelve bytes\"", Map.of()), "{\"data\":[{\"embedding\":[1]}]}");
        assertThat(texts.answer().path("usage").toString())
                .isEqualTo("{\"prompt_tokens\":3,\"total_tokens\":3,\"estimated\":true}");
        assertThat(texts.usage()).isNull();

        var tokens = Tasks.run(task("\"input\":[7,8]", Map.of()), "{\"data\":[{\"embedding\":[1]}],\"usage\":null}");
        assertThat(tokens.answer().path("usage").path("prompt_tokens").intValue())
                .isEqualTo(2);
    }

    @Test
    void base64_that_nobody_asked_for_is_read() {
        var vector = "\"AAAAPwAAgL8=\"";
        var answer = "{\"data\":[{\"embedding\":" + vector + "}]}";

        var numbers = Tasks.run(task("\"input\":\"a\"", Map.of()), answer);
        assertThat(numbers.answer().at("/data/0/embedding/0").floatValue()).isEqualTo(0.5f);
        assertThat(numbers.answer().at("/data/0/embedding/1").floatValue()).isEqualTo(-1f);
        var base64 = Tasks.run(task("\"input\":\"a\",\"encoding_format\":\"base64\"", Map.of()), answer);
        assertThat(base64.answer().at("/data/0/embedding").toString()).isEqualTo(vector);
    }

    @Test
    void the_tier_is_told_and_reported() {
        var tier = new ServedTier(ServiceTier.FLEX, "cheap", false, Map.of(), false);
        var request = Tasks.embeddings("\"input\":\"a\",\"service_tier\":\"flex\"");
        var done = Tasks.run(
                Answers.dialect().task(request, Answers.target(Map.of()).serving(tier)), ONE);

        assertThat(done.sent().getFirst().path("service_tier").textValue()).isEqualTo("cheap");
        assertThat(done.answer().path("service_tier").textValue()).isEqualTo("flex");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nothing",
                "[]",
                "{}",
                "{\"data\":[]}",
                "{\"data\":{}}",
                "{\"data\":[{}]}",
                "{\"data\":[7]}",
                "{\"data\":[{\"embedding\":null}]}",
                "{\"data\":[{\"embedding\":[]}]}",
                "{\"data\":[{\"embedding\":[[1]]}]}",
                "{\"data\":[{\"embedding\":[null]}]}",
                "{\"data\":[{\"embedding\":\"no base64\"}]}",
                "{\"data\":[{\"embedding\":\"AAA=\"}]}",
                "{\"data\":[{\"embedding\":[1],\"index\":1}]}",
                "{\"data\":[{\"embedding\":[1],\"index\":\"x\"}]}",
                "{\"data\":[{\"embedding\":[1]}",
            })
    void what_is_no_answer_is_not_taken_for_one(String answer) {
        assertThat(Tasks.failure(task("\"input\":\"a\"", Map.of()), answer)).isInstanceOf(AttemptFailure.Broken.class);
    }

    @Test
    void an_input_without_its_vector_is_missed() {
        var failure = Tasks.failure(
                task("\"input\":[\"a\",\"b\"]", Map.of()),
                "{\"data\":[{\"embedding\":[1],\"index\":0},{\"embedding\":[1],\"index\":0}]}");
        assertThat(failure.reason()).isEqualTo("1 embeddings for 2 inputs");
    }

    @Test
    void an_error_within_a_200_is_one() {
        var task = task("\"input\":\"a\"", Map.of());
        assertThat(Tasks.failure(task, "{\"error\":{\"code\":429,\"message\":\"slow down\"}}"))
                .isInstanceOf(AttemptFailure.Overloaded.class);
        assertThat(Tasks.failure(
                        task("\"input\":\"a\"", Map.of()), "[{\"error\":{\"code\":429,\"message\":\"slow down\"}}]"))
                .isInstanceOf(AttemptFailure.Overloaded.class);
    }

    @Test
    void vectors_of_another_length_than_was_asked_for_are_refused() {
        var failure = Tasks.failure(task("\"input\":\"a\",\"dimensions\":3", Map.of()), ONE);

        assertThat(failure).isInstanceOfSatisfying(AttemptFailure.Incapable.class, incapable -> {
            assertThat(incapable.refusal().param()).isEqualTo("dimensions");
            assertThat(incapable.refusal().message())
                    .contains("vectors of 2 numbers")
                    .contains("asks for 3");
        });
    }

    @Test
    void what_a_backend_cannot_do_is_refused_or_dropped_and_named() {
        assertThat(refused("\"input\":[1]", Map.of("tokenInputs", false))).isEqualTo("input");
        assertThat(refused("\"input\":\"a\",\"dimensions\":3", Map.of("dimensions", false)))
                .isEqualTo("dimensions");
        assertThat(refused("\"input\":\"a\",\"truncate\":true", Map.of("refused", List.of("truncate"))))
                .isEqualTo("truncate");

        var off = Tasks.run(task("\"input\":\"a\",\"truncate\":false", Map.of("refused", List.of("truncate"))), ONE);
        assertThat(off.sent().getFirst().has("truncate")).isFalse();

        var task = task("\"input\":\"a\",\"user\":\"u\",\"own\":null", Map.of("dropped", List.of("user", "own")));
        assertThat(task.dropped()).containsExactly("user");
        assertThat(Tasks.run(task, ONE).sent().getFirst().has("user")).isFalse();
    }

    private static String refused(String members, Map<String, Object> capabilities) {
        var refusal = catchThrowableOfType(RefusedException.class, () -> task(members, capabilities))
                .refusal();
        assertThat(refusal.status()).isEqualTo(400);
        return String.valueOf(refusal.param());
    }

    private static Task task(String members, Map<String, Object> capabilities) {
        Target target = Answers.target(capabilities);
        return Answers.dialect().task(Tasks.embeddings(members), target);
    }

    private static float[] floats(String base64) {
        var buffer = ByteBuffer.wrap(Base64.getDecoder().decode(base64))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        var floats = new float[buffer.remaining()];
        buffer.get(floats);
        return floats;
    }
}
