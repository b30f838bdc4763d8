package io.dromedary.api.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the golden files do not show. */
final class ChatFormTest {
    private static final List<ObjectNode> HISTORY =
            Requests.items("[{\"type\":\"message\",\"role\":\"user\",\"content\":\"hi\"}]");

    @Test
    void a_reference_that_nobody_resolved_is_refused_by_its_place_in_the_input() {
        assertThat(refused("[{\"type\":\"item_reference\",\"id\":\"msg_1\"}]")).isEqualTo("input[0]");
    }

    @Test
    void so_is_a_compaction_that_nobody_opened() {
        assertThat(refused("[" + HISTORY.getFirst() + ",{\"type\":\"compaction\",\"encrypted_content\":\"x\"}]"))
                .isEqualTo("input[1]");
    }

    @Test
    void the_callers_trees_stay_as_they_are() {
        var request = Requests.of("\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\","
                + "\"text\":\"a\"}]}],\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]");
        var body = request.body().deepCopy();

        ChatForm.of(request, request.input());

        assertThat(request.body()).isEqualTo(body);
    }

    @Test
    void many_calls_and_their_outputs_side_by_side_are_one_message_and_as_many_answers() {
        var items = new ArrayList<String>();
        for (var i = 0; i < 20_000; i++) {
            items.add("{\"type\":\"function_call\",\"call_id\":\"c" + i + "\",\"name\":\"f\",\"arguments\":\"\"}");
        }
        for (var i = 0; i < 20_000; i++) {
            items.add("{\"type\":\"function_call_output\",\"call_id\":\"c" + i + "\",\"output\":\"\"}");
        }
        var request = Requests.of("\"model\":\"m\",\"input\":[" + String.join(",", items) + "]");

        var messages = Json.object(ChatForm.of(request, request.input())).path("messages");

        assertThat(messages).hasSize(20_001);
        assertThat(messages.path(0).path("tool_calls")).hasSize(20_000);
        assertThat(messages.path(20_000).path("tool_call_id").asText()).isEqualTo("c19999");
    }

    private static String refused(String input) {
        var request = Requests.of("\"model\":\"m\",\"input\":" + input);
        List<ObjectNode> items = new ArrayList<>(HISTORY);
        items.addAll(request.input());
        var refused = catchThrowableOfType(RefusedException.class, () -> ChatForm.of(request, items));
        assertThat(refused).isNotNull();
        return String.valueOf(refused.refusal().param());
    }
}
