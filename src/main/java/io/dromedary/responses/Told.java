package io.dromedary.responses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What those who continue a response need of it, read off its record. All else that a record holds, which is the most of it,
 * is passed over: a turn reads hundreds of them at once.
 *
 * @param project that made it; empty where it was deleted while it ran
 * @param lineage the responses that it continues
 * @param items its input, then its output
 */
record Told(String project, Lineage lineage, List<ObjectNode> items) {

    static Told of(StoredResponse response) {
        List<ObjectNode> items = new ArrayList<>(response.input());
        items.addAll(response.output());
        return new Told(response.project(), response.lineage(), items);
    }

    /**
     * Of the text of a record.
     *
     * @throws IllegalArgumentException where that is none
     */
    static Told read(String text) {
        try (var parser = Json.KEPT.createParser(text)) {
            return new Reader(parser).read();
        } catch (IOException e) {
            throw new IllegalArgumentException("no response: " + e.getMessage(), e);
        }
    }

    private static final class Reader {
        private final JsonParser parser;
        private String project = "";
        private List<String> ends = List.of();
        private List<String> near = List.of();
        private List<ObjectNode> input = List.of();
        private List<ObjectNode> output = List.of();

        Reader(JsonParser parser) {
            this.parser = parser;
        }

        Told read() throws IOException {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("no response: it is no object");
            }
            for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                switch (name) {
                    case "v" -> checkVersion();
                    case "project" -> project = parser.getText();
                    case "ends" -> ends = strings();
                    case "ancestors" -> near = strings();
                    case "input" -> input = objects();
                    case "response" -> response();
                    default -> parser.skipChildren();
                }
            }
            List<ObjectNode> items = new ArrayList<>(input.size() + output.size());
            items.addAll(input);
            items.addAll(output);
            return new Told(project, new Lineage(ends, near), items);
        }

        private void checkVersion() throws IOException {
            if (parser.getValueAsInt() != Kept.VERSION) {
                throw new IllegalArgumentException("no response of a known version");
            }
        }

        private void response() throws IOException {
            for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                if (name.equals("output")) {
                    output = objects();
                } else {
                    parser.skipChildren();
                }
            }
        }

        private List<String> strings() throws IOException {
            List<String> strings = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                strings.add(parser.getText());
            }
            return strings;
        }

        private List<ObjectNode> objects() throws IOException {
            List<ObjectNode> objects = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (!(parser.readValueAsTree() instanceof ObjectNode object)) {
                    throw new IllegalArgumentException("no response: an item is no object");
                }
                objects.add(object);
            }
            return objects;
        }
    }
}
