package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChatRequestStreamedTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|,\"stream\":true,\"stream_options\":{\"include_usage\":true}",
                ", \"stream\" : false , \"x\":1.50|, \"stream\" : true , \"x\":1.50,\"stream_options\":{\"include_usage\":true}",
                ",\"stream\":null|,\"stream\":true,\"stream_options\":{\"include_usage\":true}",
                ",\"stream\":true|,\"stream\":true,\"stream_options\":{\"include_usage\":true}",
                ",\"stream_options\":null|,\"stream_options\":{\"include_usage\":true},\"stream\":true",
                ",\"stream\":true,\"stream_options\":{}|,\"stream\":true,\"stream_options\":{\"include_usage\":true}",
                ",\"stream\":true,\"stream_options\":{ \"include_usage\" : false, \"include_obfuscation\":false, \"y\" : 1e3 }"
                        + "|,\"stream\":true,\"stream_options\":{ \"include_usage\" : true, \"include_obfuscation\":false, \"y\" : 1e3 }",
                ",\"stream\":true,\"stream_options\":{\"include_usage\":null}"
                        + "|,\"stream\":true,\"stream_options\":{\"include_usage\":true}",
            })
    void a_stream_with_usage_is_asked_for_and_every_other_byte_is_the_callers(String asked, String streamed) {
        var request = request(asked == null ? "" : asked).streamed();

        assertThat(new String(request.body(), UTF_8)).isEqualTo(json(streamed));
        assertThat(request.stream()).isTrue();
        assertThat(request.usageWanted()).isTrue();
        assertThat(request.rawValue("messages")).isEqualTo("\"h\\u00e9 é\"");
    }

    @Test
    void a_request_that_asks_for_that_already_is_the_same() {
        var request = request(",\"stream\":true,\"stream_options\":{\"include_usage\":true}");

        assertThat(request.streamed()).isSameAs(request);
    }

    @Test
    void the_request_itself_stays_as_it_is() {
        var request = request("");
        request.streamed();

        assertThat(request.stream()).isFalse();
        assertThat(new String(request.body(), UTF_8)).isEqualTo(json(""));
    }

    private static ChatRequest request(String members) {
        return ChatRequestReader.read(json(members).getBytes(UTF_8));
    }

    private static String json(String members) {
        return "{\"model\": \"m\", \"messages\":\"h\\u00e9 é\"" + members + "}";
    }
}
