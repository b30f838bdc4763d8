package io.dromedary.testing.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.AssembledCompletion;
import io.dromedary.api.json.Json;
import io.dromedary.api.sse.SseParser;
import io.dromedary.testing.Caller;
import io.dromedary.testing.MessageJudge;
import io.dromedary.testing.StreamJudge;
import io.dromedary.testing.conversation.Said;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An API of the gateway's in which models can be spoken to. */
public enum Front {
    CHAT("/v1/chat/completions") {
        @Override
        ObjectNode request(Ask ask) {
            var request = Json.MAPPER.createObjectNode();
            var user = request.putArray("messages").addObject().put("role", "user");
            if (ask.image().isEmpty()) {
                user.put("content", ask.text());
            } else {
                var parts = user.putArray("content");
                parts.addObject().put("type", "text").put("text", ask.text());
                parts.addObject()
                        .put("type", "image_url")
                        .putObject("image_url")
                        .put("url", ask.imageUrl());
            }
            if (ask.hasHistory()) {
                var messages = request.withArray("messages");
                messages.add(ask.before().message());
                for (var call : ask.before().calls()) {
                    messages.addObject()
                            .put("role", "tool")
                            .put("tool_call_id", call.id())
                            .put("content", ask.output());
                }
            }
            for (var name : ask.tools()) {
                var function = request.withArray("tools")
                        .addObject()
                        .put("type", "function")
                        .putObject("function")
                        .put("name", name);
                function.set("parameters", Ask.schema());
            }
            if (ask.format()) {
                request.putObject("response_format")
                        .put("type", "json_schema")
                        .putObject("json_schema")
                        .put("name", "answer")
                        .set("schema", Ask.schema());
            }
            if (ask.stream()) {
                request.putObject("stream_options").put("include_usage", true);
            }
            return request;
        }

        @Override
        Told whole(JsonNode body) {
            var message = body.at("/choices/0/message");
            var calls = new ArrayList<Said.Call>();
            for (var call : message.path("tool_calls")) {
                calls.add(new Said.Call(
                        call.path("id").asText(),
                        call.at("/function/name").asText(),
                        call.at("/function/arguments").asText()));
            }
            return new Told(
                    text(message, "content") + text(message, "refusal"),
                    text(message, "reasoning_content"),
                    calls,
                    body.at("/choices/0/finish_reason").asText(),
                    body.at("/usage/prompt_tokens").asInt(),
                    body.at("/usage/completion_tokens").asInt());
        }

        @Override
        JsonNode assembled(String events) {
            var completion = new AssembledCompletion();
            var bytes = events.getBytes(StandardCharsets.UTF_8);
            new SseParser(1 << 24).feed(bytes, 0, bytes.length, completion::add);
            return Json.object(completion.toBytes());
        }
    },

    RESPONSES("/v1/responses") {
        @Override
        ObjectNode request(Ask ask) {
            var request = Json.MAPPER.createObjectNode().put("store", false);
            var input = request.putArray("input");
            var content = input.addObject().put("role", "user").putArray("content");
            content.addObject().put("type", "input_text").put("text", ask.text());
            if (!ask.image().isEmpty()) {
                content.addObject().put("type", "input_image").put("image_url", ask.imageUrl());
            }
            if (ask.hasHistory()) {
                for (var call : ask.before().calls()) {
                    input.addObject()
                            .put("type", "function_call")
                            .put("call_id", call.id())
                            .put("name", call.name())
                            .put("arguments", call.arguments());
                }
                for (var call : ask.before().calls()) {
                    input.addObject()
                            .put("type", "function_call_output")
                            .put("call_id", call.id())
                            .put("output", ask.output());
                }
            }
            for (var name : ask.tools()) {
                request.withArray("tools")
                        .addObject()
                        .put("type", "function")
                        .put("name", name)
                        .set("parameters", Ask.schema());
            }
            if (ask.format()) {
                request.putObject("text")
                        .putObject("format")
                        .put("type", "json_schema")
                        .put("name", "answer")
                        .set("schema", Ask.schema());
            }
            return request;
        }

        @Override
        Told whole(JsonNode body) {
            var text = new StringBuilder();
            var reasoning = new StringBuilder();
            var calls = new ArrayList<Said.Call>();
            for (var item : body.path("output")) {
                switch (item.path("type").asText()) {
                    case "message" ->
                        item.path("content").forEach(part -> text.append(text(part, "text") + text(part, "refusal")));
                    case "reasoning" -> {
                        item.path("summary").forEach(part -> reasoning.append(text(part, "text")));
                        item.path("content").forEach(part -> reasoning.append(text(part, "text")));
                    }
                    case "function_call" ->
                        calls.add(new Said.Call(
                                item.path("call_id").asText(),
                                item.path("name").asText(),
                                item.path("arguments").asText()));
                    default -> throw new AssertionError("an item nobody told of: " + item);
                }
            }
            var complete = body.path("status").asText().equals("completed");
            var finish = calls.isEmpty() ? "stop" : "tool_calls";
            return new Told(
                    text.toString(),
                    reasoning.toString(),
                    calls,
                    complete ? finish : body.path("status").asText(),
                    body.at("/usage/input_tokens").asInt(),
                    body.at("/usage/output_tokens").asInt());
        }

        @Override
        JsonNode assembled(String events) {
            var list = events.lines()
                    .filter(line -> line.startsWith("data: {"))
                    .map(line -> Json.object(line.substring(6).getBytes(StandardCharsets.UTF_8)))
                    .toList();
            return StreamJudge.judge(list);
        }
    },

    MESSAGES("/v1/messages") {
        @Override
        ObjectNode request(Ask ask) {
            var request = Json.MAPPER.createObjectNode().put("max_tokens", 2000);
            // who does not ask is not shown what a model thinks
            request.putObject("thinking").put("type", "adaptive");
            var messages = request.putArray("messages");
            var content = messages.addObject().put("role", "user").putArray("content");
            content.addObject().put("type", "text").put("text", ask.text());
            if (!ask.image().isEmpty()) {
                content.addObject()
                        .put("type", "image")
                        .putObject("source")
                        .put("type", "base64")
                        .put("media_type", "image/png")
                        .put("data", ask.image());
            }
            if (ask.hasHistory()) {
                var calls = messages.addObject().put("role", "assistant").putArray("content");
                var results = messages.addObject().put("role", "user").putArray("content");
                for (var call : ask.before().calls()) {
                    calls.addObject()
                            .put("type", "tool_use")
                            .put("id", call.id())
                            .put("name", call.name())
                            .set("input", Json.object(call.arguments().getBytes(StandardCharsets.UTF_8)));
                    results.addObject()
                            .put("type", "tool_result")
                            .put("tool_use_id", call.id())
                            .put("content", ask.output());
                }
            }
            for (var name : ask.tools()) {
                request.withArray("tools").addObject().put("name", name).set("input_schema", Ask.schema());
            }
            if (ask.format()) {
                request.putObject("output_config")
                        .putObject("format")
                        .put("type", "json_schema")
                        .set("schema", Ask.schema());
            }
            return request;
        }

        @Override
        Told whole(JsonNode body) {
            var text = new StringBuilder();
            var reasoning = new StringBuilder();
            var calls = new ArrayList<Said.Call>();
            for (var block : body.path("content")) {
                switch (block.path("type").asText()) {
                    case "text" -> text.append(text(block, "text"));
                    case "thinking" -> reasoning.append(text(block, "thinking"));
                    case "tool_use" ->
                        calls.add(new Said.Call(
                                block.path("id").asText(),
                                block.path("name").asText(),
                                block.path("input").toString()));
                    default -> throw new AssertionError("a block nobody told of: " + block);
                }
            }
            var finish = switch (body.path("stop_reason").asText()) {
                case "end_turn" -> "stop";
                case "tool_use" -> "tool_calls";
                case "refusal" -> "content_filter";
                default -> body.path("stop_reason").asText();
            };
            return new Told(
                    text.toString(),
                    reasoning.toString(),
                    calls,
                    finish,
                    body.at("/usage/input_tokens").asInt()
                            + body.at("/usage/cache_creation_input_tokens").asInt()
                            + body.at("/usage/cache_read_input_tokens").asInt(),
                    body.at("/usage/output_tokens").asInt());
        }

        @Override
        JsonNode assembled(String events) {
            return MessageJudge.judge(events);
        }

        /** A refusal that a backend tells from a text is a way to end, here. */
        @Override
        public String finish(Said said) {
            return said.refusal().isEmpty() ? said.finishReason() : "content_filter";
        }
    };

    private final String path;

    Front(String path) {
        this.path = path;
    }

    /** What a caller was told, in any API. */
    public record Told(
            String text, String reasoning, List<Said.Call> calls, String finish, int prompt, int completion) {}

    abstract ObjectNode request(Ask ask);

    abstract Told whole(JsonNode body);

    /** The whole answer that a stream adds up to. */
    abstract JsonNode assembled(String events);

    /** Asks, and gives whatever comes. */
    public HttpResponse<String> ask(Caller caller, String model, Ask ask) {
        var request = request(ask).put("model", model);
        if (ask.stream()) {
            request.put("stream", true);
        }
        return caller.post(path, request.toString());
    }

    /** What an answer that is none of failure says. */
    public Told told(HttpResponse<String> answer, boolean stream) {
        return whole(stream ? assembled(answer.body()) : Caller.json(answer));
    }

    /** How an answer that says this ends, in chat's words. */
    public String finish(Said said) {
        return said.finishReason();
    }

    /** What went wrong, by its code; of a stream that is a 200 of this API whatever comes, as the stream ends. */
    public String code(HttpResponse<String> answer) {
        return this == RESPONSES && answer.statusCode() == 200
                ? assembled(answer.body()).at("/error/code").asText("")
                : Caller.json(answer).at("/error/code").asText("");
    }

    /** A stream of this API has begun before any backend's has; only what is the caller's fault is told by a status. */
    public boolean failsInStream() {
        return this == RESPONSES;
    }

    /** Names the field that cannot be had. */
    public String param(HttpResponse<String> answer) {
        return Caller.json(answer).at("/error/param").asText("");
    }

    private static String text(JsonNode node, String member) {
        return node.hasNonNull(member) ? node.path(member).asText() : "";
    }
}
