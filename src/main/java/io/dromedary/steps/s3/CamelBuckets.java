package io.dromedary.steps.s3;

import io.dromedary.config.GatewaySettings.S3;
import io.dromedary.files.url.BucketUrl;
import io.dromedary.files.url.Buckets;
import io.dromedary.files.url.Copy;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** The object store that is configured; another one from when the configuration says so. */
public final class CamelBuckets implements Buckets, AutoCloseable {
    /** No object is read for longer. */
    private static final Duration WHOLE = Duration.ofMinutes(15);

    private final Supplier<CamelContext> camel;
    private final Duration whole;
    private @Nullable CamelBucketStore open;

    /** @param camel asked when an object is */
    public CamelBuckets(Supplier<CamelContext> camel) {
        this(camel, WHOLE);
    }

    CamelBuckets(Supplier<CamelContext> camel, Duration whole) {
        this.camel = camel;
        this.whole = whole;
    }

    @Override
    public <T> T read(S3 store, BucketUrl object, long most, Copy<T> copy) throws IOException {
        return of(store).read(object, most, copy);
    }

    @Override
    public void write(S3 store, BucketUrl object, InputStream content, long length) throws IOException {
        of(store).write(object, content, length);
    }

    /** What one that is superseded has under way fails; a job tries that again. */
    private synchronized CamelBucketStore of(S3 store) {
        var before = open;
        if (before != null && before.isOf(store)) {
            return before;
        }
        close();
        var made = new CamelBucketStore(camel.get(), store, whole);
        open = made;
        return made;
    }

    @Override
    public synchronized void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}
