package io.dromedary.store;

import static io.dromedary.store.ShelfContract.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.KilledProcess;
import java.io.IOException;
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
        return KilledProcess.lines(ACKNOWLEDGED, CrashingWriter.class, folder.toString(), Integer.toString(from))
                .stream()
                .map(Integer::valueOf)
                .toList();
    }
}
