package io.dromedary.api.responses;

import static io.dromedary.testing.JsonCheck.assertThatJson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.json.Json;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SignedThoughtsTest {
    private final SignedThoughts thoughts = new SignedThoughts();

    private void add(String detail, String shown) {
        thoughts.add(Json.object(detail.replace('\'', '"').getBytes(UTF_8)), shown);
    }

    private String back() {
        return SignedThoughts.details(Objects.requireNonNull(thoughts.text())).toString();
    }

    @Test
    void what_was_signed_and_what_was_sealed_come_back_in_their_order() {
        add("{'type':'reasoning.encrypted','data':'AA+/=='}", "");
        add("{'type':'reasoning.text','text':'Hm 🤔','signature':'s1'}", "");
        add("{'type':'reasoning.text','text':'','signature':'s2'}", "Hm 🤔");

        assertThatJson(back()).isEqualTo("""
                [{"type":"reasoning.encrypted","data":"AA+/=="},{"type":"reasoning.text","text":"Hm 🤔","signature":"s1"},
                 {"type":"reasoning.text","text":"","signature":"s2"}]""");
    }

    @Test
    void a_text_in_pieces_is_signed_by_the_last_and_one_that_came_elsewhere_is_taken_from_there() {
        add("{'type':'reasoning.text','text':'one '}", "");
        add("{'type':'reasoning.text','text':'two'}", "");
        add("{'type':'reasoning.text','text':'','signature':'s1'}", "shown");
        add("{'type':'reasoning.text','signature':'s2'}", "shown");

        assertThatJson(back()).isEqualTo("""
                [{"type":"reasoning.text","text":"one two","signature":"s1"},
                 {"type":"reasoning.text","text":"shown","signature":"s2"}]""");
    }

    @Test
    void what_nobody_signed_is_nothing() {
        add("{'type':'reasoning.text','text':'one '}", "");
        add("{'type':'reasoning.summary','summary':'s'}", "");

        assertThat(thoughts.text()).isNull();
    }

    @Test
    void what_is_encrypted_alone_stays_as_it_is() {
        add("{'type':'reasoning.encrypted','data':'gAAAA'}", "");

        assertThat(thoughts.text()).isEqualTo("gAAAA");
        assertThat(SignedThoughts.is("gAAAA")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "bnVsbA", "W10", "WzEse31d", "eyJhIjoxfQ"})
    void what_was_changed_on_its_way_is_as_good_as_another_s(String rest) {
        var changed = "drm.thoughts.1." + rest;

        assertThatJson(SignedThoughts.details(changed).toString())
                .isEqualTo("[{\"type\":\"reasoning.encrypted\",\"data\":\"" + changed + "\"}]");
    }
}
