package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.testing.Caller;
import io.dromedary.testing.Form;
import io.dromedary.testing.GatewayProcess;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that is killed amid uploads: what was answered is there, and of the rest there is no file. */
@Timeout(180)
final class FilesCrashIT {
    private static final int KILLS = 3;
    private static final int UPLOADS = 4;
    private static final int LENGTH = 1_000_000;

    @TempDir
    private Path data;

    private GatewayProcess gateway() throws IOException, InterruptedException {
        return GatewayProcess.with()
                .backend("simulator", """
                        dialect: simulator
                        models:
                          m: { upstream: simulator }
                        """)
                .config("keys.yaml", Caller.keys(project("owner")))
                .flag("--data", data.toString())
                .start();
    }

    private static byte[] form(String name) {
        var content = new byte[LENGTH];
        new SplittableRandom(name.hashCode()).nextBytes(content);
        return new Form()
                .field("purpose", "user_data")
                .file("file", name, content)
                .whole();
    }

    /** Sends so much of a form. */
    private static Socket send(Caller caller, byte[] form, int length) throws IOException {
        var socket = new Socket("127.0.0.1", URI.create(caller.url()).getPort());
        socket.setSoTimeout(60_000);
        var out = socket.getOutputStream();
        out.write(("POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + caller.key() + "\r\nContent-Type: "
                        + Form.TYPE + "\r\nContent-Length: " + form.length + "\r\nConnection: close\r\n\r\n")
                .getBytes(UTF_8));
        out.write(form, 0, length);
        out.flush();
        return socket;
    }

    private long onDisk() throws IOException {
        var content = data.resolve("content");
        if (Files.notExists(content)) {
            return 0;
        }
        try (var all = Files.walk(content)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    private static List<String> names(Caller caller) {
        var names = new ArrayList<String>();
        json(caller.get("/v1/files?limit=100"))
                .path("data")
                .forEach(file -> names.add(file.path("filename").asText()));
        return names;
    }

    @Test
    void what_was_answered_is_whole_and_of_what_was_cut_there_is_no_file() throws Exception {
        var answered = new ArrayList<String>();
        for (var kill = 0; kill < KILLS; kill++) {
            try (var gateway = gateway()) {
                var caller = Caller.of(gateway, "owner");
                assertThat(names(caller)).containsExactlyInAnyOrderElementsOf(answered);
                var whole = "whole" + kill;
                var form = form(whole);
                try (var socket = send(caller, form, form.length)) {
                    assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                            .startsWith("HTTP/1.1 200");
                }
                answered.add(whole);
                var before = onDisk();
                var cut = new ArrayList<Socket>();
                for (var i = 0; i < UPLOADS; i++) {
                    var half = form("cut" + kill + "-" + i);
                    cut.add(send(caller, half, 300_000 + i * 200_000));
                }
                await().atMost(Duration.ofSeconds(30)).until(() -> onDisk() == before + UPLOADS);
                gateway.kill();
                for (var socket : cut) {
                    socket.close();
                }
            }
        }
        try (var gateway = gateway()) {
            var caller = Caller.of(gateway, "owner");
            assertThat(names(caller)).containsExactlyInAnyOrderElementsOf(answered);
            // soon after the start
            await().atMost(Duration.ofMinutes(1)).until(() -> onDisk() == answered.size());
            var files = json(caller.get("/v1/files?limit=100")).path("data");
            for (var file : files) {
                var content = caller.get("/v1/files/" + file.path("id").asText() + "/content");
                assertThat(content.statusCode()).isEqualTo(200);
                assertThat(file.path("bytes").asInt()).isEqualTo(LENGTH);
                assertThat(Integer.parseInt(
                                content.headers().firstValue("content-length").orElseThrow()))
                        .isEqualTo(LENGTH);
            }
        }
    }
}
