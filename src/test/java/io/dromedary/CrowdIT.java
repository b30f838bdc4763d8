package io.dromedary;

import static io.dromedary.testing.Caller.project;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.store.HotRodNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.CapturedLog;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five hundred callers at once, with a key that may call a hundred times in a minute: at one gateway, and at three that share
 * a store. As many get in as may, and then as many as the minute gives back.
 */
@Timeout(180)
final class CrowdIT {
    private static final int CALLERS = 500;
    private static final double LIMIT = 100;
    private static final double PER_NANO = LIMIT / TimeUnit.MINUTES.toNanos(1);
    private static final long LENGTH = TimeUnit.SECONDS.toNanos(5);
    private static final double EXACTNESS = 0.02;

    /** Each call is worth so many tokens, by its estimate as well as by its backend's count. */
    private static final int TOKENS = 100;

    private static final int PROMPT_TOKENS = 40;
    private static final String BODY = body();

    @TempDir
    private Path folder;

    private static final String ANSWER = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"up","choices":[{"index":0,"message":\
            {"role":"assistant","content":"yes","refusal":null},"logprobs":null,"finish_reason":"stop"}],%s}""".formatted(ChatEvents.usageMember(PROMPT_TOKENS, TOKENS - PROMPT_TOKENS));

    /** At four bytes for a token it is estimated at what the backend will count, so that estimates stay as they are. */
    private static String body() {
        var body = Caller.body("m", "\"max_completion_tokens\":" + (TOKENS - PROMPT_TOKENS));
        return body + " ".repeat(4 * PROMPT_TOKENS - body.length());
    }

    private static GatewayProcess.Builder gateway(ScriptedBackend upstream) {
        return GatewayProcess.with()
                .backend("upstream", """
                        dialect: openai
                        url: %s/v1
                        models:
                          m: { upstream: up }
                        """.formatted(upstream.url()))
                .config(
                        "keys.yaml",
                        Caller.keys(
                                project("practising", "limits: { requestsPerMinute: 6000 }"),
                                project("requests", "limits: { requestsPerMinute: " + (int) LIMIT + " }"),
                                project("tokens", "limits: { tokensPerMinute: " + (int) LIMIT * TOKENS + " }")));
    }

    private static ScriptedBackend upstream() {
        return ScriptedBackend.start(request -> Script.json(200, ANSWER));
    }

    @Test
    void one_gateway_admits_what_the_limit_says() throws Exception {
        try (var upstream = upstream();
                var gateway = gateway(upstream).start()) {
            assertAdmitted("requests", List.of(gateway));
            assertAdmitted("tokens", List.of(gateway));
        }
    }

    @Test
    void three_gateways_that_share_a_store_admit_together_what_the_limit_says() throws Exception {
        try (var noise = new CapturedLog("org.infinispan");
                var upstream = upstream();
                var store = HotRodNode.start(folder);
                var starts = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<GatewayProcess> start = () -> gateway(upstream)
                    .config("gateway.yaml", "store: { mode: remote, servers: [\"" + store.address() + "\"] }\n")
                    .start();
            var starting = List.of(starts.submit(start), starts.submit(start), starts.submit(start));
            try (var one = starting.get(0).get();
                    var two = starting.get(1).get();
                    var three = starting.get(2).get()) {
                assertAdmitted("requests", List.of(one, two, three));
                assertAdmitted("tokens", List.of(one, two, three));
            }
            assertThat(noise.records()).isNotEmpty();
        }
    }

    private static void assertAdmitted(String project, List<GatewayProcess> gateways) throws Exception {
        for (var i = 0; i < 60; i++) {
            Caller.of(gateways.get(i % gateways.size()), "practising").ask(BODY);
        }
        var atFirst = new AtomicInteger();
        var later = new AtomicInteger();
        var refused = new AtomicInteger();
        Queue<Object> unexpected = new ConcurrentLinkedQueue<>();
        var callers = new ArrayList<Callable<Long>>();
        var lastSent = new AtomicLong();
        var lastTold = new AtomicLong();
        var begun = System.nanoTime();
        for (var i = 0; i < CALLERS; i++) {
            var caller = Caller.of(gateways.get(i % gateways.size()), project);
            callers.add(() -> {
                var firstEnded = 0L;
                for (var now = System.nanoTime(); now - begun < LENGTH || firstEnded == 0; now = System.nanoTime()) {
                    var answer = caller.ask(BODY);
                    lastSent.accumulateAndGet(now - begun, Math::max);
                    lastTold.accumulateAndGet(System.nanoTime() - begun, Math::max);
                    switch (answer.statusCode()) {
                        case 200 -> (firstEnded == 0 ? atFirst : later).incrementAndGet();
                        case 429 -> refused.incrementAndGet();
                        default -> unexpected.add(answer.statusCode() + answer.body());
                    }
                    firstEnded = firstEnded == 0 ? System.nanoTime() : firstEnded;
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(700));
                }
                return firstEnded;
            });
        }
        var burstEnded = 0L;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var ended : threads.invokeAll(callers)) {
                burstEnded = Math.max(burstEnded, ended.get() - begun);
            }
        }
        System.out.printf(
                "%d gateways, %s: %d of the first %d within %d ms, %d later within %d ms, %d refusals%n",
                gateways.size(),
                project,
                atFirst.get(),
                CALLERS,
                burstEnded / 1_000_000,
                later.get(),
                lastTold.get() / 1_000_000,
                refused.get());
        assertThat(unexpected).isEmpty();
        assertThat((double) atFirst.get()).as("at first").isBetween(LIMIT, due(burstEnded) * (1 + EXACTNESS));
        assertThat((double) atFirst.get() + later.get())
                .as("in all")
                .isBetween(due(lastSent.get()) * (1 - EXACTNESS), due(lastTold.get()) * (1 + EXACTNESS));
    }

    /** As many as may have got in by then. */
    private static double due(long nanos) {
        return LIMIT + nanos * PER_NANO;
    }
}
