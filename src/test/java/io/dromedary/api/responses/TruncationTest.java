package io.dromedary.api.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Items are written as letters: a developer's, a user's, an assistant's message, a call and its output, reasoning. */
final class TruncationTest {
    @Test
    void what_fits_is_left_as_it_is() {
        var items = items("u1 a1 u2");

        assertThat(Truncation.fit(items, bytes(items))).isSameAs(items);
    }

    @Test
    void the_oldest_goes_first_and_no_more_than_must() {
        var items = items("u1 a1 u2 a2 u3");

        assertThat(fit(items, bytes(items) - 1)).isEqualTo("a1 u2 a2 u3");
        assertThat(fit(items, bytes(items("u2 a2 u3")))).isEqualTo("u2 a2 u3");
        assertThat(fit(items, bytes(items("u3")))).isEqualTo("u3");
    }

    @Test
    void a_call_goes_with_its_outputs_and_with_the_answer_that_it_is_part_of() {
        var items = items("u1 r1 c1 c2 o2 u2 o1 a2 u3");

        assertThat(fit(items, bytes(items) - bytes(items("u1")) - 1)).isEqualTo("u2 a2 u3");
    }

    @Test
    void what_came_of_a_hosted_tool_goes_with_the_answer_around_it() {
        var items = items("u1 r1 h1 a1 u2");

        assertThat(fit(items, bytes(items) - bytes(items("u1")) - 1)).isEqualTo("u2");
    }

    @Test
    void what_the_developer_says_stays() {
        var items = items("d1 u1 a1 d2 u2");

        assertThat(fit(items, bytes(items("d1 d2 u2")))).isEqualTo("d1 d2 u2");
    }

    @Test
    void the_last_turn_of_the_user_stays_whole() {
        var items = items("u1 a1 u2 u3 c1 o1");

        assertThat(fit(items, bytes(items("u2 u3 c1 o1")))).isEqualTo("u2 u3 c1 o1");
        assertThat(refused(items, bytes(items("u2 u3 c1 o1")) - 1)).isEqualTo("context_length_exceeded");
    }

    @Test
    void a_call_stays_whose_output_is_in_the_last_turn() {
        var items = items("u1 c1 u2 o1");

        assertThat(fit(items, bytes(items) - 1)).isEqualTo("c1 u2 o1");
    }

    @Test
    void without_a_user_the_last_item_stays() {
        assertThat(fit(items("a1 c1 o1"), bytes(items("c1 o1")) + 5)).isEqualTo("refused");
        assertThat(fit(items("c1 o1 c2 o2"), bytes(items("c2 o2")))).isEqualTo("c2 o2");
    }

    @Test
    void nothing_fits_into_nothing() {
        assertThat(refused(items("u1"), 0)).isEqualTo("context_length_exceeded");
        assertThat(Truncation.fit(List.of(), 0)).isEmpty();
    }

    @Test
    void ids_take_no_room() {
        var items = items("u1 a1 u2");
        var room = bytes(items);
        items.forEach(item ->
                item.put("id", "msg_" + "0".repeat(44) + "r" + item.path("id").asText()));

        assertThat(Truncation.fit(items, room)).isSameAs(items);
    }

    private static String fit(List<ObjectNode> items, long bytes) {
        try {
            return Truncation.fit(items, bytes).stream()
                    .map(item -> item.path("id").asText())
                    .collect(Collectors.joining(" "));
        } catch (RefusedException e) {
            return "refused";
        }
    }

    private static String refused(List<ObjectNode> items, long bytes) {
        var refused = catchThrowableOfType(RefusedException.class, () -> Truncation.fit(items, bytes));
        assertThat(refused).isNotNull();
        return String.valueOf(refused.refusal().code());
    }

    private static long bytes(List<ObjectNode> items) {
        return items.stream()
                .mapToLong(item -> Json.bytes(item.deepCopy().without(List.of("id"))).length)
                .sum();
    }

    private static List<ObjectNode> items(String letters) {
        List<ObjectNode> items = new ArrayList<>();
        for (var id : letters.split(" ", -1)) {
            var item = Json.MAPPER.createObjectNode().put("id", id);
            switch (id.charAt(0)) {
                case 'd' -> item.put("type", "message").put("role", "developer").put("content", "x");
                case 'u' -> item.put("type", "message").put("role", "user").put("content", "x");
                case 'a' -> item.put("type", "message").put("role", "assistant").put("content", "x");
                case 'c' -> item.put("type", "function_call").put("call_id", id.substring(1));
                case 'o' -> item.put("type", "function_call_output").put("call_id", id.substring(1));
                case 'h' -> item.put("type", "web_search_call");
                default -> item.put("type", "reasoning");
            }
            items.add(item);
        }
        return items;
    }
}
