package io.dromedary.responses;

import io.dromedary.config.GatewaySettings.Responses;
import io.dromedary.store.Store;
import io.dromedary.store.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that stores one response after the other on several threads, says which, and does not stop by itself. */
final class CrashingMemory {
    static final int THREADS = 4;

    private static final int BIG = 100_000;

    private CrashingMemory() {}

    /** Some of them as large as a kill needs to hit a write. */
    static StoredResponse response(int number) {
        return Turns.turn(Turns.id(number), List.of(), number + " " + "x".repeat(number % 5 == 0 ? BIG : 1000));
    }

    static ResponseMemory memory(Store store) {
        return ResponseMemory.in(
                store, false, () -> new Responses(Duration.ofDays(30), Duration.ofHours(24)), (wait, what) -> () -> {});
    }

    static String event(int number) {
        return Reading.event(0).replace("delta\":\"", "delta\":\"" + number);
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
        var memory =
                memory(Store.open(new StoreSettings.Local(Path.of(arguments[0]), false, null), InstantSource.system()));
        var next = new AtomicInteger(Integer.parseInt(arguments[1]));
        for (var thread = 0; thread < THREADS; thread++) {
            Thread.ofPlatform().start(() -> {
                for (; ; ) {
                    var number = next.getAndIncrement();
                    run(memory, number);
                    System.out.println(number);
                }
            });
        }
    }

    /** Every other one is a stream. */
    private static void run(ResponseMemory memory, int number) {
        var response = response(number);
        if (number % 2 == 0) {
            Turns.done(memory.store(response));
            return;
        }
        Turns.done(memory.begin(Turns.running(response.id())));
        var recording = memory.events().record(response.id());
        recording.append(Reading.bytes(event(number)));
        Turns.done(memory.store(response));
        Turns.done(recording.end(Reading.bytes(event(number + 1))));
    }
}
