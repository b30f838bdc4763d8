package io.dromedary.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.store.DataFile.Mended;
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
final class DataFileTest {
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
        assertThat(DataFile.mend(file, NOW)).isEqualTo(new Mended(0, 2));
        assertThat(Files.readAllBytes(file))
                .isEqualTo(together(
                        entry("one", "value", 1, NEVER),
                        removal("two", 2),
                        entry("three", "value", 3, NOW + 1),
                        removal("four", 4),
                        entry("five", "value", 5, NEVER)));
        assertThat(files()).containsExactly(file);
        assertThat(DataFile.mend(file, NOW)).as("once more").isEqualTo(new Mended(0, 0));
    }

    @Test
    void a_removal_does_not_expire() throws IOException {
        var file = file(entry("one", "", 1, 5));
        assertThat(DataFile.mend(file, NOW)).isEqualTo(new Mended(0, 0));
    }

    @Test
    void a_torn_end_is_cut_off_wherever_it_is_torn() throws IOException {
        var whole = together(entry("one", "value", 1, NEVER), entry("two", "value", 2, NOW));
        var torn = entry("three", "value", 3, NOW);
        for (var left = 1; left < torn.length; left++) {
            var file = file(whole, Arrays.copyOf(torn, left));
            assertThat(DataFile.mend(file, NOW)).isEqualTo(new Mended(left, 1));
            assertThat(Files.readAllBytes(file))
                    .isEqualTo(together(entry("one", "value", 1, NEVER), removal("two", 2)));
        }
    }

    @Test
    void what_is_no_entry_is_left_alone_with_all_that_is_around_it() throws IOException {
        var bytes =
                together(entry("one", "value", 1, NOW), "no entry, and longer than the head of one".getBytes(UTF_8));
        var file = file(bytes);
        assertThat(DataFile.mend(file, NOW)).isEqualTo(new Mended(0, 0));
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void a_removal_reads_as_one() {
        var bytes = removal("key", 7);
        var head = Objects.requireNonNull(EntryHead.of(MemorySegment.ofArray(bytes), 0));
        assertThat(head).isEqualTo(new EntryHead((short) 3, (short) 0, 0, (short) 0, 7, NEVER));
        assertThat(head.length()).isEqualTo(bytes.length);
    }

    private Path file(byte[]... parts) throws IOException {
        return Files.write(folder.resolve("file.0"), together(parts));
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
