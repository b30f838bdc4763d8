package io.dromedary.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
    void nothing_stays_that_is_older_than_a_removal_of_its_key_whatever_file_it_is_in() throws IOException {
        var first = file("file.0", removal("one", 3), entry("two", "new", 9, NEVER), removal("one", 5));
        var second =
                file("file.1", entry("two", "old", 8, NEVER), entry("one", "a", 1, NEVER), entry("one", "b", 4, NOW));
        var third = file("file.2", removal("two", 7), entry("one", "c", 6, NEVER), entry("two", "older", 6, NEVER));
        var untouched = file("file.3", entry("three", "x", 1, NEVER));
        assertThat(mend(first, second, third, untouched)).isEqualTo(new Mended(0, 4));
        assertThat(Files.readAllBytes(first)).isEqualTo(together(entry("two", "new", 9, NEVER), removal("one", 5)));
        assertThat(Files.readAllBytes(second)).isEqualTo(entry("two", "old", 8, NEVER));
        assertThat(Files.readAllBytes(third)).isEqualTo(together(removal("two", 7), entry("one", "c", 6, NEVER)));
        assertThat(Files.readAllBytes(untouched)).isEqualTo(entry("three", "x", 1, NEVER));
        assertThat(files()).containsExactlyInAnyOrder(first, second, third, untouched);
        assertThat(mend(first, second, third, untouched)).as("once more").isEqualTo(new Mended(0, 0));
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
        var data = new DataFiles(NOW);
        var cut = 0L;
        for (var file : files) {
            cut += data.read(file);
        }
        return new Mended(cut, data.mend());
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
