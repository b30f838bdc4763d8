package io.dromedary.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a {@link ScriptedBackend} answers to one request, step by step; the body is ended after the last step. Immutable:
 * each call gives a new script.
 */
public final class Script {
    private final List<Step> steps;

    private Script(List<Step> steps) {
        this.steps = steps;
    }

    /** A script without a head; for what goes wrong before one. */
    public static Script nothing() {
        return new Script(List.of());
    }

    /** A stream of server-sent events, chunked. */
    public static Script stream() {
        return head(200, Map.of("content-type", "text/event-stream"));
    }

    /** A stream of these events. */
    public static Script stream(String... data) {
        var script = stream();
        for (var event : data) {
            script = script.event(event);
        }
        return script;
    }

    /** A whole JSON body with its length. */
    public static Script json(int status, String body) {
        return json(status, Map.of(), body);
    }

    public static Script json(int status, Map<String, String> headers, String body) {
        return whole(status, "application/json", headers, body);
    }

    /** A whole body with its length. */
    public static Script whole(int status, String contentType, Map<String, String> headers, String body) {
        var all = new LinkedHashMap<String, String>();
        all.put("content-type", contentType);
        all.put("content-length", String.valueOf(body.getBytes(UTF_8).length));
        all.putAll(headers);
        return head(status, all).raw(body);
    }

    /** A head of one's own; the body is chunked unless there is a {@code content-length}. */
    public static Script head(int status, Map<String, String> headers) {
        return slowHead(status, headers, Duration.ZERO);
    }

    /** A head that comes line by line. */
    public static Script slowHead(int status, Map<String, String> headers, Duration betweenLines) {
        return nothing().then(new Step.Head(status, Map.copyOf(headers), betweenLines));
    }

    /** One framed event: {@code data: …} and a blank line, in one write. */
    public Script event(String data) {
        return raw("data: " + data + "\n\n");
    }

    /** The first half of an event. */
    public Script halfEvent(String data) {
        return raw("data: " + data.substring(0, data.length() / 2));
    }

    public Script raw(String text) {
        return raw(text.getBytes(UTF_8));
    }

    public Script raw(byte[] bytes) {
        return bytes.length == 0 ? this : then(new Step.Body(bytes.clone()));
    }

    public Script pause(Duration length) {
        return then(new Step.Pause(length));
    }

    /** Says nothing more until the client leaves. */
    public Script stall() {
        return then(new Step.Stall());
    }

    /** The same, with a pause before its first step, and one before each of the others. */
    public Script paced(Duration first, Duration others) {
        var paced = new ArrayList<Step>();
        for (var step : steps) {
            paced.add(new Step.Pause(paced.isEmpty() ? first : others));
            paced.add(step);
        }
        return new Script(List.copyOf(paced));
    }

    /** Breaks the connection with a TCP reset. */
    public Script reset() {
        return then(new Step.Reset());
    }

    /** Closes the connection without ending the body. */
    public Script closeEarly() {
        return then(new Step.CloseEarly());
    }

    List<Step> steps() {
        return steps;
    }

    private Script then(Step step) {
        var longer = new ArrayList<>(steps);
        longer.add(step);
        return new Script(List.copyOf(longer));
    }
}
