package io.dromedary.store;

import static io.dromedary.store.ShelfContract.done;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed while they write, and what is there afterwards. */
final class StoreCrashIT {
    private static final int KILLS = 3;
    private static final int ACKNOWLEDGED = 150;

    @TempDir
    Path folder;

    @Test
    void what_was_acknowledged_before_a_kill_is_there() throws Exception {
        var acknowledged = new ArrayList<Integer>();
        for (var kill = 0; kill < KILLS; kill++) {
            acknowledged.addAll(written(kill * 1_000_000));
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(KILLS * ACKNOWLEDGED);
        try (var store = LocalStores.open(folder)) {
            var shelf = store.shelf(ShelfName.RESPONSES, Texts.CODEC);
            for (var key : acknowledged) {
                assertThat(done(shelf.get(key.toString())))
                        .as("%s", key)
                        .isNotNull()
                        .matches(held -> held.value().equals(CrashingWriter.value(key)));
            }
        }
    }

    /** The keys that a process has said, killed in the middle of it. */
    private List<Integer> written(int from) throws IOException, InterruptedException {
        var writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Djava.util.logging.config.file=src/test/resources/logging.properties",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingWriter.class.getName(),
                        folder.toString(),
                        Integer.toString(from))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var keys = new ArrayList<Integer>();
        try (var out = new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = out.readLine(); line != null; line = out.readLine()) {
                keys.add(Integer.valueOf(line));
                if (keys.size() == ACKNOWLEDGED) {
                    // by its handle: the process itself would close its output, with what it has said by then
                    writer.toHandle().destroyForcibly();
                }
            }
        } finally {
            writer.destroyForcibly().waitFor();
        }
        return keys;
    }
}
