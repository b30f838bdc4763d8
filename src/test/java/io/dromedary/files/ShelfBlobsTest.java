package io.dromedary.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.Ids;
import io.dromedary.store.Held;
import io.dromedary.store.Register;
import io.dromedary.store.Shelf;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs in pieces, on a shelf that breaks when a test says so. */
final class ShelfBlobsTest {
    private final Map<String, String> texts = new TreeMap<>();
    private final Ids ids = Ids.random(new SplittableRandom(1), InstantSource.system());

    /** After so many removals nothing works any more. */
    private int removals = Integer.MAX_VALUE;

    private final Shelf<BlobEntry> shelf = new Shelf<>() {
        @Override
        public CompletionStage<@Nullable Held<BlobEntry>> get(String key) {
            var text = texts.get(key);
            return CompletableFuture.completedStage(
                    text == null ? null : new Held<>(BlobEntry.CODEC.decode(text), text));
        }

        @Override
        public CompletionStage<Boolean> putIfAbsent(String key, BlobEntry value, Duration lifespan) {
            return CompletableFuture.completedStage(texts.putIfAbsent(key, BlobEntry.CODEC.encode(value)) == null);
        }

        @Override
        public CompletionStage<Boolean> replace(String key, Held<BlobEntry> old, BlobEntry value, Duration lifespan) {
            return CompletableFuture.completedStage(texts.replace(key, old.text(), BlobEntry.CODEC.encode(value)));
        }

        @Override
        public CompletionStage<Boolean> remove(String key, Held<BlobEntry> old) {
            if (removals-- <= 0) {
                return CompletableFuture.failedStage(new StoreException("killed"));
            }
            return CompletableFuture.completedStage(texts.remove(key, old.text()));
        }
    };

    private final Register register = new Register() {
        @Override
        public CompletionStage<Void> enter(String owner, String id) {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<List<String>> page(String owner, @Nullable String after, int most, boolean newest) {
            return CompletableFuture.completedStage(List.of());
        }
    };

    private final ShelfBlobs blobs =
            new ShelfBlobs(shelf, register, new BlobMarks(shelf, ids, false), () -> Duration.ofDays(1), () -> 0);

    private String blob(int pieces) {
        var writer = blobs.receive(Duration.ofHours(1));
        for (var piece = 0; piece < pieces; piece++) {
            // the last one is not full
            writer.append(new byte[piece < pieces - 1 ? ShelfBlobs.PIECE : 10])
                    .toCompletableFuture()
                    .join();
        }
        writer.close();
        return writer.name();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17})
    void a_blob_is_taken_away_with_all_its_pieces(int pieces) {
        var blob = blob(pieces);
        blobs.delete(blob).toCompletableFuture().join();
        assertThat(texts).isEmpty();
    }

    @Test
    void what_is_left_when_somebody_died_amid_a_delete_is_found_and_taken_away() {
        for (var death = 0; death < 11; death++) {
            var blob = blob(10);
            removals = death;
            assertThatThrownBy(() -> blobs.delete(blob).toCompletableFuture().join())
                    .hasMessageContaining("killed");
            removals = Integer.MAX_VALUE;
            blobs.delete(blob).toCompletableFuture().join();
            assertThat(texts).as("killed after %d removals", death).isEmpty();
        }
    }
}
