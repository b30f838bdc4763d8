package io.dromedary.store;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.infinispan.client.hotrod.RemoteCacheManager;
import org.infinispan.client.hotrod.configuration.Configuration;
import org.infinispan.client.hotrod.configuration.ConfigurationBuilder;
import org.infinispan.client.hotrod.exceptions.HotRodClientException;
import org.infinispan.commons.api.BasicCache;

/**
 * Caches on Infinispan servers. What an administrator has made there is used as it is; what is missing is made, where the
 * login may do that.
 */
final class RemoteCaches implements Caches {
    private static final String DURABLE = """
            <distributed-cache name="%s" mode="SYNC" owners="2">
              <encoding media-type="application/x-protostream"/>
              <transaction mode="NON_XA" locking="PESSIMISTIC"/>
              <persistence passivation="false"><file-store/></persistence>
              <partition-handling when-split="DENY_READ_WRITES"/>
            </distributed-cache>
            """;
    /** Large values: a server holds in memory what was used last, and no more. */
    private static final String LARGE = """
            <distributed-cache name="%s" mode="SYNC" owners="2">
              <encoding media-type="application/x-protostream"/>
              <transaction mode="NON_XA" locking="PESSIMISTIC"/>
              <memory max-size="64MB"/>
              <persistence passivation="false"><file-store/></persistence>
              <partition-handling when-split="DENY_READ_WRITES"/>
            </distributed-cache>
            """;

    private static final String IN_MEMORY = """
            <distributed-cache name="%s" mode="SYNC" owners="2">
              <encoding media-type="application/x-protostream"/>
              <transaction mode="NON_XA" locking="PESSIMISTIC"/>
              <partition-handling when-split="DENY_READ_WRITES"/>
            </distributed-cache>
            """;

    /** What a server says of a cache that is being made. */
    private static final String NOT_READY = "ISPN005066";

    private static final int MOST_TRIES = 50;
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

    private final RemoteCacheManager manager;
    private final Map<ShelfName, BasicCache<String, String>> caches = new EnumMap<>(ShelfName.class);

    private RemoteCaches(RemoteCacheManager manager) {
        this.manager = manager;
    }

    static RemoteCaches open(StoreSettings.Remote settings) {
        var opened = new RemoteCaches(new RemoteCacheManager(configuration(settings)));
        for (var shelf : ShelfName.values()) {
            try {
                opened.caches.put(shelf, opened.ready(shelf));
            } catch (RuntimeException e) {
                opened.manager.close();
                throw new StoreException(
                        "the cache " + shelf + " on " + String.join(", ", settings.servers())
                                + " cannot be used, or made: " + e.getMessage(),
                        e);
            }
        }
        return opened;
    }

    /** Gateways that start together make the caches together: what another is making at this moment is waited for. */
    private BasicCache<String, String> ready(ShelfName shelf) {
        for (var tries = 1; ; tries++) {
            try {
                return asked(shelf);
            } catch (HotRodClientException e) {
                if (tries >= MOST_TRIES || !String.valueOf(e.getMessage()).contains(NOT_READY)) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    /** The server is asked, so that one that is not there, or says no, is found at the start. */
    private BasicCache<String, String> asked(ShelfName shelf) {
        var cache = manager.<String, String>getCache(shelf.cache());
        if (cache == null) {
            throw new HotRodClientException("there is no such cache");
        }
        return cache;
    }

    private static String definition(ShelfName shelf) {
        if (shelf == ShelfName.BLOBS) {
            return LARGE;
        }
        return shelf.durable() ? DURABLE : IN_MEMORY;
    }

    private static Configuration configuration(StoreSettings.Remote settings) {
        var builder = new ConfigurationBuilder();
        builder.addServers(String.join(";", settings.servers())).forceReturnValues(true);
        for (var shelf : ShelfName.values()) {
            builder.remoteCache(shelf.cache())
                    .forceReturnValues(true)
                    .configuration(definition(shelf).formatted(shelf.cache()));
        }
        var login = settings.login();
        if (login != null) {
            builder.security().authentication().username(login.username()).password(login.password());
        }
        return builder.build();
    }

    @Override
    public boolean local() {
        return false;
    }

    @Override
    public BasicCache<String, String> cache(ShelfName name) {
        return Objects.requireNonNull(caches.get(name));
    }

    /** The server has what it looks at in its memory. */
    @Override
    public BasicCache<String, String> unlooked(ShelfName name) {
        return cache(name);
    }

    @Override
    public void close() {
        manager.close();
    }
}
