package io.dromedary.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;

/** A WebSocket client on a bare socket, frame by frame (RFC 6455, section 5.2), which does nothing by itself. */
public final class SocketClient implements AutoCloseable {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final int PATIENCE_MILLIS = 30_000;
    private static final byte[] MASK = {1, 2, 3, 4};

    /** @param payload of the frame; of one that closes, with its two bytes of status */
    public record Frame(int opcode, byte[] payload) {
        public String text() {
            return new String(payload, UTF_8);
        }

        /** Of a frame that closes. */
        public int status() {
            return (payload[0] & 0xff) << 8 | payload[1] & 0xff;
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private String head = "";

    private SocketClient(String url) throws IOException {
        var address = URI.create(url);
        this.socket = new Socket(address.getHost(), address.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** Asks for an upgrade with these headers beside those of a handshake, and reads the head of the answer. */
    public static SocketClient ask(String url, String path, String... headers) throws IOException {
        var client = new SocketClient(url);
        client.send("GET " + path
                + " HTTP/1.1\r\nhost: gateway\r\nconnection: keep-alive, Upgrade\r\nupgrade: websocket\r\n"
                + "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n")
                + "\r\n");
        return client;
    }

    /** Sends a request as it stands, and reads the head of the answer. */
    public static SocketClient raw(String url, String request) throws IOException {
        var client = new SocketClient(url);
        client.send(request);
        return client;
    }

    /** With the key that opens a gateway without keys. */
    public static SocketClient open(String url, String path) throws IOException {
        var client = ask(url, path, "authorization: Bearer " + GatewayProcess.KEY);
        if (!client.head.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError(client.head);
        }
        return client;
    }

    /** Sends another request on the same connection. */
    public void send(String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(UTF_8));
        var text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            var next = in.read();
            if (next < 0) {
                throw new AssertionError("the connection closed after: " + text);
            }
            text.append((char) next);
        }
        head = new String(text.toString().getBytes(ISO_8859_1), UTF_8);
    }

    /** Status line and headers of the answer to what was asked last. */
    public String head() {
        return head;
    }

    /** So many bytes of a body. */
    public String body(int length) throws IOException {
        return new String(in.readNBytes(length), UTF_8);
    }

    /** As many bytes of a body as the head says. */
    public String body() throws IOException {
        var length = head.toLowerCase(java.util.Locale.ROOT)
                .split("content-length: ", 2)[1]
                .split("\r\n", 2)[0];
        return body(Integer.parseInt(length));
    }

    public void text(String message) throws IOException {
        frame(TEXT, true, message.getBytes(UTF_8));
    }

    /** One frame, masked as a client's are. */
    public void frame(int opcode, boolean last, byte[] payload) throws IOException {
        var frame = new ByteArrayOutputStream();
        frame.writeBytes(head(opcode, last, payload.length));
        for (var i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i % MASK.length]);
        }
        socket.getOutputStream().write(frame.toByteArray());
    }

    /** The beginning of a frame, of which the rest never comes. */
    public void head(int opcode, long length) throws IOException {
        socket.getOutputStream().write(head(opcode, true, length));
    }

    private static byte[] head(int opcode, boolean last, long length) {
        var head = new ByteArrayOutputStream();
        head.write((last ? 0x80 : 0) | opcode);
        if (length < 126) {
            head.write(0x80 | (int) length);
        } else if (length < 65_536) {
            head.write(0x80 | 126);
            head.write((int) (length >> 8));
            head.write((int) length);
        } else {
            head.write(0x80 | 127);
            for (var shift = 56; shift >= 0; shift -= 8) {
                head.write((int) (length >> shift));
            }
        }
        head.writeBytes(MASK);
        return head.toByteArray();
    }

    /** The next frame, whatever it is. */
    public Frame next() throws IOException {
        var opcode = in.readUnsignedByte() & 0x0f;
        var length = (long) in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        return new Frame(opcode, in.readNBytes((int) length));
    }

    /** The next message, which must be one of text. */
    public String message() throws IOException {
        var frame = next();
        if (frame.opcode() != TEXT) {
            throw new AssertionError("a frame of type " + frame.opcode() + " came, not text: " + frame.text());
        }
        return frame.text();
    }

    /** The status with which the other side closes, which must be what it does next. */
    public int closed() throws IOException {
        var frame = next();
        if (frame.opcode() != CLOSE) {
            throw new AssertionError("it did not close, but said: " + frame.text());
        }
        return frame.status();
    }

    /** The connection itself is closed. */
    public boolean ended() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    /** Asks to close, as a well-behaved client does. */
    public void sayClose() throws IOException {
        frame(CLOSE, true, new byte[] {3, (byte) 0xe8});
    }

    /** Leaves with a TCP reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Leaves without a word. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
