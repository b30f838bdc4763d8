package io.dromedary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.json.Json;
import io.dromedary.testing.Form;
import io.dromedary.testing.GatewayProcess;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A file that is larger than the heap goes up and comes down: 200 MB, or as many bytes as {@code -Dfile.bytes} says, e.g.
 * 2000000000.
 */
@Timeout(900)
final class LargeFileIT {
    private static final long BYTES = Long.getLong("file.bytes", 200_000_000);
    private static final int PIECE = 1 << 16;

    /** All that the gateway may take of the machine beyond what it has before the first byte. */
    private static final long MOST_GROWTH = 120_000_000;

    @Test
    void a_file_that_is_larger_than_the_heap_goes_up_and_comes_down() throws Exception {
        try (var gateway = GatewayProcess.with()
                .jvm("-Xmx128m")
                .jvm("-XX:MaxDirectMemorySize=64m")
                .backend("simulator", """
                        dialect: simulator
                        models:
                          m: { upstream: simulator }
                        """)
                .config("gateway.yaml", "files: { bytes: 10000000000 }\n")
                .start()) {
            // one of its like, that all is loaded which is needed for it
            download(gateway, upload(gateway, 20_000_000), 20_000_000);
            var before = resident(gateway);
            var begin = System.nanoTime();
            var id = upload(gateway, BYTES);
            var up = System.nanoTime();
            var afterUp = resident(gateway);
            download(gateway, id, BYTES);
            var down = System.nanoTime();
            var after = resident(gateway);
            System.out.printf(
                    "%d MB: up in %.1f s, down in %.1f s; resident %d MB, %d MB, %d MB%n",
                    BYTES / 1_000_000,
                    (up - begin) / 1e9,
                    (down - up) / 1e9,
                    before / 1_000_000,
                    afterUp / 1_000_000,
                    after / 1_000_000);
            assertThat(Math.max(afterUp, after) - before).isLessThan(MOST_GROWTH);
        }
    }

    /** Bytes of memory. */
    private static long resident(GatewayProcess gateway) throws IOException {
        try (var lines =
                Files.lines(Path.of("/proc", String.valueOf(gateway.process().pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D+", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Socket open(GatewayProcess gateway, String request) throws IOException {
        var socket = new Socket("127.0.0.1", URI.create(gateway.url()).getPort());
        socket.getOutputStream()
                .write((request + "\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + GatewayProcess.KEY
                                + "\r\n")
                        .getBytes(UTF_8));
        return socket;
    }

    private static String upload(GatewayProcess gateway, long length) throws IOException {
        var head = new Form()
                .field("purpose", "user_data")
                .text("--xYzZy\r\nContent-Disposition: form-data; name=\"file\"; filename=\"large\"\r\n\r\n")
                .begun();
        var tail = "\r\n--xYzZy--\r\n".getBytes(UTF_8);
        try (var socket = open(gateway, "POST /v1/files HTTP/1.1")) {
            var out = socket.getOutputStream();
            out.write(("Content-Type: " + Form.TYPE + "\r\nContent-Length: " + (head.length + length + tail.length)
                            + "\r\n\r\n")
                    .getBytes(UTF_8));
            out.write(head);
            var random = new SplittableRandom(1);
            var piece = new byte[PIECE];
            for (var left = length; left > 0; left -= PIECE) {
                random.nextBytes(piece);
                out.write(piece, 0, (int) Math.min(left, PIECE));
            }
            out.write(tail);
            out.flush();
            var answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200");
            var file =
                    Json.object(answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(UTF_8));
            assertThat(file.path("bytes").asLong()).isEqualTo(length);
            return file.path("id").asText();
        }
    }

    private static void download(GatewayProcess gateway, String id, long length) throws IOException {
        try (var socket = open(gateway, "GET /v1/files/" + id + "/content HTTP/1.1")) {
            socket.getOutputStream().write("\r\n".getBytes(UTF_8));
            var in = new BufferedInputStream(socket.getInputStream(), PIECE);
            skipHead(in);
            var random = new SplittableRandom(1);
            var piece = new byte[PIECE];
            var is = new CRC32();
            var shall = new CRC32();
            for (var left = length; left > 0; left -= PIECE) {
                var count = (int) Math.min(left, PIECE);
                random.nextBytes(piece);
                shall.update(piece, 0, count);
                is.update(in.readNBytes(count));
            }
            assertThat(is.getValue()).isEqualTo(shall.getValue());
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    private static void skipHead(InputStream in) throws IOException {
        var last = 0;
        while (last != 0x0d0a0d0a) {
            var next = in.read();
            assertThat(next).isNotNegative();
            last = last << 8 | next;
        }
    }
}
