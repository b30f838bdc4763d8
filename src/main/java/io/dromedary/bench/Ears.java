package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An upstream that takes recordings, keeps none, and can stop in the middle of each until it is told to go on. */
final class Ears implements AutoCloseable {
    private static final byte[] ANSWER = answer();
    private static final String LENGTH = "content-length: ";
    private static final int PIECE = 64 * 1024;

    private final ServerSocket server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
    private final AtomicInteger stopped = new AtomicInteger();
    private volatile @Nullable Phaser gate;

    Ears() throws IOException {
        Thread.ofVirtual().name("ears").start(this::accept);
    }

    private static byte[] answer() {
        var body = "{\"text\":\"A dromedary has one hump.\",\"usage\":{\"type\":\"duration\",\"seconds\":1600}}";
        return """
                HTTP/1.1 200 OK\r
                content-type: application/json\r
                content-length: %d\r
                \r
                %s""".formatted(body.length(), body).getBytes(ISO_8859_1);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Recordings are read half from now on. */
    void stop() {
        gate = new Phaser(1);
    }

    /** Recordings that have been read half. */
    int stopped() {
        return stopped.get();
    }

    void goOn() {
        var waiting = gate;
        gate = null;
        stopped.set(0);
        if (waiting != null) {
            waiting.arriveAndDeregister();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                // closed: the loop's condition tells
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream(), PIECE);
            for (var length = length(in); length >= 0; length = length(in)) {
                listen(in, length);
                socket.getOutputStream().write(ANSWER);
            }
        } catch (IOException e) {
            // the gateway left
        }
    }

    private void listen(InputStream in, long length) throws IOException {
        in.skipNBytes(length / 2);
        var closed = gate;
        if (closed != null) {
            stopped.incrementAndGet();
            closed.awaitAdvance(0);
        }
        in.skipNBytes(length - length / 2);
    }

    /** Of the request that comes next; -1 where there is none. */
    private static long length(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            var c = in.read();
            if (c < 0) {
                return -1;
            }
            head.append((char) c);
        }
        var text = head.toString().toLowerCase(Locale.ROOT);
        var at = text.indexOf(LENGTH) + LENGTH.length();
        return Long.parseLong(text.substring(at, text.indexOf('\r', at)));
    }

    @Override
    public void close() throws IOException {
        goOn();
        server.close();
    }
}
