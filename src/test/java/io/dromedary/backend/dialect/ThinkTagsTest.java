package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ThinkTagsTest {
    private static ThinkTags.Said read(String... pieces) {
        var tags = new ThinkTags();
        var reasoning = new StringBuilder();
        var content = new StringBuilder();
        for (var piece : pieces) {
            var said = tags.next(piece);
            reasoning.append(said.reasoning());
            content.append(said.content());
        }
        var last = tags.last();
        return new ThinkTags.Said(reasoning + last.reasoning(), content + last.content());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "<think>a</think>b,a,b",
                "~ \n<think>a</think>\n\nb c~,a,b c",
                "<think></think>b,~~,b",
                "<think>a,a,~~",
                "<think>a < b </ thin</think>b,a < b </ thin,b",
                "<think>a</think>b</think><think>c</think>,a,b</think><think>c</think>",
                "a <think>b</think>,~~,a <think>b</think>",
                "<thinker>,~~,<thinker>",
                "<thi,~~,<thi",
                "~  ~,~~,~  ~",
                "~~,~~,~~"
            })
    void thoughts_come_first_or_not_at_all(String text, String reasoning, String content) {
        assertThat(read(text)).isEqualTo(new ThinkTags.Said(reasoning, content));
        assertThat(read(text.split(""))).isEqualTo(new ThinkTags.Said(reasoning, content));
    }

    @Test
    void however_a_text_is_cut_it_is_told_apart_the_same() {
        var random = new SplittableRandom(7);
        var bricks = new String[] {"<think>", "</think>", "<", "</", "think", ">", "a", " ", "\n", "é"};
        for (var round = 0; round < 2000; round++) {
            var text = new StringBuilder();
            for (var i = random.nextInt(12); i > 0; i--) {
                text.append(bricks[random.nextInt(bricks.length)]);
            }
            var tags = new ThinkTags();
            var reasoning = new StringBuilder();
            var content = new StringBuilder();
            for (var at = 0; at < text.length(); ) {
                var end = Math.min(text.length(), at + 1 + random.nextInt(4));
                var said = tags.next(text.substring(at, end));
                reasoning.append(said.reasoning());
                content.append(said.content());
                at = end;
            }
            var last = tags.last();
            assertThat(new ThinkTags.Said(reasoning + last.reasoning(), content + last.content()))
                    .as("%s", text)
                    .isEqualTo(read(text.toString()));
        }
    }

    @Test
    void nothing_is_held_back_that_cannot_become_a_tag() {
        var tags = new ThinkTags();

        assertThat(tags.next("<think>so </t")).isEqualTo(new ThinkTags.Said("so ", ""));
        assertThat(tags.next("ea")).isEqualTo(new ThinkTags.Said("</tea", ""));
        assertThat(tags.next("</think>x")).isEqualTo(new ThinkTags.Said("", "x"));
        assertThat(tags.isAnswering()).isTrue();
    }
}
