package io.dromedary.backend.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LeftOutTest {
    private final List<String> told = new ArrayList<>();

    @Test
    void members_that_a_translation_has_no_place_for_are_told_by_their_place() {
        LeftOut.name(
                json("{'role':'user','name':'ann','audio':{'id':'a'},'flags':[1],'weight':0,'cached':false}"),
                Set.of("role"),
                "messages[2]",
                told);

        assertThat(told)
                .containsExactly(
                        "messages[2].name",
                        "messages[2].audio",
                        "messages[2].flags",
                        "messages[2].weight",
                        "messages[2].cached");
    }

    @Test
    void what_says_nothing_is_not_told() {
        LeftOut.name(json("{'name':'','audio':null,'flags':[],'extra':{}}"), Set.of(), "messages[0]", told);

        assertThat(told).isEmpty();
    }

    @Test
    void the_detail_of_an_image_is_told_unless_the_model_was_to_choose_it() {
        LeftOut.detail(json("{'url':'x','detail':'high'}"), "messages[0].content[1].image_url", told);
        LeftOut.detail(json("{'url':'x','detail':'auto'}"), "b", told);
        LeftOut.detail(json("{'url':'x','detail':null}"), "c", told);
        LeftOut.detail(json("{'url':'x'}"), "d", told);

        assertThat(told).containsExactly("messages[0].content[1].image_url.detail");
    }

    private static ObjectNode json(String text) {
        return Json.object(text.replace('\'', '"').getBytes(UTF_8));
    }
}
