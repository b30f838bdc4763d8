package io.dromedary.observe;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An exporter whose trouble is told once a minute at most, however much of it there is. */
final class QuietExporter implements SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(QuietExporter.class);
    private static final long BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

    private final SpanExporter exporter;
    private final LongSupplier nanos;
    private long lost;
    private long warned;
    private boolean everWarned;

    /** @param nanos a count like that of {@link System#nanoTime()} */
    QuietExporter(SpanExporter exporter, LongSupplier nanos) {
        this.exporter = exporter;
        this.nanos = nanos;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        // the collection may be used again when this returns
        var count = spans.size();
        var result = exporter.export(spans);
        return result.whenComplete(() -> {
            if (!result.isSuccess()) {
                lose(count, result.getFailureThrowable());
            }
        });
    }

    private synchronized void lose(int count, @Nullable Throwable cause) {
        lost += count;
        var now = nanos.getAsLong();
        if (everWarned && now - warned < BETWEEN_WARNINGS) {
            return;
        }
        LOG.warn(
                "{} spans could not be sent to the OTLP endpoint and are lost; calls go on: {}",
                lost,
                cause == null ? "no reason given" : cause.toString());
        everWarned = true;
        warned = now;
        lost = 0;
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }

    @Override
    public String toString() {
        return exporter.toString();
    }
}
