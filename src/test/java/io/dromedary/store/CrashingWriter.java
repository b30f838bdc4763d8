package io.dromedary.store;

import static io.dromedary.store.ShelfContract.done;

import java.nio.file.Path;
import java.time.Duration;

/** A process that puts one entry after the other, says which, and does not stop by itself. */
final class CrashingWriter {
    private static final int BIG = 200_000;

    private CrashingWriter() {}

    /** What is put for a key, large enough for a kill to hit a write. */
    static String value(int key) {
        return key + "x".repeat(key % 3 == 0 ? BIG : 100);
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
        var store = LocalStores.open(Path.of(arguments[0]));
        var shelf = store.shelf(ShelfName.RESPONSES, Texts.CODEC);
        for (var key = Integer.parseInt(arguments[1]); ; key++) {
            if (done(shelf.putIfAbsent(Integer.toString(key), value(key), Duration.ofHours(1)))) {
                System.out.println(key);
            }
        }
    }
}
