package io.dromedary.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * An upstream on a real socket that answers each request with a {@link Script}: queued scripts first, then what the
 * chosen function says. Speaks HTTP/1.1 with keep-alive, one virtual thread reading and one writing per connection, and
 * notices at once when a client leaves.
 */
public final class ScriptedBackend implements AutoCloseable {
    private final ServerSocket server;
    private final Queue<Script> queued = new ConcurrentLinkedQueue<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Function<Received, Script> otherwise;
    private volatile Script report = Script.json(404, "{}");
    private volatile Script health = Script.whole(200, "text/plain", Map.of(), "");

    private ScriptedBackend(ServerSocket server, Function<Received, Script> otherwise) {
        this.server = server;
        this.otherwise = otherwise;
    }

    /** Starts one that answers 500 until it is told what to do. */
    public static ScriptedBackend start() {
        return start(request -> Script.json(500, "{\"error\":{\"message\":\"no script\"}}"));
    }

    /** Starts one that answers each request as the function says. */
    public static ScriptedBackend start(Function<Received, Script> answers) {
        try {
            var backend = new ScriptedBackend(new ServerSocket(0, 1024, InetAddress.getLoopbackAddress()), answers);
            Thread.ofVirtual().name("scripted-backend").start(backend::accept);
            return backend;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An address of this machine where nobody listens. */
    public static String nobody() {
        return "http://127.0.0.1:" + FreePort.closed();
    }

    /** {@code http://127.0.0.1:PORT}. */
    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** Answers requests that come next, one script each. */
    public ScriptedBackend next(Script... scripts) {
        queued.addAll(List.of(scripts));
        return this;
    }

    /** Says this when it is asked what it is, which does not count as a request. */
    public ScriptedBackend report(Script script) {
        report = script;
        return this;
    }

    /** Says this when it is asked of its health, which does not count as a request. */
    public ScriptedBackend health(Script script) {
        health = script;
        return this;
    }

    /** Forgets what is queued. */
    public void clear() {
        queued.clear();
    }

    /** Answers every request for which nothing is queued. */
    public ScriptedBackend otherwise(Function<Received, Script> answers) {
        otherwise = answers;
        return this;
    }

    /** Every request so far, in order of arrival. */
    public List<Received> received() {
        return received;
    }

    /** Waits until so many requests came, and gives the last of them. */
    public Received await(int count, Duration most) throws InterruptedException {
        var deadline = System.nanoTime() + most.toNanos();
        synchronized (received) {
            while (received.size() < count) {
                var left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError(received.size() + " requests came, not " + count);
                }
                received.wait(Math.max(1, left / 1_000_000));
            }
        }
        return received.get(count - 1);
    }

    /** Connections that are open now. */
    public int connections() {
        return open.size();
    }

    /** Stops listening and closes every connection. */
    @Override
    public void close() {
        try {
            server.close();
            for (var socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Script script(Received request) {
        // Anthropic has no page for it but the list of its models
        var asksHealth = request.path().equals("/health") || request.path().equals("/v1/models");
        if (request.method().equals("GET") && asksHealth) {
            return health;
        }
        if (request.method().equals("GET") && request.path().equals("/info")) {
            return report;
        }
        synchronized (received) {
            received.add(request);
            received.notifyAll();
        }
        var script = queued.poll();
        return script == null ? otherwise.apply(request) : script;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                new ScriptedConnection(socket, this).start(() -> open.remove(socket));
            } catch (IOException e) {
                // closed, or a client that gave up while it was being accepted: the loop's condition tells which
            }
        }
    }
}
