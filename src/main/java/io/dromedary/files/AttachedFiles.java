package io.dromedary.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Faults;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Puts files into requests that name them by their ids: backends do not know those. Each goes along as a data URL, whose
 * type is what the file's name says.
 */
public final class AttachedFiles {
    /** Bytes of all files of one request. */
    static final long MOST = 20_000_000;

    private static final String ID = "file_id";
    private static final String NAME = "filename";
    private static final String CONTENT = "file_data";
    private static final String IMAGE = "image_url";
    private static final int PIECE = 1 << 20;

    private final StoredFiles files;

    public AttachedFiles(StoredFiles files) {
        this.files = files;
    }

    /**
     * A chat request with the files in it; the request itself where it names none.
     *
     * @return fails with {@link RefusedException}: 404 for a file that is not there for this project, 400 for too much of it
     */
    public CompletionStage<ChatRequest> chat(String project, ChatRequest request) {
        if (request.media().files() == 0) {
            return CompletableFuture.completedStage(request);
        }
        var tree = request.tree();
        var filling = new Filling(project);
        var messages = tree.path("messages");
        for (var i = 0; i < messages.size(); i++) {
            var content = messages.path(i).path("content");
            for (var j = 0; content.isArray() && j < content.size(); j++) {
                if (content.path(j).get("file") instanceof ObjectNode file) {
                    filling.add(file, false, "messages[" + i + "].content[" + j + "].file.file_id");
                }
            }
        }
        return filling.fill(0).thenApply(done -> ChatRequestReader.read(Json.bytes(tree)));
    }

    /**
     * Items of the Responses API with the files in them.
     *
     * @param items history, then input; not changed
     * @param earlier how many of them are history
     * @return fails as of {@link #chat}
     */
    public CompletionStage<List<ObjectNode>> items(String project, List<ObjectNode> items, int earlier) {
        var filling = new Filling(project);
        var filled = new ArrayList<ObjectNode>(items.size());
        for (var i = 0; i < items.size(); i++) {
            filled.add(item(items.get(i), i < earlier ? null : "input[" + (i - earlier) + "]", filling));
        }
        return filling.isEmpty()
                ? CompletableFuture.completedStage(items)
                : filling.fill(0).thenApply(done -> filled);
    }

    /** A copy, where something is to be put into it. */
    private static ObjectNode item(ObjectNode item, @Nullable String path, Filling filling) {
        if (!namesFile(item.path("content")) && !namesFile(item.path("output"))) {
            return item;
        }
        var copy = item.deepCopy();
        for (var member : List.of("content", "output")) {
            var parts = copy.path(member);
            for (var j = 0; parts.isArray() && j < parts.size(); j++) {
                if (parts.get(j) instanceof ObjectNode part && part.path(ID).isTextual()) {
                    filling.add(
                            part,
                            part.path("type").asText().equals("input_image"),
                            path == null ? null : path + "." + member + "[" + j + "].file_id");
                }
            }
        }
        return copy;
    }

    private static boolean namesFile(JsonNode parts) {
        if (!(parts instanceof ArrayNode list)) {
            return false;
        }
        for (var part : list) {
            var type = part.path("type").asText();
            if ((type.equals("input_file") || type.equals("input_image"))
                    && part.path(ID).isTextual()) {
                return true;
            }
        }
        return false;
    }

    /** @param path where the id stands in the request; null where it stands in an earlier one */
    private record Place(
            ObjectNode part, boolean image, @Nullable String path) {
        String id() {
            return part.path(ID).asText();
        }
    }

    /** The places of one request, filled one after the other. */
    private final class Filling {
        private final String project;
        private final List<Place> places = new ArrayList<>();
        private final Map<String, String> urls = new HashMap<>();
        private final Map<String, StoredFile> found = new HashMap<>();
        private long total;

        Filling(String project) {
            this.project = project;
        }

        void add(ObjectNode part, boolean image, @Nullable String path) {
            // who sends the picture itself beside an id gets that
            if (part.path(ID).isTextual()
                    && !part.path(CONTENT).isTextual()
                    && !part.path(IMAGE).isTextual()) {
                places.add(new Place(part, image, path));
            }
        }

        boolean isEmpty() {
            return places.isEmpty();
        }

        CompletionStage<Void> fill(int at) {
            if (at == places.size()) {
                return CompletableFuture.completedStage(null);
            }
            var place = places.get(at);
            return url(place).thenCompose(url -> {
                put(place, url);
                return fill(at + 1);
            });
        }

        private CompletionStage<String> url(Place place) {
            var known = urls.get(place.id());
            if (known != null) {
                var file = found.get(place.id());
                count(place, file == null ? 0 : file.bytes());
                return CompletableFuture.completedStage(known);
            }
            return files.find(project, place.id()).thenCompose(file -> {
                if (file == null) {
                    throw notFound(place);
                }
                count(place, file.bytes());
                return read(file, new ByteArrayOutputStream((int) file.bytes())).thenApply(bytes -> {
                    var url = "data:" + MediaType.of(file.filename()) + ";base64,"
                            + Base64.getEncoder().encodeToString(bytes);
                    urls.put(place.id(), url);
                    found.put(place.id(), file);
                    return url;
                });
            });
        }

        private void put(Place place, String url) {
            var file = found.get(place.id());
            if (place.image) {
                if (!url.startsWith("data:image/")) {
                    throw wrong(place, "the file is no image, as far as its name says");
                }
                place.part.put(IMAGE, url);
            } else {
                place.part.put(CONTENT, url);
                if (file != null && !place.part.path(NAME).isTextual()) {
                    place.part.put(NAME, file.filename());
                }
            }
            place.part.remove(ID);
        }

        private void count(Place place, long bytes) {
            total += bytes;
            if (total > MOST) {
                throw wrong(place, "the files of a request may have " + MOST + " bytes together");
            }
        }

        private CompletionStage<byte[]> read(StoredFile file, ByteArrayOutputStream into) {
            if (into.size() >= file.bytes()) {
                return CompletableFuture.completedStage(into.toByteArray());
            }
            return files.read(file, into.size(), PIECE).thenCompose(bytes -> {
                if (bytes.length == 0) {
                    throw new IllegalStateException("there is less of " + file.id() + " than it should have");
                }
                into.writeBytes(bytes);
                return read(file, into);
            });
        }
    }

    private static RefusedException notFound(Place place) {
        return new RefusedException(
                new Refusal.NotFound("No such File object: " + shown(place.id()), place.path, "file_not_found"));
    }

    private static RefusedException wrong(Place place, String words) {
        return Faults.at(
                place.path == null ? "input" : place.path,
                "invalid_value",
                "Invalid '%s' ('" + shown(place.id()) + "'): " + words + ".");
    }

    private static String shown(String id) {
        return id.length() > 100 ? id.substring(0, 100) + "..." : id;
    }
}
