package io.dromedary.api.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Media;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class MediaTest {
    @Test
    void text_alone_has_none() {
        assertThat(media("\"hi\"")).isEqualTo(Media.NONE);
        assertThat(media("[{\"type\":\"text\",\"text\":\"hi\"}]").none()).isTrue();
    }

    @Test
    void images_are_counted_by_detail() {
        var url = "\"url\":\"https://pictures.example/a.png\"";
        var media = media("[" + image(url) + "," + image(url + ",\"detail\":\"low\"") + ","
                + image("\"detail\":\"low\"," + url) + "," + image(url + ",\"detail\":\"high\"") + "]");

        assertThat(media.images()).isEqualTo(2);
        assertThat(media.lowImages()).isEqualTo(2);
        assertThat(media.none()).isFalse();
    }

    @Test
    void what_comes_along_is_measured_as_it_is_read() {
        var image = "data:image/png;base64," + "A".repeat(1000);
        var audio = "B".repeat(2000);
        var file = "C".repeat(3000);

        var media = media("[" + image("\"url\":\"" + image + "\"") + ","
                + "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"" + audio + "\",\"format\":\"wav\"}},"
                + "{\"type\":\"file\",\"file\":{\"file_data\":\"" + file + "\",\"filename\":\"a.pdf\"}},"
                + "{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}]");

        assertThat(media.images()).isEqualTo(1);
        assertThat(media.audioBytes()).isBetween(2000, 2020);
        assertThat(media.fileBytes()).isBetween(3000, 3020);
        assertThat(media.files()).isEqualTo(1);
        assertThat(media.bytes()).isBetween(6022, 6070);
    }

    @Test
    void escapes_count_as_they_are_written() {
        var media = media("[" + image("\"url\":\"data:image/png;base64,\\u0041\\/\\/\"") + "]");

        assertThat(media.bytes()).isEqualTo("\"data:image/png;base64,\\u0041\\/\\/\"".length());
    }

    @Test
    void all_messages_count() {
        var message = "{\"role\":\"user\",\"content\":[" + image("\"url\":\"https://pictures.example/a.png\"") + "]}";

        assertThat(read(message + "," + message).images()).isEqualTo(2);
    }

    private static String image(String members) {
        return "{\"type\":\"image_url\",\"image_url\":{" + members + "}}";
    }

    private static Media media(String content) {
        return read("{\"role\":\"user\",\"content\":" + content + "}");
    }

    private static Media read(String messages) {
        return ChatRequestReader.read(
                        ("{\"model\":\"m\",\"messages\":[" + messages + "]}").getBytes(StandardCharsets.UTF_8))
                .media();
    }
}
