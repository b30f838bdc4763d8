package io.dromedary.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of entries, as Infinispan writes them. */
final class DataFilesTest {
    private static final long NOW = 1_000_000;
    private static final long NEVER = -1;

    @TempDir
    Path folder;

    @Test
    void what_has_expired_is_said_to_be_removed_and_the_rest_stays_as_it_is() throws IOException {
        var file = file(
                entry("one", "value", 1, NEVER),
                entry("two", "value", 2, NOW),
                entry("three", "value", 3, NOW + 1),
                entry("four", "x".repeat(300_000), 4, 0),
                entry("five", "value", 5, NEVER));
        assertThat(mend(file)).isEqualTo(new Mended(0, 2));
        assertThat(Files.readAllBytes(file))
                .isEqualTo(together(
                        entry("one", "value", 1, NEVER),
                        removal("two", 2),
                        entry("three", "value", 3, NOW + 1),
                        removal("four", 4),
                        entry("five", "value", 5, NEVER)));
        assertThat(files()).containsExactly(file);
        assertThat(mend(file)).as("once more").isEqualTo(new Mended(0, 0));
    }

    @Test
    void a_removal_does_not_expire() throws IOException {
        var file = file(entry("one", "", 1, 5));
        assertThat(mend(file)).isEqualTo(new Mended(0, 0));
    }

    @Test
    void a_torn_end_is_cut_off_wherever_it_is_torn() throws IOException {
        var whole = together(entry("one", "value", 1, NEVER), entry("two", "value", 2, NOW));
        var torn = entry("three", "value", 3, NOW);
        for (var left = 1; left < torn.length; left++) {
            var file = file(whole, Arrays.copyOf(torn, left));
            assertThat(mend(file)).isEqualTo(new Mended(left, 1));
            assertThat(Files.readAllBytes(file))
                    .isEqualTo(together(entry("one", "value", 1, NEVER), removal("two", 2)));
        }
    }

    @Test
    void what_is_no_entry_is_left_alone_with_all_that_is_around_it() throws IOException {
        var bytes =
                together(entry("one", "value", 1, NOW), "no entry, and longer than the head of one".getBytes(UTF_8));
        var file = file(bytes);
        assertThat(mend(file)).isEqualTo(new Mended(0, 0));
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void a_removal_reads_as_one() {
        var bytes = removal("key", 7);
        var head = Objects.requireNonNull(EntryHead.of(MemorySegment.ofArray(bytes), 0));
        assertThat(head).isEqualTo(new EntryHead((short) 3, (short) 0, 0, (short) 0, 7, NEVER));
        assertThat(head.length()).isEqualTo(bytes.length);
    }

    @Test
    void nothing_but_its_removal_stays_of_a_key_that_was_removed_whatever_file_it_is_in() throws IOException {
        var first = file("file.0", removal("one", 3), entry("two", "x", 1, NEVER), removal("one", 5));
        var second = file("file.1", entry("one", "a", 1, NEVER), entry("one", "b", 4, NOW));
        assertThat(mend(first, second)).isEqualTo(new Mended(0, 3));
        assertThat(Files.readAllBytes(first)).isEqualTo(together(entry("two", "x", 1, NEVER), removal("one", 5)));
        assertThat(Files.readAllBytes(second)).isEmpty();
        assertThat(files()).containsExactlyInAnyOrder(first, second);
        assertThat(mend(first, second)).as("once more").isEqualTo(new Mended(0, 0));
    }

    @Test
    void what_was_only_replaced_stays_and_no_removal_before_it() throws IOException {
        var first = file("file.0", removal("one", 4), entry("one", "new", 9, NEVER));
        var second = file("file.1", entry("one", "expired", 2, NOW), entry("one", "old", 5, NEVER));
        assertThat(mend(first, second)).isEqualTo(new Mended(0, 2));
        assertThat(Files.readAllBytes(first)).isEqualTo(entry("one", "new", 9, NEVER));
        assertThat(Files.readAllBytes(second)).isEqualTo(entry("one", "old", 5, NEVER));
    }

    @Test
    void of_an_entry_and_its_copies_one_stays_and_no_removal_that_was_made_of_one() throws IOException {
        var value = entry("one", "value", 5, NEVER);
        for (var order : List.of(List.of(0, 1, 2), List.of(2, 1, 0), List.of(1, 2, 0))) {
            var files = List.of(
                    file("file." + order.get(0), removal("one", 5)),
                    file("file." + order.get(1), value),
                    file("file." + order.get(2), value));
            assertThat(mend(files.stream().sorted().toArray(Path[]::new))).isEqualTo(new Mended(0, 2));
            assertThat(together(
                            Files.readAllBytes(files.get(0)),
                            Files.readAllBytes(files.get(1)),
                            Files.readAllBytes(files.get(2))))
                    .isEqualTo(value);
        }
    }

    /** Enough for the keys to meet in the table. */
    @Test
    void very_many_keys_are_told_from_each_other() throws IOException {
        var many = IntStream.range(0, 20_000)
                .mapToObj(i -> entry("key-" + i, "value", i, NEVER))
                .toArray(byte[][]::new);
        var removed = IntStream.range(0, 20_000)
                .filter(i -> i % 2 == 0)
                .mapToObj(i -> removal("key-" + i, 20_000 + i))
                .toArray(byte[][]::new);
        var first = file("file.0", many);
        var second = file("file.1", removed);
        assertThat(mend(first, second)).isEqualTo(new Mended(0, 10_000));
        assertThat(Files.readAllBytes(first))
                .isEqualTo(together(IntStream.range(0, 20_000)
                        .filter(i -> i % 2 == 1)
                        .mapToObj(i -> many[i])
                        .toArray(byte[][]::new)));
        assertThat(Files.readAllBytes(second)).isEqualTo(together(removed));
    }

    @Test
    void nothing_stays_that_is_older_than_what_has_expired() throws IOException {
        var first = file("file.0", entry("one", "new", 2, NOW));
        var second = file("file.1", entry("one", "old", 1, NEVER));
        assertThat(mend(first, second)).isEqualTo(new Mended(0, 2));
        assertThat(Files.readAllBytes(first)).isEqualTo(removal("one", 2));
        assertThat(Files.readAllBytes(second)).isEmpty();
    }

    /** What became of them: bytes that were cut off, and entries that were changed. */
    private record Mended(long cut, int entries) {}

    private static Mended mend(Path... files) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var read = new ArrayList<DataFile>();
            for (var file : files) {
                var data = DataFile.open(file, arena);
                if (data != null) {
                    read.add(data);
                }
            }
            var cut = read.stream().mapToLong(DataFile::cut).sum();
            return new Mended(cut, new DataFiles(read, NOW, arena).mend());
        }
    }

    private Path file(byte[]... parts) throws IOException {
        return file("file.0", parts);
    }

    private Path file(String name, byte[]... parts) throws IOException {
        return Files.write(folder.resolve(name), together(parts));
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** With metadata of two kinds where there is a value. */
    private static byte[] entry(String key, String value, long sequence, long expires) {
        var metadata = value.isEmpty() ? "" : "metadata";
        var internal = value.isEmpty() ? "" : "more";
        return together(
                ByteBuffer.allocate(EntryHead.LENGTH)
                        .put((byte) 1)
                        .putShort((short) key.length())
                        .putShort((short) metadata.length())
                        .putInt(value.length())
                        .putShort((short) internal.length())
                        .putLong(sequence)
                        .putLong(expires)
                        .array(),
                (key + metadata + value + internal).getBytes(UTF_8));
    }

    private static byte[] removal(String key, long sequence) {
        return entry(key, "", sequence, NEVER);
    }

    private static byte[] together(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
