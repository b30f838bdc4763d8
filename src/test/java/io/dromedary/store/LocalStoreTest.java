package io.dromedary.store;

import static io.dromedary.store.ShelfContract.done;
import static io.dromedary.store.ShelfContract.held;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dromedary.testing.CapturedLog;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.infinispan.commons.util.concurrent.FileSystemLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the files, and what becomes of it. */
final class LocalStoreTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int ENTRIES = 500;

    /** Where an index file says where its root is, how long that is, and where its free blocks begin. */
    private static final int ROOT = 8;

    /** Where an entry of a data file says how long its value is. */
    private static final int VALUE_LENGTH = 5;

    @TempDir
    Path folder;

    @Test
    void what_is_durable_is_there_after_a_restart_and_limits_begin_full() {
        try (var store = LocalStores.open(folder)) {
            for (var name : durable()) {
                assertThat(done(store.shelf(name, Texts.CODEC).putIfAbsent("key", name.toString(), HOUR)))
                        .isTrue();
            }
        }
        try (var store = LocalStores.open(folder)) {
            for (var name : durable()) {
                assertThat(held(store.shelf(name, Texts.CODEC), "key").value()).isEqualTo(name.toString());
            }
        }
    }

    private static List<ShelfName> durable() {
        return Arrays.stream(ShelfName.values()).filter(ShelfName::durable).toList();
    }

    @Test
    void what_is_not_worth_a_file_has_no_shelf_where_nobody_shares_it() {
        try (var store = LocalStores.open(folder)) {
            assertThatThrownBy(() -> store.shelf(ShelfName.ALLOWANCES, Texts.CODEC))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("allowances");
        }
    }

    @Test
    void a_lifespan_runs_on_over_a_restart() {
        try (var store = LocalStores.open(folder)) {
            done(shelf(store).putIfAbsent("short", "one", Duration.ofMillis(1)));
            done(shelf(store).putIfAbsent("long", "one", HOUR));
        }
        try (var store = LocalStores.open(folder)) {
            assertThat(done(shelf(store).get("short"))).isNull();
            assertThat(done(shelf(store).get("long"))).isNotNull();
        }
    }

    @Test
    void an_index_that_was_cut_short_is_built_again() throws IOException {
        fill();
        for (var file : index()) {
            try (var index = new RandomAccessFile(file.toFile(), "rw")) {
                index.setLength(index.length() / 2);
            }
        }
        assertWhole();
    }

    @Test
    void an_index_with_other_bytes_in_it_is_built_again() throws IOException {
        fill();
        try (var index =
                new RandomAccessFile(folder.resolve("jobs/index/index.0").toFile(), "rw")) {
            // between its first bytes, its root and its free blocks, which are all that Infinispan looks at
            index.seek(ROOT);
            var root = index.readLong();
            var rootEnd = root + index.readShort();
            var end = index.readLong();
            for (var at = 40L; at < end; at += 7) {
                if (at < root || at >= rootEnd) {
                    index.seek(at);
                    index.write(0x55);
                }
            }
        }
        assertWhole();
    }

    @Test
    void an_index_of_zeros_is_built_again() throws IOException {
        fill();
        for (var file : index()) {
            Files.write(file, new byte[(int) Files.size(file)]);
        }
        assertWhole();
    }

    @Test
    void an_index_that_is_gone_is_built_again() throws IOException {
        fill();
        for (var file : index()) {
            Files.delete(file);
        }
        assertWhole();
    }

    /** Infinispan builds one again by itself where the caches have other segments, from data that are not mended. */
    @Test
    void an_index_that_is_defined_in_another_way_is_built_again_from_mended_data() throws IOException {
        fill();
        var data = data();
        appendTorn(data, 1);
        var definitions = Files.writeString(
                folder.resolve("infinispan.xml"),
                Files.readString(Path.of("config/infinispan.xml"))
                        .replace("segmented=\"false\"", "segmented=\"true\""));
        try (var log = new CapturedLog(DataFolder.class);
                var store = LocalStores.open(folder, definitions)) {
            assertThat(log.records()).as("what was cut off").hasSize(1);
            assertThat(held(shelf(store), "key-7").value()).isEqualTo("value 7");
        }
    }

    @Test
    void an_index_in_whose_place_is_something_else_says_where() throws IOException {
        fill();
        var index = folder.resolve("jobs/index");
        try (var files = Files.walk(index)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.writeString(index, "no folder");
        try (var log = new CapturedLog(EmbeddedCaches.class);
                var noise = new CapturedLog("org.infinispan")) {
            assertThatThrownBy(() -> LocalStores.open(folder))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(folder.toString());
            assertThat(log.records()).as("it was tried twice").hasSize(1);
            assertThat(noise.records()).isNotEmpty();
        }
        Files.delete(index);
        assertWhole();
    }

    @Test
    void a_cache_that_failed_to_open_and_has_not_let_go_of_its_lock_hinders_nobody() throws IOException {
        fill();
        var held = new FileSystemLock(folder.resolve("jobs"), "jobs");
        assertThat(held.tryLock()).isTrue();
        // as a failed opening leaves it
        Files.delete(folder.resolve("index.seal"));
        assertWhole();
        held.unlock();
    }

    @Test
    void data_that_cannot_be_read_says_where_and_is_left_alone() throws IOException {
        fill();
        Files.delete(folder.resolve("index.seal"));
        var data = data();
        var bytes = Files.readAllBytes(data);
        bytes[0] = 0x55;
        Files.write(data, bytes);
        try (var log = new CapturedLog(EmbeddedCaches.class);
                var noise = new CapturedLog("org.infinispan")) {
            assertThatThrownBy(() -> LocalStores.open(folder))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(folder.toString());
            assertThat(log.records()).as("it was tried twice").hasSize(1);
            assertThat(noise.records()).isNotEmpty();
        }
        assertThat(Files.readAllBytes(data)).isEqualTo(bytes);
    }

    @Test
    void an_entry_whose_lengths_make_no_sense_says_in_which_file_it_is() throws IOException {
        fill();
        Files.delete(folder.resolve("index.seal"));
        var data = data();
        var bytes = Files.readAllBytes(data);
        ByteBuffer.wrap(bytes).putInt(VALUE_LENGTH, Integer.MIN_VALUE);
        Files.write(data, bytes);
        assertThatThrownBy(() -> LocalStores.open(folder))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(data.toString())
                .hasMessageContaining("byte 0");
        assertThat(Files.readAllBytes(data)).isEqualTo(bytes);
    }

    @Test
    void an_entry_that_a_crash_left_half_written_gives_way_to_the_one_before() throws IOException {
        for (var missing : List.of(1, 5, 40, 4_000)) {
            try (var store = LocalStores.open(folder)) {
                assertThat(done(shelf(store).putIfAbsent("key-" + missing, "x".repeat(5_000), HOUR)))
                        .isTrue();
            }
            Files.delete(folder.resolve("index.seal"));
            appendTorn(data(), missing);
            try (var log = new CapturedLog(DataFolder.class);
                    var store = LocalStores.open(folder)) {
                assertThat(log.records()).hasSize(1);
                assertThat(held(shelf(store), "key-" + missing).value()).hasSize(5_000);
            }
        }
    }

    /** The file's only entry once more, as a later one of the same key, without its last bytes. */
    private static void appendTorn(Path data, int missing) throws IOException {
        var again = Files.readAllBytes(data);
        ByteBuffer.wrap(again).putLong(11, ByteBuffer.wrap(again).getLong(11) + 1);
        Files.write(data, Arrays.copyOf(again, again.length - missing), StandardOpenOption.APPEND);
    }

    @Test
    void what_was_removed_stays_away_when_the_index_is_built_again() throws IOException {
        fill();
        try (var store = LocalStores.open(folder)) {
            var shelf = shelf(store);
            assertThat(done(shelf.remove("key-7", held(shelf, "key-7")))).isTrue();
        }
        Files.delete(folder.resolve("index.seal"));
        try (var store = LocalStores.open(folder)) {
            assertThat(done(shelf(store).get("key-7"))).isNull();
            assertThat(done(shelf(store).get("key-8"))).isNotNull();
        }
    }

    @Test
    void what_had_expired_does_not_spoil_an_index_that_is_built_again() throws IOException {
        try (var store = LocalStores.open(folder)) {
            var shelf = shelf(store);
            for (var i = 0; i < ENTRIES; i++) {
                done(shelf.putIfAbsent("key-" + i, "value " + i, HOUR));
                done(shelf.putIfAbsent("short-" + i, "x".repeat(200), HOUR));
                done(shelf.replace("short-" + i, held(shelf, "short-" + i), "one", Duration.ofMillis(1)));
            }
        }
        Files.delete(folder.resolve("index.seal"));
        try (var log = new CapturedLog("org.infinispan.persistence.sifs")) {
            try (var store = LocalStores.open(folder)) {
                var shelf = shelf(store);
                for (var i = 0; i < ENTRIES; i++) {
                    assertThat(done(shelf.get("short-" + i))).isNull();
                    assertThat(done(shelf.putIfAbsent("short-" + i + "-new", "value " + i, HOUR)))
                            .isTrue();
                }
            }
            assertThat(log.records()).isEmpty();
        }
        assertWhole();
        try (var store = LocalStores.open(folder)) {
            for (var i = 0; i < ENTRIES; i++) {
                assertThat(held(shelf(store), "short-" + i + "-new").value()).isEqualTo("value " + i);
            }
        }
    }

    /**
     * Compacting may move what a key had into a younger file than the one that says that it was removed. An index that is
     * built again knows of the removal first then.
     */
    @Test
    void what_was_removed_stays_away_when_an_older_file_says_so() throws IOException {
        var many = 5_000;
        try (var store = LocalStores.open(folder)) {
            var shelf = shelf(store);
            for (var i = 0; i < many; i++) {
                done(shelf.putIfAbsent("key-" + i, "value " + i, HOUR));
            }
            // most of this file is worth something, so it stays
            done(shelf.putIfAbsent("stays", "x".repeat(5_000_000), HOUR));
        }
        var first = data();
        try (var store = LocalStores.open(folder)) {
            var shelf = shelf(store);
            for (var i = 0; i < many; i++) {
                done(shelf.remove("key-" + i, held(shelf, "key-" + i)));
            }
            // most of this file is worth nothing, so it is compacted at the next start
            done(shelf.putIfAbsent("large", "x".repeat(5_000_000), HOUR));
            done(shelf.replace("large", held(shelf, "large"), "small", HOUR));
        }
        var second = data();
        var between = folder.resolve("between");
        Files.move(first, between);
        Files.move(second, first);
        Files.move(between, second);
        Files.delete(folder.resolve("index.seal"));
        try (var store = LocalStores.open(folder)) {
            await().until(() -> !Files.exists(first));
            assertNoKeys(store, many);
        }
        Files.delete(folder.resolve("index.seal"));
        try (var store = LocalStores.open(folder)) {
            assertNoKeys(store, many);
        }
    }

    private static void assertNoKeys(Store store, int many) {
        for (var i = 0; i < many; i++) {
            assertThat(done(shelf(store).get("key-" + i))).as("key-%d", i).isNull();
        }
    }

    @Test
    void more_than_fits_into_memory_is_read_from_the_files() {
        var text = "x".repeat(3_000_000);
        try (var store = LocalStores.open(folder)) {
            var shelf = shelf(store);
            for (var i = 0; i < 12; i++) {
                done(shelf.putIfAbsent("key-" + i, text + i, HOUR));
            }
            for (var i = 0; i < 12; i++) {
                var held = held(shelf, "key-" + i);
                assertThat(held.value().endsWith("x" + i)).isTrue();
                assertThat(done(shelf.replace("key-" + i, held, "small", HOUR))).isTrue();
            }
        }
    }

    @Test
    void a_folder_that_is_in_use_says_so() {
        try (var store = LocalStores.open(folder)) {
            assertThatThrownBy(() -> LocalStores.open(folder))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("in use by another gateway");
            assertThat(done(shelf(store).putIfAbsent("key", "one", HOUR))).isTrue();
        }
        LocalStores.open(folder).close();
    }

    @Test
    void a_folder_that_cannot_be_made_says_so() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> LocalStores.open(file.resolve("store")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file.toString());
    }

    private void fill() {
        try (var store = LocalStores.open(folder)) {
            var shelf = shelf(store);
            for (var i = 0; i < ENTRIES; i++) {
                done(shelf.putIfAbsent("key-" + i, "value " + i, HOUR));
            }
        }
    }

    private void assertWhole() {
        try (var store = LocalStores.open(folder)) {
            var shelf = shelf(store);
            for (var i = 0; i < ENTRIES; i++) {
                assertThat(held(shelf, "key-" + i).value()).isEqualTo("value " + i);
            }
            assertThat(done(shelf.putIfAbsent("another", "one", HOUR))).isTrue();
        }
    }

    private List<Path> index() throws IOException {
        try (var files = Files.list(folder.resolve("jobs/index"))) {
            return files.toList();
        }
    }

    /** The data file that was written to last. */
    private Path data() throws IOException {
        try (var files = Files.list(folder.resolve("jobs/data"))) {
            return files.max(Comparator.comparing(file -> file.getFileName().toString()))
                    .orElseThrow();
        }
    }

    private static Shelf<String> shelf(Store store) {
        return store.shelf(ShelfName.JOBS, Texts.CODEC);
    }
}
