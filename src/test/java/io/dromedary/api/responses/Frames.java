package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** The events in a stream of frames, each of which has to be one line that names it and one line of data. */
final class Frames {
    private static final String EVENT = "event: ";
    private static final String DATA = "\ndata: ";

    private Frames() {}

    static List<ObjectNode> read(byte[] frames) {
        var text = new String(frames, UTF_8);
        assertThat(text).doesNotContain("\r");
        assertThat(text.isEmpty() || text.endsWith("\n\n")).isTrue();
        var events = new ArrayList<ObjectNode>();
        for (var frame : text.split("\n\n")) {
            if (!frame.isEmpty()) {
                events.add(event(frame));
            }
        }
        return events;
    }

    private static ObjectNode event(String frame) {
        assertThat(frame).startsWith(EVENT).contains(DATA);
        var data = frame.indexOf(DATA);
        var event = Json.object(frame.substring(data + DATA.length()).getBytes(UTF_8));
        assertThat(event.path("type").textValue()).isEqualTo(frame.substring(EVENT.length(), data));
        assertThat(event.has("error"))
                .as("clients take it for an error of their own")
                .isFalse();
        return event;
    }

    static byte[] joined(List<byte[]> pieces) {
        var all = new ByteArrayOutputStream();
        pieces.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
