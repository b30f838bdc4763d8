package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.ScriptedBackend;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A {@link FailoverCase} while it happens: its calls, and what its backends saw. */
final class Run {
    private final FailoverCase row;
    private final String id;
    private final GatewayProcess gateway;
    private final Map<String, ScriptedBackend> backends;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private String members = "";

    Run(FailoverCase row, String id, GatewayProcess gateway, Map<String, ScriptedBackend> backends) {
        this.row = row;
        this.id = id;
        this.gateway = gateway;
        this.backends = backends;
    }

    FailoverCase row() {
        return row;
    }

    /** Lets it happen. */
    void tell() {
        try {
            row.story().tell(this);
            end.complete(attempts());
        } catch (Throwable e) {
            // awaited by the row's test
            end.completeExceptionally(new AssertionError("«" + row.name() + "» " + e.getMessage(), e));
        }
    }

    /** Waits until it has happened; fails as it failed. */
    void await() throws Throwable {
        try {
            end.get();
        } catch (ExecutionException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    /** More attempts came after it was over and all was well. */
    boolean wasAskedLater() {
        return end.handle((count, failure) -> failure == null && count != attempts())
                .join();
    }

    @Override
    public String toString() {
        return row.name();
    }

    /** Sends a header with the calls that come. */
    Run header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Asks for usage, which only a caller of a stream has to. */
    Run wantingUsage() {
        return row.stream() ? member("stream_options", "{\"include_usage\":true}") : this;
    }

    /** Sends a member of the body with the calls that come. */
    Run member(String name, String json) {
        members += ",\"" + name + "\":" + json;
        return this;
    }

    /** Makes the call, and checks what holds for every call. */
    Told ask() throws InterruptedException {
        var told = Caller.ask(gateway.url(), Caller.body(id, row.stream(), members), headers, row.most());
        assertThat(told.broken()).as(told.body()).isNull();
        told.check();
        if (row.stream() && !members.contains("include_usage")) {
            assertThat(told.stream().chunks())
                    .as("usage that nobody asked for")
                    .noneMatch(chunk -> chunk.hasNonNull("usage"));
        }
        backends.keySet().forEach(letter -> seen(letter).check(row.stream()));
        return told;
    }

    /** Makes the call and leaves as soon as it reached a backend. Gives the time. */
    long leaveOnceAsked(String letter) throws InterruptedException {
        return Caller.leave(
                gateway.url(),
                Caller.body(id, row.stream(), members),
                () -> scripted(letter).await(1, row.most()));
    }

    /** The public name of the model that is asked for. */
    String model() {
        return id;
    }

    /** The public name of its fallback. */
    String fallback() {
        return id + "-other";
    }

    /** The name of a backend, in files and in errors. */
    String backend(String letter) {
        return id + "-" + letter;
    }

    GatewayProcess gateway() {
        return gateway;
    }

    ScriptedBackend scripted(String letter) {
        return Objects.requireNonNull(backends.get(letter), letter);
    }

    Seen seen(String letter) {
        return new Seen(letter, scripted(letter));
    }

    Seen a() {
        return seen("a");
    }

    Seen b() {
        return seen("b");
    }

    Seen c() {
        return seen("c");
    }

    /** How many attempts its backends saw. */
    int attempts() {
        return backends.keySet().stream()
                .mapToInt(letter -> seen(letter).attempts().size())
                .sum();
    }
}
