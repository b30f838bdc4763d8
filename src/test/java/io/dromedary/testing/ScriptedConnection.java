package io.dromedary.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One connection to a {@link ScriptedBackend}: reads requests all the time, so as to see the client leave, and plays. */
final class ScriptedConnection {
    private final Socket socket;
    private final ScriptedBackend backend;
    private final LinkedBlockingQueue<Optional<Received>> requests = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    ScriptedConnection(Socket socket, ScriptedBackend backend) {
        this.socket = socket;
        this.backend = backend;
    }

    void start(Runnable whenClosed) {
        Thread.ofVirtual().name("scripted-reader").start(this::read);
        Thread.ofVirtual().name("scripted-writer").start(() -> {
            try (socket) {
                play();
            } catch (IOException | InterruptedException e) {
                // the connection is over, which each request knows
            } finally {
                whenClosed.run();
            }
        });
    }

    private void read() {
        try {
            var reader = new RequestReader(new BufferedInputStream(socket.getInputStream()));
            for (var request = reader.next(); request != null; request = reader.next()) {
                requests.add(Optional.of(request));
            }
        } catch (IOException e) {
            // reset by the client, or closed by the writer
        } finally {
            gone.complete(null);
            requests.add(Optional.empty());
        }
    }

    private void play() throws IOException, InterruptedException {
        var out = socket.getOutputStream();
        for (var keep = true; keep; ) {
            var next = requests.take();
            if (next.isEmpty()) {
                return;
            }
            var request = next.get();
            try {
                keep = play(backend.script(request), request, out);
            } catch (IOException e) {
                request.cancelled();
                throw e;
            }
        }
    }

    /** True when the connection can take another request. */
    private boolean play(Script script, Received request, OutputStream out) throws IOException, InterruptedException {
        var steps = script.steps();
        var chunked = false;
        for (var i = 0; i < steps.size(); i++) {
            var last = i == steps.size() - 1;
            switch (steps.get(i)) {
                case Step.Head head -> {
                    chunked = !head.headers().containsKey("content-length");
                    write(head, chunked, request, out);
                }
                case Step.Body(var bytes) -> {
                    if (last && !chunked) {
                        request.answered();
                    }
                    out.write(chunked ? chunk(bytes) : bytes);
                }
                case Step.Pause(var length) -> silence(length, request);
                case Step.Stall() -> silence(Duration.ofDays(1), request);
                case Step.Reset() -> {
                    request.answered();
                    socket.setSoLinger(true, 0);
                    return false;
                }
                case Step.CloseEarly() -> {
                    request.answered();
                    return false;
                }
            }
        }
        request.answered();
        if (chunked) {
            out.write("0\r\n\r\n".getBytes(ISO_8859_1));
        }
        return !"close".equals(request.header("connection"));
    }

    private void write(Step.Head head, boolean chunked, Received request, OutputStream out)
            throws IOException, InterruptedException {
        var text = new StringBuilder("HTTP/1.1 " + head.status() + " Scripted\r\n");
        head.headers().forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
        text.append(chunked ? "transfer-encoding: chunked\r\n\r\n" : "\r\n");
        if (head.betweenLines().isZero()) {
            out.write(text.toString().getBytes(ISO_8859_1));
            return;
        }
        for (var line : text.toString().split("(?<=\n)")) {
            out.write(line.getBytes(ISO_8859_1));
            silence(head.betweenLines(), request);
        }
    }

    private static byte[] chunk(byte[] bytes) {
        var chunk = new ByteArrayOutputStream(bytes.length + 12);
        chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
        chunk.writeBytes(bytes);
        chunk.writeBytes("\r\n".getBytes(ISO_8859_1));
        return chunk.toByteArray();
    }

    private void silence(Duration length, Received request) throws IOException, InterruptedException {
        try {
            gone.get(length.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        request.cancelled();
        throw new IOException("the client left");
    }
}
