package io.dromedary.store;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.infinispan.commons.CacheException;
import org.infinispan.commons.api.BasicCache;
import org.infinispan.context.Flag;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.manager.EmbeddedCacheManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Caches in this process, and files in a folder of its own. */
final class EmbeddedCaches implements Caches {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCaches.class);

    /** Entries are still put in an index that is built again when its cache has started. */
    private static final Duration SETTLED = Duration.ofSeconds(20);

    private final EmbeddedCacheManager caches;
    private final DataFolder folder;

    private EmbeddedCaches(EmbeddedCacheManager caches, DataFolder folder) {
        this.caches = caches;
        this.folder = folder;
    }

    static EmbeddedCaches open(StoreSettings.Local settings, InstantSource clock) {
        var definitions = Definitions.of(settings);
        definitions.parsed(settings);
        DataFolder folder = null;
        try {
            folder = DataFolder.take(settings.folder(), definitions.xml(), clock);
            folder.mend();
            var caches = openTwice(definitions, settings, folder);
            if (folder.hasNoIndex()) {
                CompletableFuture.delayedExecutor(SETTLED.toSeconds(), TimeUnit.SECONDS)
                        .execute(EmbeddedCaches::giveBack);
            }
            return new EmbeddedCaches(caches, folder);
        } catch (IOException e) {
            release(folder);
            throw unusable(settings, e);
        } catch (StoreException e) {
            release(folder);
            throw e;
        }
    }

    /** The second time without the index: what the first one stumbled on is in there, or it is in the data. */
    private static EmbeddedCacheManager openTwice(
            Definitions definitions, StoreSettings.Local settings, DataFolder folder) throws IOException {
        try {
            return start(definitions, settings);
        } catch (CacheException e) {
            LOG.warn("{}: building the index again, because the store did not open: {}", folder, reason(e));
        }
        folder.dropIndex();
        try {
            return start(definitions, settings);
        } catch (CacheException e) {
            throw unusable(settings, e);
        }
    }

    /** A large index that was built again leaves the heap full of its pages, which would stay until somebody needs the room. */
    private static void giveBack() {
        var runtime = Runtime.getRuntime();
        if (runtime.totalMemory() > runtime.maxMemory() / 2) {
            // what is softly held counts as just used before the first collection after its use
            System.gc();
            System.gc();
        }
    }

    private static EmbeddedCacheManager start(Definitions definitions, StoreSettings.Local settings) {
        var caches = new DefaultCacheManager(definitions.parsed(settings), false);
        try {
            caches.start();
            caches.startCaches(Arrays.stream(ShelfName.values())
                    .filter(ShelfName::durable)
                    .map(ShelfName::cache)
                    .toArray(String[]::new));
            return caches;
        } catch (RuntimeException e) {
            caches.stop();
            throw e;
        }
    }

    private static StoreException unusable(StoreSettings.Local settings, Exception cause) {
        return new StoreException(
                "the data folder " + settings.folder().toAbsolutePath() + " cannot be used: " + reason(cause), cause);
    }

    private static String reason(Throwable failure) {
        var cause = failure.getCause();
        return cause == null ? failure.toString() : reason(cause);
    }

    private static void release(@Nullable DataFolder folder) {
        if (folder == null) {
            return;
        }
        try {
            folder.close();
        } catch (IOException e) {
            LOG.warn("{}: {}", folder, e.toString());
        }
    }

    @Override
    public boolean local() {
        return true;
    }

    @Override
    public BasicCache<String, String> cache(ShelfName name) {
        return caches.getCache(name.cache());
    }

    @Override
    public BasicCache<String, String> unlooked(ShelfName name) {
        return caches.<String, String>getCache(name.cache())
                .getAdvancedCache()
                .withFlags(Flag.SKIP_CACHE_LOAD, Flag.IGNORE_RETURN_VALUES);
    }

    @Override
    public void close() {
        try {
            caches.stop();
            folder.seal();
        } catch (CacheException | IOException e) {
            throw new StoreException("the data folder " + folder + " was not closed well: " + reason(e), e);
        } finally {
            release(folder);
        }
    }
}
