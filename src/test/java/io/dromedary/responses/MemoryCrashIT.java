package io.dromedary.responses;

import static io.dromedary.responses.Turns.PROJECT;
import static io.dromedary.responses.Turns.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.store.Store;
import io.dromedary.store.StoreSettings;
import io.dromedary.testing.KilledProcess;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways that are killed while they store, and what is there afterwards. */
final class MemoryCrashIT {
    private static final int KILLS = Integer.getInteger("dromedary.kills", 3);
    private static final int ACKNOWLEDGED = 200;
    private static final int APART = 1_000_000;

    @TempDir
    Path folder;

    @Test
    void what_was_acknowledged_before_a_kill_is_there_whole_and_nothing_is_there_half() throws Exception {
        var acknowledged = new ArrayList<Integer>();
        for (var kill = 0; kill < KILLS; kill++) {
            for (var line : KilledProcess.lines(
                    ACKNOWLEDGED, CrashingMemory.class, folder.toString(), Integer.toString(kill * APART))) {
                acknowledged.add(Integer.valueOf(line));
            }
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(KILLS * ACKNOWLEDGED);
        try (var store = Store.open(new StoreSettings.Local(folder, false, null), InstantSource.system())) {
            var memory = CrashingMemory.memory(store);
            for (var number : acknowledged) {
                assertThat(done(memory.find(PROJECT, Turns.id(number))))
                        .as("%s", number)
                        .isEqualTo(CrashingMemory.response(number));
                if (number % 2 == 1) {
                    assertThat(streamed(memory, number)).as("%s", number).isEqualTo(events(number));
                }
            }
            noneIsHalf(memory, new HashSet<>(acknowledged));
        }
    }

    /** Of those that the last process was about to store. */
    private static void noneIsHalf(ResponseMemory memory, HashSet<Integer> acknowledged) {
        var unsaid = 0;
        for (var number = (KILLS - 1) * APART; unsaid < 2 * CrashingMemory.THREADS; number++) {
            if (acknowledged.contains(number)) {
                continue;
            }
            unsaid++;
            var found = done(memory.find(PROJECT, Turns.id(number)));
            if (found != null && !found.isRunning()) {
                assertThat(found).isEqualTo(CrashingMemory.response(number));
            } else if (found != null) {
                assertThat(found).isEqualTo(Turns.running(found.id()));
            }
        }
    }

    private static String events(int number) {
        return CrashingMemory.event(number) + CrashingMemory.event(number + 1) + "data: [DONE]\n\n";
    }

    private static String streamed(ResponseMemory memory, int number) {
        var source = done(memory.events().follow(PROJECT, Turns.id(number), -1, Runnable::run));
        var reading = Reading.of(Objects.requireNonNull(source));
        return reading.whole();
    }
}
