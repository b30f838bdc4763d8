package io.dromedary.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A request that reached a {@link ScriptedBackend}, and what became of it. Times are of {@link System#nanoTime}. */
public final class Received {
    private enum Outcome {
        ANSWERED,
        CANCELLED
    }

    private record Ending(Outcome outcome, long at) {}

    private final String method;
    private final String path;
    private final Map<String, String> headers;
    private final byte[] body;
    private final long arrivedAt = System.nanoTime();
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();

    Received(String method, String path, Map<String, String> headers, byte[] body) {
        this.method = method;
        this.path = path;
        this.headers = headers;
        this.body = body;
    }

    public String method() {
        return method;
    }

    /** With the query. */
    public String path() {
        return path;
    }

    /** Value of a header by lower-case name, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    public String body() {
        return new String(body, UTF_8);
    }

    public byte[] bytes() {
        return body;
    }

    /** The body as a JSON object. */
    public JsonNode json() {
        return Json.object(body);
    }

    /** When its last byte came. */
    public long arrivedAt() {
        return arrivedAt;
    }

    /** When the client left before the script was over; empty when it did not, or has not yet. */
    public OptionalLong cancelledAt() {
        var ended = ending.getNow(null);
        return ended != null && ended.outcome == Outcome.CANCELLED ? OptionalLong.of(ended.at) : OptionalLong.empty();
    }

    /** When it was answered or the client left; empty while neither is so. */
    public OptionalLong endedAt() {
        var ended = ending.getNow(null);
        return ended == null ? OptionalLong.empty() : OptionalLong.of(ended.at);
    }

    /** Waits for its end. True when the client left before the script was over. */
    public boolean awaitCancelled(Duration most) throws InterruptedException {
        try {
            return ending.get(most.toNanos(), TimeUnit.NANOSECONDS).outcome == Outcome.CANCELLED;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    void answered() {
        ending.complete(new Ending(Outcome.ANSWERED, System.nanoTime()));
    }

    void cancelled() {
        ending.complete(new Ending(Outcome.CANCELLED, System.nanoTime()));
    }
}
