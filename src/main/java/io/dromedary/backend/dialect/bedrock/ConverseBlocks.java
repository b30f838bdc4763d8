package io.dromedary.backend.dialect.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.backend.dialect.blocks.BlockForm;
import io.dromedary.backend.dialect.blocks.DataUri;
import io.dromedary.backend.dialect.blocks.Turns;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Content blocks as Converse has them. */
final class ConverseBlocks implements BlockForm {
    private static final Set<String> IMAGES = Set.of("png", "jpeg", "gif", "webp");

    /** Formats of documents by media type. */
    private static final Map<String, String> DOCUMENTS = Map.of(
            "application/pdf", "pdf",
            "text/plain", "txt",
            "text/csv", "csv",
            "text/html", "html",
            "text/markdown", "md",
            "application/msword", "doc",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx",
            "application/vnd.ms-excel", "xls",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx");

    private int documents;

    @Override
    public ObjectNode text(String text) {
        return Json.MAPPER.createObjectNode().put("text", text);
    }

    @Override
    public ObjectNode image(String url, String param) {
        var data = DataUri.of(url);
        if (data == null) {
            throw DataUri.unfit(param, "a data: URI in base64");
        }
        var format = data.subtype().equals("jpg") ? "jpeg" : data.subtype();
        if (!data.mediaType().startsWith("image/") || !IMAGES.contains(format)) {
            throw DataUri.unfit(param, "of the type image/png, image/jpeg, image/gif or image/webp");
        }
        var block = Json.MAPPER.createObjectNode();
        block.putObject("image").put("format", format).putObject("source").put("bytes", data.base64());
        return block;
    }

    @Override
    public ObjectNode file(JsonNode file, String param) {
        var data = DataUri.of(Turns.text(file, "file_data"));
        var format = data == null ? null : DOCUMENTS.get(data.mediaType());
        if (data == null || format == null) {
            throw DataUri.unfit(
                    param + ".file_data", "a data: URI in base64 of a PDF, a text, or a document of an office suite,");
        }
        var block = Json.MAPPER.createObjectNode();
        block.putObject("document")
                .put("format", format)
                .put("name", name(Turns.text(file, "filename")))
                .putObject("source")
                .put("bytes", data.base64());
        return block;
    }

    /** Names have to be there, of few kinds of characters, and no two alike. */
    private String name(String filename) {
        var dot = filename.lastIndexOf('.');
        var plain = (dot > 0 ? filename.substring(0, dot) : filename)
                .replaceAll("[^\\p{Alnum} ()\\[\\]-]", "-")
                .replaceAll(" {2,}", " ")
                .strip();
        documents++;
        var number = documents == 1 ? "" : " (" + documents + ")";
        return (plain.isEmpty() ? "document" : plain.substring(0, Math.min(150, plain.length()))) + number;
    }

    @Override
    public ObjectNode call(String id, String name, ObjectNode input) {
        var block = Json.MAPPER.createObjectNode();
        block.putObject("toolUse").put("toolUseId", id).put("name", name).set("input", input);
        return block;
    }

    @Override
    public ObjectNode result(String id, ArrayNode blocks) {
        var block = Json.MAPPER.createObjectNode();
        // what is empty has to be said with one block as well
        var content =
                blocks.isEmpty() ? blocks.add(Json.MAPPER.createObjectNode().put("text", " ")) : blocks;
        block.putObject("toolResult").put("toolUseId", id).set("content", content);
        return block;
    }

    @Override
    public ObjectNode thinking(String text, String signature) {
        var block = Json.MAPPER.createObjectNode();
        block.putObject("reasoningContent")
                .putObject("reasoningText")
                .put("text", text)
                .put("signature", signature);
        return block;
    }

    @Override
    public ObjectNode redacted(String data) {
        var block = Json.MAPPER.createObjectNode();
        block.putObject("reasoningContent").put("redactedContent", data);
        return block;
    }

    @Override
    public void cache(ArrayNode blocks, JsonNode control) {
        var point = blocks.addObject().putObject("cachePoint").put("type", "default");
        var lifetime = Turns.text(control, "ttl").toLowerCase(Locale.ROOT);
        if (!lifetime.isEmpty()) {
            point.put("ttl", lifetime);
        }
    }
}
