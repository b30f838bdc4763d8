package io.dromedary.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.CapturedLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class AccessLogTest {
    private static final long TIME = Instant.parse("2026-03-04T05:06:07.089Z").toEpochMilli();

    @Test
    void a_call_is_one_line_of_json_with_every_field() {
        var line = written(new AccessLine(
                TIME,
                "req_1",
                "POST",
                "/v1/chat/completions",
                200,
                Ended.ANSWERED,
                "acme",
                "ci",
                "gpt-4o-mini",
                "azure",
                "gpt-4o-mini-2024-07-18",
                3,
                "default",
                4,
                true,
                12,
                345,
                78,
                910,
                1112,
                13_141,
                List.of("openai: 503", "openai: 503"),
                null,
                "4bf92f3577b34da6a3ce929d0e0e4736",
                true));

        assertThat(line).isEqualTo("""
                        {"time":"2026-03-04T05:06:07.089Z","request_id":"req_1","method":"POST",\
                        "path":"/v1/chat/completions","status":200,"ended":"answered","project":"acme","key":"ci",\
                        "model":"gpt-4o-mini","backend":"azure","upstream_model":"gpt-4o-mini-2024-07-18",\
                        "attempts":3,"tier":"default","lane_wait_ms":4,"stream":true,"prompt_tokens":12,"completion_tokens":345,\
                        "first_token_ms":78,"duration_ms":910,"bytes_in":1112,"bytes_out":13141,\
                        "failover":["openai: 503","openai: 503"],"error":null,\
                        "trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","inner":true}
                        """);
    }

    @Test
    void what_is_not_known_is_null() {
        var line = json(written(refused("/nowhere", null)));

        assertThat(line.get("status").asInt()).isEqualTo(404);
        assertThat(line.get("ended").asText()).isEqualTo("refused");
        assertThat(line.get("error").asText()).isEqualTo("not_found");
        for (var name : List.of(
                "project", "key", "model", "backend", "tier", "lane_wait_ms", "prompt_tokens", "first_token_ms")) {
            assertThat(line.get(name).isNull()).as(name).isTrue();
        }
        assertThat(line.has("trace_id")).as("calls are not traced").isFalse();
        assertThat(line.has("inner")).as("it came from outside").isFalse();
    }

    @Test
    void what_a_caller_made_up_is_escaped_and_cut_to_200_characters() {
        var line = written(refused("/\"\n\u0001" + "x".repeat(500), "m".repeat(100_000)));

        assertThat(line).hasLineCount(1);
        assertThat(json(line).get("path").asText()).startsWith("/\"\n\u0001xx").hasSize(200);
        assertThat(json(line).get("model").asText()).hasSize(200);
    }

    @Test
    void milliseconds_and_seconds_follow_the_clock() {
        var out = new ByteArrayOutputStream();
        try (var log = new AccessLog(out, 100)) {
            for (var millis : List.of(0L, 7L, 999L, 1000L, TIME, 0L)) {
                log.write(at(millis));
            }
        }

        assertThat(lines(out))
                .extracting(line -> json(line).get("time").asText())
                .containsExactly(
                        "1970-01-01T00:00:00.000Z",
                        "1970-01-01T00:00:00.007Z",
                        "1970-01-01T00:00:00.999Z",
                        "1970-01-01T00:00:01.000Z",
                        "2026-03-04T05:06:07.089Z",
                        "1970-01-01T00:00:00.000Z");
    }

    @Test
    void a_line_is_flushed_at_once_when_nothing_follows_it() {
        var out = new GatedStream();
        out.open();
        try (var log = new AccessLog(out, 100)) {
            for (var i = 1; i <= 5; i++) {
                var expected = i;
                log.write(at(i));
                await().until(() -> out.flushedLines() == expected);
            }
        }
    }

    @Test
    void lines_of_many_threads_all_arrive_whole_in_few_writes() throws InterruptedException {
        var out = new GatedStream();
        out.open();
        var threads = new ArrayList<Thread>();
        try (var log = new AccessLog(out, 100_000)) {
            for (var i = 0; i < 4; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (var n = 0; n < 5_000; n++) {
                        log.write(at(n));
                    }
                }));
            }
            for (var thread : threads) {
                thread.join();
            }
        }

        assertThat(lines(out.bytes))
                .hasSize(20_000)
                .allSatisfy(line ->
                        assertThat(json(line).get("request_id").asText()).isEqualTo("req_1"));
        assertThat(out.writes.get()).isLessThan(5_000);
    }

    @Test
    void a_reader_that_is_too_slow_costs_lines_and_never_time_and_the_log_says_how_many() throws InterruptedException {
        var out = new GatedStream();
        var log = new AccessLog(out, 10);
        log.write(at(0));
        out.entered.await();

        for (var i = 0; i < 25; i++) {
            log.write(at(i));
        }
        assertThat(log.dropped()).isEqualTo(15);

        out.open();
        log.close();
        assertThat(lines(out.bytes))
                .hasSize(12)
                .element(1)
                .satisfies(line ->
                        assertThat(json(line).get("dropped_lines").asInt()).isEqualTo(15));
    }

    @Test
    void a_stream_that_fails_is_tried_again_and_what_it_lost_is_counted() {
        var bytes = new ByteArrayOutputStream();
        var failures = new AtomicInteger(2);
        var out = new OutputStream() {
            @Override
            public void write(int b) {
                bytes.write(b);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                if (failures.getAndDecrement() > 0) {
                    throw new IOException("No space left on device");
                }
                bytes.write(from, offset, length);
            }
        };
        try (var told = new CapturedLog(AccessLog.class);
                var log = new AccessLog(out, 10)) {
            log.write(at(1));
            await().until(() -> log.dropped() == 1);
            log.write(at(2));
            await().until(() -> log.dropped() == 2);
            log.write(at(3));
            await().until(() -> !lines(bytes).isEmpty());
            log.write(at(4));
            assertThat(told.records())
                    .singleElement()
                    .satisfies(line -> assertThat(line.getMessage()).contains("No space left on device"));
        }

        assertThat(lines(bytes)).hasSize(3);
        assertThat(json(lines(bytes).get(1)).get("dropped_lines").asInt()).isEqualTo(2);
    }

    @Test
    void after_the_close_lines_are_dropped_and_counted() {
        var out = new ByteArrayOutputStream();
        var log = new AccessLog(out, 10);
        log.write(at(1));
        log.close();
        log.write(at(2));
        log.close();

        assertThat(lines(out)).hasSize(1);
        assertThat(log.dropped()).isEqualTo(1);
    }

    private static String written(AccessLine line) {
        var out = new ByteArrayOutputStream();
        try (var log = new AccessLog(out, 10)) {
            log.write(line);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static List<String> lines(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static JsonNode json(String line) {
        return Objects.requireNonNull(Json.read(line.getBytes(StandardCharsets.UTF_8)), line);
    }

    private static AccessLine refused(String path, @Nullable String model) {
        return new AccessLine(
                TIME,
                "req_1",
                "GET",
                path,
                404,
                Ended.REFUSED,
                null,
                null,
                model,
                null,
                null,
                0,
                null,
                -1,
                false,
                -1,
                -1,
                -1,
                0,
                0,
                90,
                List.of(),
                "not_found",
                null,
                false);
    }

    private static AccessLine at(long time) {
        return new AccessLine(
                time,
                "req_1",
                "GET",
                "/v1/models",
                200,
                Ended.ANSWERED,
                "acme",
                "ci",
                null,
                null,
                null,
                0,
                null,
                -1,
                false,
                -1,
                -1,
                -1,
                0,
                0,
                90,
                List.of(),
                null,
                null,
                false);
    }

    /** Takes nothing until it is opened, and counts. */
    private static final class GatedStream extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch gate = new CountDownLatch(1);
        private final AtomicInteger writes = new AtomicInteger();
        private int writtenLines;
        private volatile int flushedLines;

        void open() {
            gate.countDown();
        }

        int flushedLines() {
            return flushedLines;
        }

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException("byte by byte");
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            entered.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            writes.incrementAndGet();
            bytes.write(from, offset, length);
            for (var i = offset; i < offset + length; i++) {
                writtenLines += from[i] == '\n' ? 1 : 0;
            }
        }

        @Override
        public void flush() {
            flushedLines = writtenLines;
        }
    }
}
