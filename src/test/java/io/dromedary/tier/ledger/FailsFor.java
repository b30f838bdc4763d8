package io.dromedary.tier.ledger;

import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A shelf that cannot be used for one key, and says so by throwing. */
record FailsFor(Shelf<Entry> shelf, String bad) implements Shelf<Entry> {
    @Override
    public CompletionStage<@Nullable Held<Entry>> get(String key) {
        return good(key).get(key);
    }

    @Override
    public CompletionStage<Boolean> putIfAbsent(String key, Entry value, Duration lifespan) {
        return good(key).putIfAbsent(key, value, lifespan);
    }

    @Override
    public CompletionStage<Boolean> replace(String key, Held<Entry> old, Entry value, Duration lifespan) {
        return good(key).replace(key, old, value, lifespan);
    }

    @Override
    public CompletionStage<Boolean> remove(String key, Held<Entry> old) {
        return good(key).remove(key, old);
    }

    private Shelf<Entry> good(String key) {
        if (key.equals(bad)) {
            throw new IllegalStateException("it is closed");
        }
        return shelf;
    }
}
