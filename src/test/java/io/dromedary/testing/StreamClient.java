package io.dromedary.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;

/** A client of one chat stream on a bare socket, which can leave whenever and however it wants. */
public final class StreamClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    private StreamClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Asks for a streamed chat completion. */
    public static StreamClient ask(String url, String model, String text) throws IOException {
        return ask(url, model, 1, text);
    }

    /** Asks for a streamed chat completion with so many choices. */
    public static StreamClient ask(String url, String model, int choices, String text) throws IOException {
        var body = "{\"model\":\"" + model + "\",\"n\":" + choices
                + ",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
        return ask(new Caller(url, GatewayProcess.KEY), body);
    }

    /** Asks for whatever chat completion this request says. */
    public static StreamClient ask(Caller caller, String body) throws IOException {
        return ask(caller, "/v1/chat/completions", body);
    }

    /** Posts a body. */
    public static StreamClient ask(Caller caller, String path, String body) throws IOException {
        var length = body.getBytes(UTF_8).length;
        return send(
                caller,
                "POST " + path,
                "content-type: application/json\r\ncontent-length: " + length + "\r\n\r\n" + body);
    }

    /** Asks for what is at a path. */
    public static StreamClient get(Caller caller, String path) throws IOException {
        return send(caller, "GET " + path, "\r\n");
    }

    private static StreamClient send(Caller caller, String what, String rest) throws IOException {
        var address = URI.create(caller.url());
        var head = what + " HTTP/1.1\r\nhost: " + address.getAuthority() + "\r\nauthorization: Bearer " + caller.key()
                + "\r\n";
        var client = new StreamClient(new Socket(address.getHost(), address.getPort()));
        client.socket.setTcpNoDelay(true);
        client.socket.getOutputStream().write((head + rest).getBytes(UTF_8));
        return client;
    }

    /** Reads up to and with a text, and gives what came; all of it when the text does not come. */
    public String readUpTo(String end) throws IOException {
        var text = new StringBuilder();
        for (var next = in.read(); next >= 0; next = in.read()) {
            text.append((char) next);
            if (next == end.charAt(end.length() - 1) && text.indexOf(end, text.length() - end.length()) >= 0) {
                break;
            }
        }
        return new String(text.toString().getBytes(ISO_8859_1), UTF_8);
    }

    /** Reads the body of an answer that comes in chunks, to this end or as far as it comes. */
    public String readBody(String end) throws IOException {
        var text = new StringBuilder();
        try {
            readUpTo("\r\n\r\n");
            for (var size = line(); !size.isEmpty() && !size.equals("0"); size = line()) {
                var chunk = in.readNBytes(Integer.parseInt(size, 16));
                text.append(new String(chunk, ISO_8859_1));
                line();
                if (text.indexOf(end, text.length() - end.length()) >= 0) {
                    break;
                }
            }
        } catch (SocketException e) {
            // what came before is what there is
        }
        return new String(text.toString().getBytes(ISO_8859_1), UTF_8);
    }

    private String line() throws IOException {
        return readUpTo("\r\n").strip();
    }

    /** Leaves with a TCP reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Leaves in order. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
