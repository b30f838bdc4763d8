package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file in {@code responses/request} has a request, perhaps a history, and the chat request that they become. */
final class ChatFormGoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/responses/request");

    static Stream<Path> files() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_turn_becomes_the_chat_request_that_is_written_down(Path file) throws IOException {
        var text = Files.readString(file);
        var request = ResponseRequestReader.read(section(text, "responses").getBytes(UTF_8));
        List<ObjectNode> items =
                new ArrayList<>(Requests.items(text.contains("--- history") ? section(text, "history") : "[]"));
        items.addAll(request.input());

        var chat = ChatForm.of(request, items);

        assertThat(Json.object(chat).toPrettyString()).isEqualTo(sorted(chat, section(text, "chat")));
        assertThat(ChatRequestReader.read(chat).stream()).isEqualTo(request.stream());
    }

    private static String section(String text, String name) {
        var start = text.indexOf("--- " + name + "\n") + name.length() + 5;
        var end = text.indexOf("\n--- ", start);
        return text.substring(start, end < 0 ? text.length() : end);
    }

    /** What is expected, as text; that of the other where the two are the same JSON, whatever the order of members. */
    private static String sorted(byte[] chat, String expected) {
        var tree = Json.object(expected.getBytes(UTF_8));
        return tree.equals(Json.object(chat)) ? Json.object(chat).toPrettyString() : tree.toPrettyString();
    }
}
