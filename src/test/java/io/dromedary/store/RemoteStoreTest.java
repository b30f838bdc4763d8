package io.dromedary.store;

import static io.dromedary.store.ShelfContract.done;
import static io.dromedary.store.ShelfContract.held;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.testing.CapturedLog;
import io.dromedary.testing.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several gateways and the servers that they share. */
final class RemoteStoreTest {
    @TempDir
    Path folder;

    @Test
    void gateways_share_what_they_keep_and_caches_of_an_administrator_stay_as_they_are() {
        try (var noise = new CapturedLog("org.infinispan");
                var server = HotRodNode.start(folder)) {
            server.caches()
                    .createCache(
                            "jobs",
                            new ConfigurationBuilder()
                                    .clustering()
                                    .cacheMode(CacheMode.REPL_SYNC)
                                    .encoding()
                                    .mediaType("application/x-protostream")
                                    .build());
            var settings = new StoreSettings.Remote(List.of(server.address()), null);
            try (var one = Store.open(settings, InstantSource.system());
                    var other = Store.open(settings, InstantSource.system())) {
                assertThat(done(one.shelf(ShelfName.JOBS, Texts.CODEC).putIfAbsent("key", "one", Duration.ofHours(1))))
                        .isTrue();
                assertThat(held(other.shelf(ShelfName.JOBS, Texts.CODEC), "key").value())
                        .isEqualTo("one");
            }
            assertThat(mode(server, "jobs")).isEqualTo(CacheMode.REPL_SYNC);
            assertThat(mode(server, "responses")).isEqualTo(CacheMode.DIST_SYNC);
            assertThat(noise.records()).isNotEmpty();
        }
    }

    @Test
    void a_server_that_is_not_there_says_which() {
        var nowhere = "127.0.0.1:" + FreePort.closed();
        try (var noise = new CapturedLog("org.infinispan")) {
            assertThatThrownBy(
                            () -> Store.open(new StoreSettings.Remote(List.of(nowhere), null), InstantSource.system()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(nowhere);
            assertThat(noise.records()).isNotEmpty();
        }
    }

    private static CacheMode mode(HotRodNode server, String cache) {
        return server.caches().getCacheConfiguration(cache).clustering().cacheMode();
    }
}
