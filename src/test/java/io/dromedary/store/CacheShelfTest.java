package io.dromedary.store;

import static io.dromedary.store.ShelfContract.failure;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.infinispan.commons.api.BasicCache;
import org.junit.jupiter.api.Test;

final class CacheShelfTest {
    private final CompletableFuture<String> answer = new CompletableFuture<>();

    @Test
    void an_answer_that_never_comes_is_a_failure() {
        assertThat(failure(shelf(Duration.ofMillis(10)).get("key")))
                .hasMessageContaining("key on the shelf jobs")
                .hasMessageContaining("no answer");
    }

    @Test
    void an_answer_that_is_there_is_given_at_once() {
        answer.complete("v1:one");
        assertThat(shelf(Duration.ofHours(1)).get("key").toCompletableFuture())
                .isCompletedWithValueMatching(held -> held.value().equals("one"));
    }

    @Test
    void what_the_cache_throws_is_a_failure_of_the_stage() {
        answer.completeExceptionally(new IllegalStateException("no disk"));
        assertThat(failure(shelf(Duration.ofHours(1)).get("key")))
                .hasMessageContaining("key on the shelf jobs: no disk");
    }

    /** On a cache that has one answer to everything. */
    @SuppressWarnings("unchecked")
    private Shelf<String> shelf(Duration patience) {
        var cache = (BasicCache<String, String>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BasicCache.class}, (proxy, method, arguments) -> answer);
        return new CacheShelf<>(ShelfName.JOBS, cache, cache, Texts.CODEC, () -> false, new Patience(patience));
    }
}
