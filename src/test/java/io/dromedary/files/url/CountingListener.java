package io.dromedary.files.url;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes connections at every address of this machine, and counts them. */
final class CountingListener implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket();
    private final AtomicInteger connections = new AtomicInteger();

    CountingListener() throws IOException {
        socket.bind(new InetSocketAddress(0));
        Thread.ofVirtual().start(this::listen);
    }

    private void listen() {
        try {
            while (true) {
                socket.accept().close();
                connections.incrementAndGet();
            }
        } catch (SocketException e) {
            // closed
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
