package io.dromedary;

import static io.dromedary.testing.Caller.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import io.dromedary.store.HotRodNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.CapturedLog;
import io.dromedary.testing.Fleet;
import io.dromedary.testing.Fleet.Life;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.SlowEcho;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gateways that are killed again and again while they work on what outlives its request: deferred completions, responses in
 * the background and batches. Each piece of work ends once, is handed out once, and is run a second time only where a kill
 * broke off the first. {@code -Djobs.count=2000} has that many, with kills for as long as there is work;
 * {@code -Djobs.kills=10} so many of a gateway that is alone.
 */
@Timeout(1200)
final class JobsCrashIT {
    private static final int COUNT = Integer.getInteger("jobs.count", 150);
    private static final boolean LONG = COUNT >= 1000;
    private static final int CLIENTS = LONG ? 120 : 40;
    private static final Duration BETWEEN_KILLS = Duration.ofSeconds(3);

    /** What is left when nobody waits for anything any more: what was promised, and nobody was told of. */
    private static final Duration LEFT_OVER = Duration.ofSeconds(60);

    /** Lines of a batch that are under way at once. */
    private static final int LINES = 8;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private static GatewayProcess.Builder gateway(ScriptedBackend upstream, int number, String store) {
        return GatewayProcess.with()
                .backend("upstream", """
                        dialect: openai
                        url: %s/v1
                        # room for all at once: a line that has to give way to another lane is asked for again, and nobody was killed
                        concurrency: 1000
                        # of a machine that is starved none is at fault
                        timeouts: { connect: 30s, firstToken: 3m, betweenTokens: 3m }
                        models:
                          m: { upstream: life-%d }
                        """.formatted(upstream.url(), number))
                .config("gateway.yaml", """
                        jobs: { lease: 3s, inFlight: 64, batchLines: %d }
                        observe: { accessLog: false }
                        """.formatted(LINES) + store)
                .config("keys.yaml", Caller.keys(project("crash")))
                .jvm("-Djava.util.logging.config.file="
                        + Path.of("src/test/resources/logging-of-jobs.properties")
                                .toAbsolutePath())
                .jvm("-XX:TieredStopAtLevel=1")
                .jvm("-XX:+UseSerialGC")
                .jvm("-Xmx300m");
    }

    @Test
    void three_that_share_a_store() throws Exception {
        try (var noise = new CapturedLog("org.infinispan");
                var upstream = ScriptedBackend.start(new SlowEcho());
                var store = HotRodNode.start(folder)) {
            var remote = "store: { mode: remote, servers: [\"" + store.address() + "\"] }\n";
            try (var fleet =
                    Fleet.of(3, number -> gateway(upstream, number, remote).start())) {
                killAmidWork(fleet, upstream, LONG ? Integer.MAX_VALUE : 3);
            }
            assertThat(noise.records()).isNotNull();
        }
    }

    @Test
    void one_that_has_its_store_to_itself() throws Exception {
        try (var upstream = ScriptedBackend.start(new SlowEcho());
                var fleet = Fleet.of(
                        1,
                        number -> gateway(upstream, number, "")
                                .flag("--data", folder.toString())
                                .start())) {
            killAmidWork(fleet, upstream, Integer.getInteger("jobs.kills", 2));
        }
    }

    private static void killAmidWork(Fleet fleet, ScriptedBackend upstream, int kills) throws Exception {
        var clients = new JobClients(fleet, "crash");
        var begun = new AtomicInteger();
        var killed = new AtomicInteger();
        var over = new AtomicBoolean();
        var from = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var working = new ArrayList<Future<?>>();
            for (var i = 0; i < CLIENTS; i++) {
                working.add(threads.submit(() -> clients.work(
                        () -> begun.incrementAndGet() <= COUNT || kills != Integer.MAX_VALUE && killed.get() < kills)));
            }
            var killing = threads.submit(() -> {
                var last = System.nanoTime();
                while (killed.get() < kills && !over.get()) {
                    if (fleet.places() == 1) {
                        // one that is alone lives for so long, however long it takes to start
                        fleet.awaitAtLeast(1);
                        last = System.nanoTime();
                    }
                    TimeUnit.NANOSECONDS.sleep(last + BETWEEN_KILLS.toNanos() - System.nanoTime());
                    // of several one is left at least
                    fleet.awaitAtLeast(Math.min(2, fleet.places()));
                    last = System.nanoTime();
                    fleet.killOne();
                    killed.incrementAndGet();
                }
                return null;
            });
            for (var each : working) {
                each.get();
            }
            over.set(true);
            killing.get();
            fleet.awaitAll();
        }
        var took = Duration.ofNanos(System.nanoTime() - from);
        await().atMost(LEFT_OVER).untilAsserted(() -> assertThat(left(fleet)).isEmpty());
        clients.lookAgain();
        var runs = new JobRuns(fleet.lives(), upstream, clients.ended(), LINES);
        System.out.println(figures(clients, took) + runs + pace(fleet) + "; slowest: " + clients.slowest());

        assertThat(clients.faults()).isEmpty();
        assertThat(clients.ended()).hasSizeGreaterThanOrEqualTo(COUNT - clients.untold());
        runs.assertEachFollowsAKill();
        runs.assertNothingIsGivenUpThatWasNotBrokenOffTwice();
    }

    /** Jobs that there still are, as the gateways see it. */
    private static List<String> left(Fleet fleet) throws IOException, InterruptedException {
        var left = new ArrayList<String>();
        for (var life : fleet.alive()) {
            var page = CLIENT.send(
                    HttpRequest.newBuilder(URI.create(life.gateway().managementUrl() + "/observe/jobs"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            JsonNode jobs = Json.object(page.body().getBytes(StandardCharsets.UTF_8));
            if (!jobs.path("counts").isEmpty()) {
                left.add(page.body());
            }
        }
        return left;
    }

    /** From one kill to the next. */
    private static String pace(Fleet fleet) {
        var kills = fleet.lives().stream()
                .filter(Life::wasKilled)
                .mapToLong(Life::killedAt)
                .sorted()
                .toArray();
        return kills.length < 2
                ? ""
                : "; a kill every %.1f s, a start took %.1f s"
                        .formatted(
                                (kills[kills.length - 1] - kills[0]) / 1e9 / (kills.length - 1),
                                fleet.lives().stream()
                                                .mapToLong(life -> life.start().toMillis())
                                                .average()
                                                .orElseThrow()
                                        / 1e3);
    }

    private static String figures(JobClients clients, Duration took) {
        var ended = clients.ended().stream()
                .collect(Collectors.groupingBy(
                        end -> end.kind() + (end.givenUp() ? " given up" : ""), Collectors.counting()));
        return "%d jobs in %d s (%s); %d were promised to nobody, %d streams were cut and followed elsewhere; "
                .formatted(clients.ended().size(), took.toSeconds(), ended, clients.untold(), clients.cut());
    }
}
