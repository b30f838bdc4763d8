package io.dromedary.responses;

import static io.dromedary.responses.Trees.message;
import static io.dromedary.responses.Trees.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class OutlineTest {
    private static final String ID = "conv_" + "0".repeat(32);
    private static final String TEXT = """
            {"v":1,"project":"acme","created_at":1767225600,"metadata":{"a":"b"},"changes":3,"named":2,"parts":[\
            {"block":"items_1","fresh_at":1767225600000,"turn":"resp_1","ids":["msg_1",null]}]}""";

    @Test
    void what_is_written_is_read_again() {
        var outline = Outline.CODEC.decode(TEXT);
        assertThat(Outline.CODEC.encode(outline)).isEqualTo(TEXT);
        assertThat(outline.hasTurn("resp_1")).isTrue();
        assertThat(outline.ids()).containsExactly("msg_1");
    }

    @Test
    void what_is_none_or_of_another_version_is_not_read() {
        for (var text : List.of(
                "",
                "{",
                "[]",
                "{}",
                TEXT.replace("\"v\":1", "\"v\":2"),
                TEXT.replace("\"project\":\"acme\",", ""),
                TEXT.replace("\"metadata\":{\"a\":\"b\"}", "\"metadata\":7"),
                TEXT.replace("\"block\":\"items_1\",", ""),
                TEXT.replace("\"named\":2", "\"named\":\"x\""))) {
            assertThatThrownBy(() -> Outline.CODEC.decode(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** A change that is taken back would else look as if nothing had happened meanwhile. */
    @Test
    void no_two_versions_have_the_same_text() {
        var first = Outline.begun("acme", 1, object("{'a':'1'}"));
        var back = first.with(object("{'a':'2'}")).with(object("{'a':'1'}"));
        assertThat(Outline.CODEC.encode(back)).isNotEqualTo(Outline.CODEC.encode(first));
        var added = first.plus(ID, "items_1", 1, null, List.of(message("one")));
        assertThat(Outline.CODEC.encode(added.without(added.ids().getFirst())))
                .isNotEqualTo(Outline.CODEC.encode(first));
    }

    @Test
    void a_block_is_read_as_it_was_written() {
        var text = "{\"v\":1,\"items\":[{\"type\":\"message\",\"x\":1.5},null]}";
        assertThat(ItemBlock.CODEC.encode(ItemBlock.CODEC.decode(text))).isEqualTo(text);
        assertThatThrownBy(() -> ItemBlock.CODEC.decode(text.replace("\"v\":1", "\"v\":3")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
