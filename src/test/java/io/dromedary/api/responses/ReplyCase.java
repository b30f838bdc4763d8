package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One of {@code src/test/resources/responses/reply}: a request, chat chunks, and the events that they become, each on a
 * line. {@code @} stands for the random part of the response's id; the number of an event is that of its line. A line is
 * the type, then {@code item_id output_index [content_index]} where it has them, then the other members. Of a response only
 * the members that are written there count.
 */
record ReplyCase(String name, boolean raw, ObjectNode request, List<String> chunks, List<String> events) {
    static final String RANDOM = "0123456789abcdef0123456789abcdef";
    static final String ID = "resp_" + RANDOM;
    static final long CREATED = 1_700_000_000;
    static final long ENDED = 1_700_000_009;
    private static final Path FOLDER = Path.of("src", "test", "resources", "responses", "reply");

    @Override
    public String toString() {
        return name;
    }

    static List<ReplyCase> all() {
        try (var files = Files.list(FOLDER)) {
            return files.sorted().map(ReplyCase::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ReplyCase read(Path file) {
        try {
            var parts = Files.readString(file).split("(?m)^--- ");
            var request = parts[1].split("\n", 2);
            return new ReplyCase(
                    file.getFileName().toString().replace(".txt", "").replace('_', ' '),
                    request[0].endsWith("raw"),
                    Json.object(request[1].getBytes(UTF_8)),
                    lines(parts[2]),
                    lines(parts[3]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(String section) {
        return section.lines().skip(1).filter(line -> !line.isBlank()).toList();
    }

    ResponseRequest asked() {
        return new ResponseRequest(request, List.of());
    }

    /** All frames that the chunks become. */
    byte[] frames() {
        var asked = asked();
        var object = ResponseObject.of(asked, ID, CREATED, "m");
        var events = new ResponseEvents(object, asked, ItemIds.ofResponse(ID), () -> ENDED, raw);
        var frames = new ArrayList<byte[]>();
        frames.add(events.begin());
        for (var chunk : chunks) {
            if (chunk.equals("[DONE]")) {
                add(frames, events.end());
            } else if (chunk.equals("!left")) {
                add(frames, events.left());
            } else if (chunk.startsWith("!failed ")) {
                var words = chunk.split(" ", 3);
                add(frames, events.failed(words[2]));
            } else {
                frames.add(events.chunk(chunk.getBytes(UTF_8)));
            }
        }
        return Frames.joined(frames);
    }

    private static void add(List<byte[]> frames, ResponseEvents.End end) {
        frames.add(end.closing());
        frames.add(end.terminal());
    }

    List<ObjectNode> told() {
        return Frames.read(frames());
    }

    /** The events as they ought to be, with of a response those members alone that count. */
    List<ObjectNode> expected() {
        var expected = new ArrayList<ObjectNode>();
        for (var line : events) {
            expected.add(event(line.replace("_@", "_" + RANDOM), expected.size()));
        }
        return expected;
    }

    private static ObjectNode event(String line, int number) {
        var brace = line.indexOf('{');
        var words = line.substring(0, brace).trim().split(" ");
        var rest = Json.object(line.substring(brace).getBytes(UTF_8));
        var event = Json.MAPPER.createObjectNode().put("type", words[0]).put("sequence_number", number);
        if (words.length == 1) {
            event.set("response", rest);
        } else if (words.length == 2) {
            event.put("output_index", Integer.parseInt(words[1])).set("item", rest);
        } else {
            event.put("item_id", words[1]).put("output_index", Integer.parseInt(words[2]));
            if (words.length == 4) {
                var part = words[0].contains("reasoning_summary") ? "summary_index" : "content_index";
                event.put(part, Integer.parseInt(words[3]));
            }
            event.setAll(rest);
        }
        return event;
    }
}
