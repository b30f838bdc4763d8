package io.dromedary.responses;

import static io.dromedary.responses.Trees.ids;
import static io.dromedary.responses.Trees.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ItemPagesTest {
    private static final List<ObjectNode> ITEMS = IntStream.range(0, 25)
            .mapToObj(i -> object("{'type':'message'}").put("id", "msg_" + i))
            .toList();

    @Test
    void without_a_word_it_is_the_newest_twenty() {
        var page = ItemPages.page(ITEMS, PageRequest.of(null, null, null));
        assertThat(page.properties().stream().map(Map.Entry::getKey))
                .containsExactly("object", "data", "has_more", "first_id", "last_id");
        assertThat(page.path("object").asText()).isEqualTo("list");
        assertThat(ids(page.path("data")))
                .isEqualTo(
                        IntStream.range(0, 20).mapToObj(i -> "msg_" + (24 - i)).toList());
        assertThat(page.path("has_more").asBoolean()).isTrue();
        assertThat(page.path("first_id").asText()).isEqualTo("msg_24");
        assertThat(page.path("last_id").asText()).isEqualTo("msg_5");
    }

    @Test
    void after_is_counted_in_the_order_of_the_page() {
        assertThat(ids(page("2", "asc", "msg_3").path("data"))).containsExactly("msg_4", "msg_5");
        assertThat(ids(page("2", "desc", "msg_3").path("data"))).containsExactly("msg_2", "msg_1");
    }

    @Test
    void the_last_page_has_no_more_even_where_it_is_full() {
        assertThat(page("5", "asc", "msg_18").path("has_more").asBoolean()).isTrue();
        assertThat(page("5", "asc", "msg_19").path("has_more").asBoolean()).isFalse();
        assertThat(page("25", null, null).path("has_more").asBoolean()).isFalse();
    }

    @Test
    void an_empty_page_has_all_members_and_none_is_null() {
        for (var page :
                List.of(page("5", "asc", "msg_24"), ItemPages.page(List.of(), PageRequest.of(null, null, null)))) {
            assertThat(page)
                    .isEqualTo(object("{'object':'list','data':[],'has_more':false,'first_id':'','last_id':''}"));
        }
    }

    @Test
    void an_empty_after_is_none() {
        assertThat(ids(page("1", "asc", "").path("data"))).containsExactly("msg_0");
    }

    @Test
    void an_after_that_is_not_there_is_refused() {
        refused("after", () -> page(null, null, "msg_25"));
        refused("after", () -> ItemPages.page(List.of(), PageRequest.of(null, null, "msg_1")));
    }

    @Test
    void a_limit_is_a_number_from_1_to_100() {
        for (var limit : List.of("1", "100")) {
            assertThat(PageRequest.of(limit, null, null).limit()).isEqualTo(Integer.parseInt(limit));
        }
        for (var limit : List.of("0", "101", "-1", "", "x", "1.5", "99999999999", "9999999999999999999999")) {
            refused("limit", () -> PageRequest.of(limit, null, null));
        }
    }

    @Test
    void an_order_is_one_of_two_words() {
        assertThat(PageRequest.of(null, "asc", null).newestFirst()).isFalse();
        assertThat(PageRequest.of(null, "desc", null).newestFirst()).isTrue();
        for (var order : List.of("", "ASC", "descending")) {
            refused("order", () -> PageRequest.of(null, order, null));
        }
    }

    private static ObjectNode page(@Nullable String limit, @Nullable String order, @Nullable String after) {
        return ItemPages.page(ITEMS, PageRequest.of(limit, order, after));
    }

    private static void refused(String param, Runnable call) {
        var refusal = Refusals.ofCode(call);
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.param()).isEqualTo(param);
        assertThat(refusal.code()).isNotNull();
        assertThat(refusal.message()).contains("'" + param + "'");
    }
}
