package io.dromedary.backend.dialect.tgi;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.ModelName;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.json.Json;
import io.dromedary.api.sse.SseParser;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** What the tests of this dialect share: a target, readable requests, streams fed in pieces, recorded bytes. */
final class Tgi {
    static final String HELLO = "{\"model\":\"llama\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    static final String HELLO_STREAM =
            "{\"model\":\"llama\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    private static final Path WIRE = Path.of("..", "shared", "wire");

    private Tgi() {}

    static JsonNode json(String text) {
        return Objects.requireNonNull(Json.read(text.getBytes(StandardCharsets.UTF_8)), text);
    }

    /** Mints {@code chatcmpl-1}, {@code call_2}, … */
    static TgiDialect dialect() {
        var minted = new AtomicInteger();
        return new TgiDialect(
                prefix -> prefix + minted.incrementAndGet(), InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000)));
    }

    static Target target() {
        return target(Map.of());
    }

    static Target target(Map<String, Object> capabilities) {
        return new Target(
                new BackendName("local"),
                new ModelName("llama"),
                "tgi",
                dialect().capabilities().with(capabilities));
    }

    static ChatRequest request(String json) {
        return ChatRequests.of(json);
    }

    /** A request whose only unusual thing is the given members. */
    static ChatRequest requestWith(String members) {
        return request("{\"model\":\"llama\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]," + members + "}");
    }

    static ChatRequest requestOf(String messages) {
        return request("{\"model\":\"llama\",\"messages\":" + messages + "}");
    }

    static Dialect.Outgoing send(ChatRequest request) {
        return dialect().chat(request, target());
    }

    static ObjectNode sent(ChatRequest request) {
        return Json.object(send(request).body());
    }

    static ChatAnswer answer(String request) {
        return dialect().answer(request(request), target());
    }

    /** One reading of a stream: the answer after its end, and all that was written for the client. */
    record Reading(ChatAnswer answer, String text) {
        /** Data of the events that the client got. */
        List<String> events() {
            var events = new ArrayList<String>();
            var parser = new SseParser(1 << 20);
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            SseParser.Listener collect =
                    (buffer, offset, length) -> events.add(new String(buffer, offset, length, StandardCharsets.UTF_8));
            parser.feed(bytes, 0, bytes.length, collect);
            parser.end(collect);
            return events;
        }

        List<JsonNode> chunks() {
            return events().stream()
                    .filter(event -> !event.equals("[DONE]"))
                    .map(event -> (JsonNode) Json.object(event.getBytes(StandardCharsets.UTF_8)))
                    .toList();
        }

        String content() {
            var content = new StringBuilder();
            chunks().forEach(
                            chunk -> content.append(delta(chunk).path("content").asText("")));
            return content.toString();
        }

        String arguments() {
            var arguments = new StringBuilder();
            chunks().forEach(chunk -> arguments.append(delta(chunk)
                    .path("tool_calls")
                    .path(0)
                    .path("function")
                    .path("arguments")
                    .asText("")));
            return arguments.toString();
        }

        /** The finish reasons that chunks carry. */
        List<String> finishReasons() {
            return chunks().stream()
                    .map(chunk -> chunk.path("choices").path(0).path("finish_reason"))
                    .filter(JsonNode::isTextual)
                    .map(JsonNode::textValue)
                    .toList();
        }

        static JsonNode delta(JsonNode chunk) {
            return chunk.path("choices").path(0).path("delta");
        }
    }

    /** Reads a stream as the gateway does, from pieces of the given length. */
    static Reading read(String request, String sse, int piece) {
        return read(request, sse.getBytes(StandardCharsets.UTF_8), List.of(), piece);
    }

    static Reading read(String request, String sse) {
        return read(request, sse, Integer.MAX_VALUE);
    }

    /** Reads a stream in two pieces. */
    static Reading readSplit(String request, String sse, int at) {
        return read(request, sse.getBytes(StandardCharsets.UTF_8), List.of(at), Integer.MAX_VALUE);
    }

    private static Reading read(String request, byte[] sse, List<Integer> cuts, int piece) {
        var answer = answer(request);
        var out = new ByteArrayBuilder();
        var parser = new SseParser(1 << 20);
        SseParser.Listener listener = (buffer, offset, length) -> answer.event(buffer, offset, length, out);
        for (var at = 0; at < sse.length; ) {
            var next = Math.min((long) at + piece, sse.length);
            for (var cut : cuts) {
                next = cut > at ? Math.min(next, cut) : next;
            }
            parser.feed(sse, at, (int) next - at, listener);
            at = (int) next;
        }
        parser.end(listener);
        answer.end(out);
        answer.end(out);
        return new Reading(answer, new String(out.toByteArray(), StandardCharsets.UTF_8));
    }

    /** Events as TGI frames them. */
    static String sse(String... data) {
        var sse = new StringBuilder();
        for (var each : data) {
            sse.append("data: ").append(each).append("\n\n");
        }
        return sse.toString();
    }

    /** A chunk as TGI writes it. */
    static String chunk(String delta, @Nullable String finishReason) {
        return "{\"object\":\"chat.completion.chunk\",\"id\":\"\",\"created\":1741265133,\"model\":\"base\","
                + "\"system_fingerprint\":\"3.3.6\",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"logprobs\":null,\"finish_reason\":" + (finishReason == null ? "null" : '"' + finishReason + '"')
                + "}],\"usage\":null}";
    }

    static String text(String content, @Nullable String finishReason) {
        return chunk("{\"role\":\"assistant\",\"content\":" + Json.MAPPER.valueToTree(content) + "}", finishReason);
    }

    static String call(@Nullable String name, String arguments, @Nullable String finishReason) {
        return chunk(
                "{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"0\",\"type\":\"function\",\"function\":{"
                        + "\"name\":" + Json.MAPPER.valueToTree(name) + ",\"arguments\":"
                        + Json.MAPPER.valueToTree(arguments) + "}}]}",
                finishReason);
    }

    /** Bytes that a real TGI sent; the test is skipped where they are not at hand. */
    static String recorded(String path) {
        var file = WIRE.resolve(path);
        Assumptions.assumeTrue(Files.exists(file), "no recorded bytes at " + file);
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
