package io.dromedary.backend.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.backend.dialect.blocks.BlockForm;
import io.dromedary.backend.dialect.blocks.DataUri;
import io.dromedary.backend.dialect.blocks.Turns;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/** Content blocks as the Messages API has them. */
final class AnthropicBlocks implements BlockForm {
    private static final Set<String> IMAGES = Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

    @Override
    public ObjectNode text(String text) {
        return block("text").put("text", text);
    }

    @Override
    public ObjectNode image(String url, String param) {
        var image = block("image");
        var data = DataUri.of(url);
        if (data == null) {
            if (!url.startsWith("https://") && !url.startsWith("http://")) {
                throw DataUri.unfit(param, "an http(s) address, or a data: URI in base64,");
            }
            image.putObject("source").put("type", "url").put("url", url);
            return image;
        }
        var type = data.mediaType().equals("image/jpg") ? "image/jpeg" : data.mediaType();
        if (!IMAGES.contains(type)) {
            throw DataUri.unfit(param, "of the type image/png, image/jpeg, image/gif or image/webp");
        }
        image.putObject("source").put("type", "base64").put("media_type", type).put("data", data.base64());
        return image;
    }

    @Override
    public ObjectNode file(JsonNode file, String param) {
        var data = DataUri.of(Turns.text(file, "file_data"));
        if (data == null) {
            throw DataUri.unfit(param + ".file_data", "a data: URI in base64");
        }
        var document = block("document");
        var source = document.putObject("source");
        if (data.mediaType().equals("application/pdf")) {
            source.put("type", "base64").put("media_type", "application/pdf").put("data", data.base64());
        } else if (data.mediaType().startsWith("text/")) {
            source.put("type", "text").put("media_type", "text/plain").put("data", decoded(data, param));
        } else {
            throw DataUri.unfit(param + ".file_data", "a PDF or a text");
        }
        if (!Turns.text(file, "filename").isEmpty()) {
            document.put("title", Turns.text(file, "filename"));
        }
        return document;
    }

    private static String decoded(DataUri data, String param) {
        try {
            return new String(Base64.getDecoder().decode(data.base64()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw DataUri.unfit(param + ".file_data", "sound base64");
        }
    }

    @Override
    public ObjectNode call(String id, String name, ObjectNode input) {
        return block("tool_use").put("id", id).put("name", name).set("input", input);
    }

    @Override
    public ObjectNode result(String id, ArrayNode blocks) {
        var result = block("tool_result").put("tool_use_id", id);
        return blocks.isEmpty() ? result : result.set("content", blocks);
    }

    @Override
    public ObjectNode thinking(String text, String signature) {
        return block("thinking").put("thinking", text).put("signature", signature);
    }

    @Override
    public ObjectNode redacted(String data) {
        return block("redacted_thinking").put("data", data);
    }

    @Override
    public void cache(ArrayNode blocks, JsonNode control) {
        ((ObjectNode) blocks.path(blocks.size() - 1)).set("cache_control", control);
    }

    private static ObjectNode block(String type) {
        return Json.MAPPER.createObjectNode().put("type", type);
    }
}
