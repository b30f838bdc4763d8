package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What recordings take of the gateway's heap: while they arrive, and while an upstream takes its time over them. Many are held
 * at once, so that what each adds stands out from what comes and goes.
 */
final class AudioBench {
    /** Bytes of a recording. */
    private static final int SIZE = 25_000_000;

    /** Megabytes of live heap that each may add. */
    private static final double HELD = 2;

    private static final double MEGABYTE = 1024 * 1024;
    private static final int LAST = 64 * 1024;
    private static final int PATIENCE_SECONDS = 120;
    private static final int CALM_MILLIS = 500;
    private static final String ARRIVING = "arriving";
    private static final String SENT_ON = "sent on";
    private static final String AFTERWARDS = "afterwards";
    private static final String LIVE = "live";
    private static final String ADDED = "added";
    private static final String BOUNDARY = "bench-boundary";

    private final Rig rig;
    private final BenchOptions options;
    private final PrintStream out;
    private final Rounds rounds = new Rounds();
    private final byte[] piece = new byte[LAST];

    AudioBench(Rig rig, BenchOptions options, PrintStream out) {
        this.rig = rig;
        this.options = options;
        this.out = out;
        new SplittableRandom(1).nextBytes(piece);
    }

    /** @return whether each recording was written down */
    boolean run() throws IOException, InterruptedException {
        try (var ears = new Ears()) {
            var key = GatewayProxy.newKey();
            var running = GatewayProxy.start(
                    rig,
                    Cores.Place.PROXY,
                    options.gatewayJavaOptions(),
                    Map.of(
                            "backends/bench.yaml",
                            GatewayProxy.backend(ChatBody.MODEL, ears.port(), options.streams())
                                    + "timeouts: { firstToken: 60m, total: 60m }\n",
                            "config/gateway.yaml",
                            "timeouts: { body: 60m }\n",
                            "config/keys.yaml",
                            GatewayProxy.keys(key)));
            var gateway = new Contender(Contender.GATEWAY, running.port(), key, running.child());
            out.printf(
                    "audio: %d recordings of %d bytes at once, %d rounds; gateway options %s%n",
                    options.streams(), SIZE, options.rounds(), String.join(" ", options.gatewayJavaOptions()));
            var clean = round(gateway, ears, null);
            for (var round = 0; clean && round < options.rounds(); round++) {
                clean = round(gateway, ears, rounds);
            }
            report();
            Verdict.warnings(out, List.of(gateway));
            return clean;
        }
    }

    private boolean round(Contender gateway, Ears ears, @Nullable Rounds into)
            throws IOException, InterruptedException {
        var uploads = new ArrayList<Upload>();
        var pid = gateway.process() == null ? 0 : gateway.process().handle().pid();
        var idle = live(pid);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ears.stop();
            for (var i = 0; i < options.streams(); i++) {
                uploads.add(new Upload(gateway));
            }
            var begun = new ArrayList<Callable<Boolean>>();
            uploads.forEach(upload -> begun.add(upload::begin));
            if (!all(threads.invokeAll(begun))) {
                return false;
            }
            var arriving = live(pid);
            var ended = new ArrayList<Callable<Boolean>>();
            uploads.forEach(upload -> ended.add(upload::end));
            if (!all(threads.invokeAll(ended)) || !allAreStopped(ears)) {
                return false;
            }
            var sentOn = live(pid);
            ears.goOn();
            var answered = new ArrayList<Callable<Boolean>>();
            uploads.forEach(upload -> answered.add(upload::answered));
            if (!all(threads.invokeAll(answered))) {
                return false;
            }
            if (into != null) {
                add(into, ARRIVING, arriving, idle);
                add(into, SENT_ON, sentOn, idle);
                add(into, AFTERWARDS, live(pid), idle);
            }
            return true;
        } finally {
            for (var upload : uploads) {
                upload.socket.close();
            }
        }
    }

    private boolean allAreStopped(Ears ears) throws InterruptedException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (ears.stopped() < options.streams()) {
            if (System.nanoTime() - deadline > 0) {
                out.println("only " + ears.stopped() + " recordings got to the upstream");
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);
        }
        return true;
    }

    private boolean all(List<Future<Boolean>> results) throws InterruptedException {
        for (var result : results) {
            try {
                if (!result.get()) {
                    return false;
                }
            } catch (ExecutionException e) {
                out.println("a recording failed: " + e.getCause());
                return false;
            }
        }
        return true;
    }

    private void add(Rounds into, String state, long live, long idle) {
        into.add(state, LIVE, live / MEGABYTE);
        into.add(state, ADDED, (live - idle) / MEGABYTE / options.streams());
    }

    /** Once what is under way has come to rest. */
    private static long live(long pid) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);
        return Heap.liveBytes(pid);
    }

    private void report() {
        var table = new Table("recordings", "live heap MB", "MB each");
        for (var state : List.of(ARRIVING, SENT_ON, AFTERWARDS)) {
            table.row(
                    state,
                    rounds.spread(state, LIVE).text(1),
                    rounds.spread(state, ADDED).text(3));
        }
        out.println();
        out.print(table.text());
        Verdict.atMost(out, "heap of a recording that arrives, MB", rounds.spread(ARRIVING, ADDED), HELD);
        Verdict.atMost(out, "heap of a recording that is sent on, MB", rounds.spread(SENT_ON, ADDED), HELD);
    }

    /** One of them, on a connection of its own. */
    private final class Upload {
        final Socket socket;
        private final byte[] head;
        private final byte[] tail = ("\r\n--" + BOUNDARY + "--\r\n").getBytes(ISO_8859_1);

        Upload(Contender gateway) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            var part = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n" + ChatBody.MODEL
                    + "\r\n--" + BOUNDARY
                    + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n";
            head = """
                    POST /v1/audio/transcriptions HTTP/1.1\r
                    host: 127.0.0.1\r
                    authorization: Bearer %s\r
                    content-type: multipart/form-data; boundary=%s\r
                    content-length: %d\r
                    connection: close\r
                    \r
                    %s""".formatted(gateway.key(), BOUNDARY, part.length() + SIZE + tail.length, part)
                    .getBytes(ISO_8859_1);
        }

        /** All but the last of it. */
        boolean begin() throws IOException {
            socket.getOutputStream().write(head);
            write(SIZE - LAST);
            return true;
        }

        boolean end() throws IOException {
            write(LAST);
            socket.getOutputStream().write(tail);
            return true;
        }

        private void write(int bytes) throws IOException {
            for (var left = bytes; left > 0; left -= LAST) {
                socket.getOutputStream().write(piece, 0, Math.min(left, LAST));
            }
        }

        boolean answered() throws IOException {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            var status = in.readLine();
            var rest = in.lines().toList();
            if (status == null || !status.startsWith("HTTP/1.1 200")) {
                throw new IOException(status + " " + String.join(" ", rest));
            }
            return true;
        }
    }
}
