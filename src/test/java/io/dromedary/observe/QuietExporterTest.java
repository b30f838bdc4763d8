package io.dromedary.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.CapturedLog;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class QuietExporterTest {
    private static final SpanData SPAN = TestSpanData.builder()
            .setName("s")
            .setKind(io.opentelemetry.api.trace.SpanKind.SERVER)
            .setStatus(StatusData.unset())
            .setStartEpochNanos(1)
            .setEndEpochNanos(2)
            .setHasEnded(true)
            .build();

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final List<CompletableResultCode> results = new ArrayList<>();
    private final QuietExporter exporter = new QuietExporter(new Pending(), nanos::get);
    private final CapturedLog log = new CapturedLog(QuietExporter.class);

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void an_endpoint_that_is_down_is_told_of_once_a_minute_with_all_that_was_lost() {
        for (var i = 0; i < 100; i++) {
            exporter.export(Collections.nCopies(3, SPAN));
            results.getLast().failExceptionally(new IOException("connection refused"));
        }
        assertThat(lines()).singleElement().asString().startsWith("3 spans").contains("connection refused");

        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        exporter.export(List.of(SPAN));
        results.getLast().fail();
        exporter.export(List.of(SPAN));
        results.getLast().fail();

        assertThat(lines()).hasSize(2).last().asString().startsWith("298 spans");
    }

    @Test
    void what_goes_well_is_not_worth_a_line() {
        exporter.export(List.of(SPAN));
        results.getLast().succeed();

        assertThat(lines()).isEmpty();
    }

    private List<String> lines() {
        return log.records().stream().map(LogRecord::getMessage).toList();
    }

    /** Says what became of spans when the test does. */
    private final class Pending implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            results.add(new CompletableResultCode());
            return results.getLast();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
