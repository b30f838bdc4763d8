package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import org.junit.jupiter.api.Test;

final class SafeguardsTest {
    @Test
    void each_switch_goes_to_the_side_of_the_call_that_it_guards() {
        assertThat(switches("{'pii':'replace','entity_list':['email'],'toxicity':true,'factuality':false}"))
                .isEqualTo(json("{'input':{'pii':'replace','entity_list':['email']},"
                        + "'output':{'factuality':false,'toxicity':true}}"));
    }

    @Test
    void what_is_said_of_a_side_goes_before_what_is_said_of_both() {
        assertThat(switches("{'pii':'replace','input':{'pii':'block'},'output':{'pii':'replace'}}"))
                .isEqualTo(json("{'input':{'pii':'block'},'output':{'pii':'replace'}}"));
    }

    @Test
    void nothing_is_switched_where_nothing_is_said() {
        assertThat(switches("{'pii':null,'input':{}}")).isEqualTo(json("{}"));
        assertThat(switches("null")).isEqualTo(json("{}"));
    }

    private static ObjectNode switches(String safeguards) {
        var chat = JsonNodeFactory.instance.objectNode();
        Safeguards.put(json("{'safeguards':" + safeguards + "}"), chat);
        return chat;
    }

    private static ObjectNode json(String text) {
        return Json.object(text.replace('\'', '"').getBytes(UTF_8));
    }
}
