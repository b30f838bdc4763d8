package io.dromedary.api.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ItemIdsTest {
    private static final String RANDOM = "0123456789abcdef0123456789abcdef";
    private static final String DATED = "0123456789ab" + RANDOM;

    @Test
    void the_owner_of_an_item_is_found_by_its_id_alone() {
        assertThat(ItemIds.owner(ItemIds.ofResponse("resp_" + DATED).next("msg_")))
                .isEqualTo("resp_" + DATED);
        assertThat(ItemIds.owner(ItemIds.ofResponse("resp_" + RANDOM).next("fc_")))
                .isEqualTo("resp_" + RANDOM);
        assertThat(ItemIds.owner(ItemIds.ofConversation("conv_" + RANDOM, 50).next("rs_")))
                .isEqualTo("conv_" + RANDOM);
    }

    @Test
    void numbers_go_on_from_those_that_were_given_before() {
        var ids = ItemIds.ofConversation("conv_" + RANDOM, 35);

        assertThat(ids.next("msg_")).isEqualTo("msg_" + RANDOM + "cz");
        assertThat(ids.next("fc_")).isEqualTo("fc_" + RANDOM + "c10");
        assertThat(ids.named()).isEqualTo(37);
        assertThat(ItemIds.ofResponse("resp_" + RANDOM, 2).next("msg_")).isEqualTo("msg_" + RANDOM + "r2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "msg_1",
                "resp_" + RANDOM,
                "msg_" + RANDOM + "x0",
                "msg_" + RANDOM + "r",
                "MSG_" + RANDOM + "r0"
            })
    void an_id_of_somebody_elses_has_no_owner_here(String id) {
        assertThat(ItemIds.owner(id)).isNull();
    }

    @Test
    void an_owner_of_another_kind_is_a_fault() {
        assertThatThrownBy(() -> ItemIds.ofConversation("resp_" + RANDOM, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
