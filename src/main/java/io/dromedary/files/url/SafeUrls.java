package io.dromedary.files.url;

import io.dromedary.config.GatewaySettings.Files;
import io.dromedary.config.GatewaySettings.S3;
import io.dromedary.files.Blobs;
import io.dromedary.files.StoredFile.Part;
import io.dromedary.files.UrlFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches what callers name, and nothing that they should not reach: {@code https:} from public hosts and from those that the
 * operator has named, {@code s3:} from buckets that the operator has opened to the caller's project. All waiting is done on
 * virtual threads.
 */
public final class SafeUrls implements UrlFiles, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SafeUrls.class);
    private static final int MOST_AT_ONCE = 32;

    /** Of one project: there is always room for another. */
    private static final int MOST_OF_ONE = 16;

    private final Rooms rooms;
    private final Places places = new Places(MOST_AT_ONCE, MOST_OF_ONE);
    private @Nullable WebSource web;

    /**
     * What it needs.
     *
     * @param settings as they are at the time
     * @param buckets asked where an object store is configured, else never
     * @param names finds hosts
     * @param tls whom to trust; asked when the first file is fetched
     */
    public record Rooms(Supplier<Files> settings, Blobs blobs, Buckets buckets, Names names, Supplier<SSLContext> tls) {
        /** With the names and the certificates of the machine. */
        public static Rooms usual(Supplier<Files> settings, Blobs blobs, Buckets buckets) {
            return new Rooms(settings, blobs, buckets, InetAddress::getAllByName, Rooms::machines);
        }

        private static SSLContext machines() {
            try {
                return SSLContext.getDefault();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public SafeUrls(Rooms rooms) {
        this.rooms = rooms;
    }

    /** Where no project is named, buckets that are open to all. */
    @Override
    public void check(String url) {
        checked(null, url);
    }

    @Override
    public CompletionStage<Part> fetch(String url, long most) {
        return fetch(null, url, most);
    }

    @Override
    public CompletionStage<@Nullable String> put(String inputUrl, String suffix, List<Part> content) {
        return put(null, inputUrl, suffix, content);
    }

    @Override
    public UrlFiles forProject(String project) {
        return new UrlFiles() {
            @Override
            public void check(String url) {
                checked(project, url);
            }

            @Override
            public CompletionStage<Part> fetch(String url, long most) {
                return SafeUrls.this.fetch(project, url, most);
            }

            @Override
            public CompletionStage<@Nullable String> put(String inputUrl, String suffix, List<Part> content) {
                return SafeUrls.this.put(project, inputUrl, suffix, content);
            }
        };
    }

    /** Where a file is, once it is known to be allowed. */
    private sealed interface Place {
        record Web(HttpsUrl url) implements Place {}

        record Bucket(S3 store, BucketUrl object) implements Place {}
    }

    private Place checked(@Nullable String project, String url) {
        if (!BucketUrl.isOne(url)) {
            var parsed = HttpsUrl.parse(url);
            permits().check(parsed);
            return new Place.Web(parsed);
        }
        var store = rooms.settings().get().s3();
        if (store == null) {
            throw Unfetchable.because(
                    "is of an object store, and this gateway has none configured. Use an https URL, or"
                            + " upload the file.");
        }
        var object = BucketUrl.parse(url);
        if (!store.isOpen(object.bucket(), project)) {
            throw Unfetchable.because("names a bucket that is not open to this project.");
        }
        return new Place.Bucket(store, object);
    }

    private CompletionStage<Part> fetch(@Nullable String project, String url, long most) {
        return away(project, () -> {
            var copy = new BlobCopy(rooms.blobs());
            return switch (checked(project, url)) {
                case Place.Web at -> web().read(at.url(), most, copy);
                case Place.Bucket at -> read(at, most, copy);
            };
        });
    }

    private Part read(Place.Bucket at, long most, Copy<Part> copy) {
        try {
            return rooms.buckets().read(at.store(), at.object(), most, copy);
        } catch (Buckets.MissingObjectException e) {
            throw Unfetchable.because("cannot be read: the object store says " + e.getMessage() + ".");
        } catch (IOException e) {
            LOG.warn("an object of the bucket {} cannot be read", at.object().bucket(), e);
            throw Unfetchable.forNow("cannot be read: the object store does not answer as it should.");
        }
    }

    private CompletionStage<@Nullable String> put(
            @Nullable String project, String inputUrl, String suffix, List<Part> content) {
        var store = rooms.settings().get().s3();
        var target = store == null ? null : Target.of(store, project, inputUrl, suffix);
        if (store == null || target == null) {
            return CompletableFuture.completedStage(null);
        }
        return this.<@Nullable String>away(project, () -> {
            var length = content.stream().mapToLong(Part::length).sum();
            try (var stream = new PartsStream(rooms.blobs(), content)) {
                rooms.buckets().write(store, target, stream, length);
            }
            return target.toString();
        });
    }

    private Permits permits() {
        return Permits.of(rooms.settings().get().urls().allow());
    }

    /** Made when the first file is fetched: most gateways never do. */
    private synchronized WebSource web() {
        var made = web;
        if (made == null) {
            made = new WebSource(this::permits, rooms.names(), rooms.tls().get(), WebSource.Times.USUAL);
            web = made;
        }
        return made;
    }

    private <T extends @Nullable Object> CompletionStage<T> away(@Nullable String project, Callable<T> work) {
        var whose = project == null ? "" : project;
        var done = new CompletableFuture<T>();
        Thread.ofVirtual().name("url").start(() -> {
            try {
                places.enter(whose);
                try {
                    done.complete(work.call());
                } finally {
                    places.leave(whose);
                }
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    @Override
    public synchronized void close() {
        if (web != null) {
            web.close();
        }
    }
}
