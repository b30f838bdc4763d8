package io.dromedary.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dromedary.api.Ids;
import io.dromedary.store.Store;
import io.dromedary.store.StoreException;
import io.dromedary.testing.SettableClock;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What all files and blobs keep to, wherever their bytes are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FilesContract {
    static final Instant NOW = Instant.parse("2026-01-05T12:00:00Z");

    private static final AtomicInteger PROJECTS = new AtomicInteger();
    private static final Duration MOMENT = Duration.ofMillis(40);

    private final SettableClock clock = new SettableClock(NOW);
    private final AtomicLong nanos = new AtomicLong();
    private final Ids ids = Ids.random(new Random(7), InstantSource.system());
    final String project = "project " + PROJECTS.incrementAndGet();
    private Store store;
    private ShelvedFiles files;
    Blobs blobs;

    abstract Store open() throws Exception;

    /** Where content is, or null for the store. */
    abstract @Nullable Path content();

    /** How many blobs there are, in whatever state. */
    abstract int blobCount();

    @BeforeAll
    void fill() throws Exception {
        store = open();
        files = gateway(content() == null);
        blobs = files.blobs();
    }

    /** One that uses the store from now on. */
    ShelvedFiles gateway(boolean shared) {
        return ShelvedFiles.in(
                store,
                shared,
                content(),
                true,
                () -> Duration.ofDays(30),
                ids,
                new ShelvedFiles.Time(clock, nanos::get));
    }

    @AfterAll
    void empty() {
        store.close();
    }

    static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    static byte[] bytes(int length, int seed) {
        var bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private StoredFile.Part blob(byte[]... pieces) {
        var writer = blobs.create();
        for (var piece : pieces) {
            done(writer.append(piece));
        }
        done(writer.close());
        return new StoredFile.Part(writer.name(), writer.length());
    }

    byte[] all(String blob) {
        var all = new ByteArrayOutputStream();
        for (; ; ) {
            var some = done(blobs.read(blob, all.size(), 100_000));
            if (some.length == 0) {
                return all.toByteArray();
            }
            all.writeBytes(some);
        }
    }

    static void fails(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(CompletionException.class).hasCauseInstanceOf(StoreException.class);
    }

    private StoredFile file(String owner, String purpose, @Nullable Instant expires, StoredFile.Part... parts) {
        return new StoredFile(ids.next("file-"), owner, "a.txt", purpose, NOW, expires, List.of(parts));
    }

    StoredFile added(String owner, String purpose) {
        var file = file(owner, purpose, NOW.plus(Duration.ofDays(1)), blob(bytes(10, 1)));
        done(files.add(file));
        return file;
    }

    @Test
    void what_was_appended_is_read_whatever_the_pieces() {
        var one = bytes(300_000, 1);
        var two = bytes(5, 2);
        var three = bytes(ShelfBlobs.PIECE, 3);
        var blob = blob(one, new byte[0], two, three);
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(one);
        whole.writeBytes(two);
        whole.writeBytes(three);
        assertThat(blob.length()).isEqualTo(whole.size());
        assertThat(all(blob.blob())).isEqualTo(whole.toByteArray());
    }

    @Test
    void what_is_complete_is_there_while_more_is_written() {
        var writer = blobs.create();
        done(writer.append(new byte[] {1, 2}));
        assertThat(all(writer.name())).containsExactly(1, 2);
        done(writer.append(new byte[] {3}));
        assertThat(all(writer.name())).containsExactly(1, 2, 3);
        done(writer.close());
        assertThat(all(writer.name())).containsExactly(1, 2, 3);
    }

    @Test
    void a_blob_may_be_as_long_as_its_pieces_exactly() {
        var blob = blob(bytes(2 * ShelfBlobs.PIECE, 4));
        assertThat(all(blob.blob())).isEqualTo(bytes(2 * ShelfBlobs.PIECE, 4));
        assertThat(done(blobs.read(blob.blob(), 2L * ShelfBlobs.PIECE, 10))).isEmpty();
    }

    @Test
    void some_of_it_is_no_more_than_was_asked_for() {
        var blob = blob(bytes(1000, 5));
        assertThat(done(blobs.read(blob.blob(), 990, 4))).isEqualTo(Arrays.copyOfRange(bytes(1000, 5), 990, 994));
        assertThat(done(blobs.read(blob.blob(), 5000, 4))).isEmpty();
    }

    @Test
    void a_blob_that_is_not_there_fails() {
        var blob = blob(bytes(10, 1));
        done(blobs.delete(blob.blob()));
        fails(() -> done(blobs.read(blob.blob(), 0, 10)));
        fails(() -> done(blobs.read("0".repeat(32), 0, 10)));
        done(blobs.delete(blob.blob()));
    }

    @Test
    void what_nobody_wants_is_swept_and_nothing_else() {
        var before = blobCount();
        var fleeting = blobs.receive(MOMENT);
        done(fleeting.append(bytes(700_000, 1)));
        var lasting = blob(bytes(10, 2));
        var kept = added(project, "batch");
        assertThat(blobCount()).isEqualTo(before + 3);
        await().until(() -> done(files.sweep()) > 0);
        assertThat(blobCount()).isEqualTo(before + 2);
        assertThat(all(lasting.blob())).hasSize(10);
        assertThat(done(files.read(kept, 0, 100))).hasSize(10);
        fails(() -> done(blobs.read(fleeting.name(), 0, 10)));
        assertThat(done(files.sweep())).isZero();
    }

    @Test
    void what_a_gateway_had_begun_that_was_killed_amid_it_is_taken_away_by_the_one_after_it() {
        var before = blobCount();
        for (var cut = 0; cut < 3; cut++) {
            // nobody closes it, deletes it or makes it a file any more
            done(blobs.receive(MOMENT).append(bytes(300_000 * cut + 10, cut)));
        }
        var kept = added(project, "batch");
        assertThat(blobCount()).isEqualTo(before + 4);
        var next = gateway(content() == null);
        await().until(() -> {
            done(next.sweep());
            return blobCount() == before + 1;
        });
        assertThat(done(next.read(kept, 0, 100))).hasSize(10);
    }

    @Test
    void who_writes_for_long_is_not_swept_meanwhile() {
        var life = Duration.ofSeconds(2);
        var writer = blobs.receive(life);
        var begin = System.nanoTime();
        // three times as long as it would live by itself
        for (var passed = 0L; passed < 3 * life.toNanos(); passed = System.nanoTime() - begin) {
            nanos.set(passed);
            done(writer.append(new byte[] {1}));
            LockSupport.parkNanos(20_000_000);
        }
        done(files.sweep());
        assertThat(all(writer.name())).hasSize((int) writer.length());
    }

    @Test
    void who_was_given_up_learns_of_it_and_makes_no_file() {
        var writer = blobs.receive(MOMENT);
        nanos.set(0);
        done(writer.append(bytes(10, 1)));
        await().until(() -> done(files.sweep()) > 0);
        nanos.set(MOMENT.toNanos());
        fails(() -> done(writer.append(bytes(10, 1))));
        var file = file(project, "batch", null, new StoredFile.Part(writer.name(), 10));
        fails(() -> done(files.add(file)));
        assertThat(done(files.find(project, file.id()))).isNull();
    }

    @Test
    void a_file_is_found_by_its_project_alone() {
        var file = added(project, "batch");
        assertThat(done(files.find(project, file.id()))).isEqualTo(file);
        assertThat(done(files.find("another", file.id()))).isNull();
        assertThat(done(files.find(project, "file-0"))).isNull();
        assertThat(done(files.delete("another", file.id()))).isFalse();
        assertThat(done(files.find(project, file.id()))).isEqualTo(file);
    }

    @Test
    void a_file_that_is_deleted_is_gone_with_its_content() {
        var before = blobCount();
        var file = file(project, "batch", null, blob(bytes(10, 1)), blob(bytes(600_000, 2)));
        done(files.add(file));
        assertThat(blobCount()).isEqualTo(before + 2);
        assertThat(done(files.delete(project, file.id()))).isTrue();
        assertThat(blobCount()).isEqualTo(before);
        assertThat(done(files.find(project, file.id()))).isNull();
        assertThat(done(files.delete(project, file.id()))).isFalse();
    }

    @Test
    void content_goes_on_from_one_part_to_the_next_and_ends_where_they_say() {
        var file = file(
                project,
                "batch_output",
                null,
                new StoredFile.Part(blob("one--".getBytes(UTF_8)).blob(), 3),
                new StoredFile.Part("nothing is there", 0),
                blob("two".getBytes(UTF_8)));
        done(files.add(file));
        assertThat(file.bytes()).isEqualTo(6);
        var found = done(files.find(project, file.id()));
        assertThat(found).isEqualTo(file);
        var all = new StringBuilder();
        for (var i = 0; i < 6; i++) {
            all.append(new String(done(files.read(file, i, 1)), UTF_8));
        }
        assertThat(all).hasToString("onetwo");
        assertThat(new String(done(files.read(file, 1, 100)), UTF_8)).isEqualTo("ne");
        assertThat(done(files.read(file, 6, 100))).isEmpty();
    }

    @Test
    void a_file_without_content_is_one() {
        var file = file(project, "user_data", null);
        done(files.add(file));
        assertThat(done(files.find(project, file.id()))).isEqualTo(file);
        assertThat(done(files.read(file, 0, 10))).isEmpty();
    }

    @Test
    void a_file_that_has_expired_is_not_there() {
        var mine = "expiring" + project;
        var file = file(mine, "batch", NOW.plusSeconds(3600), blob(bytes(10, 1)));
        done(files.add(file));
        assertThat(done(files.find(mine, file.id()))).isEqualTo(file);
        clock.set(NOW.plusSeconds(3600));
        try {
            assertThat(done(files.find(mine, file.id()))).isNull();
            assertThat(done(files.page(mine, null, 10, true, null))).isEmpty();
            assertThat(done(files.delete(mine, file.id()))).isFalse();
        } finally {
            clock.set(NOW);
        }
    }

    @Test
    void pages_have_one_more_where_there_is_more() {
        var mine = "paging" + project;
        var all = new ArrayList<StoredFile>();
        for (var i = 0; i < 7; i++) {
            all.add(added(mine, i % 2 == 0 ? "batch" : "user_data"));
        }
        assertThat(done(files.page(mine, null, 10, false, null))).isEqualTo(all);
        assertThat(done(files.page(mine, null, 3, true, null)))
                .isEqualTo(all.reversed().subList(0, 4));
        assertThat(done(files.page(mine, all.get(4).id(), 3, true, null)))
                .isEqualTo(List.of(all.get(3), all.get(2), all.get(1), all.get(0)));
        assertThat(done(files.page(mine, null, 10, false, "user_data")))
                .isEqualTo(List.of(all.get(1), all.get(3), all.get(5)));
        assertThat(done(files.page(mine, null, 2, false, "user_data"))).hasSize(3);
        done(files.delete(mine, all.get(3).id()));
        assertThat(done(files.page(mine, all.get(3).id(), 2, false, null)))
                .isEqualTo(List.of(all.get(4), all.get(5), all.get(6)));
        assertThat(done(files.page(mine, "file-0", 2, false, null))).isEmpty();
    }

    @Test
    void an_id_is_given_once() {
        var file = added(project, "batch");
        fails(() -> done(files.add(file)));
    }

    @Test
    void many_writers_do_not_mix() {
        var writers = new ArrayList<Blobs.Writer>();
        for (var i = 0; i < 8; i++) {
            writers.add(blobs.create());
        }
        for (var round = 0; round < 5; round++) {
            var appended = new ArrayList<CompletableFuture<Void>>();
            for (var i = 0; i < writers.size(); i++) {
                appended.add(
                        writers.get(i).append(bytes(90_000, i + 100 * round)).toCompletableFuture());
            }
            CompletableFuture.allOf(appended.toArray(CompletableFuture<?>[]::new))
                    .join();
        }
        for (var i = 0; i < writers.size(); i++) {
            var whole = new ByteArrayOutputStream();
            for (var round = 0; round < 5; round++) {
                whole.writeBytes(bytes(90_000, i + 100 * round));
            }
            assertThat(all(writers.get(i).name())).isEqualTo(whole.toByteArray());
        }
    }
}
