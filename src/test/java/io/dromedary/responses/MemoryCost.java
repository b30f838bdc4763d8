package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.dromedary.api.json.Json;
import io.dromedary.store.Store;
import io.dromedary.store.StoreSettings;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What the memory costs in a folder of its own, to be run by hand: {@code store FOLDER N} stores N responses of 2 kB and says
 * what one took of the processors, the kernel's and the store's own threads included; {@code open FOLDER N} opens what the
 * former left there, and says how long that took and how large the process is.
 */
final class MemoryCost {
    private static final int WARM = 50_000;
    private static final int AT_ONCE = 32;
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private MemoryCost() {}

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[1]);
        var number = Integer.parseInt(arguments[2]);
        if (arguments[0].equals("store")) {
            store(folder, number);
        } else {
            open(folder, number);
        }
    }

    @SuppressWarnings("SystemOut")
    private static void store(Path folder, int number) throws Exception {
        try (var store = Store.open(new StoreSettings.Local(folder, false, null), InstantSource.system())) {
            var memory = CrashingMemory.memory(store);
            System.out.println("a record has " + Kept.of(response(0)).text().length() + " characters");
            run(memory, -WARM, 0);
            var encoding = PROCESS.getProcessCpuTime();
            var length = 0L;
            for (var i = 0; i < WARM; i++) {
                length += Kept.of(response(i)).text().length();
            }
            var start = PROCESS.getProcessCpuTime();
            System.out.printf(
                    "making one and its text: %.1f us (%d)%n", (start - encoding) / 1e3 / WARM, length / WARM);
            start = PROCESS.getProcessCpuTime();
            var began = System.nanoTime();
            run(memory, 0, number);
            System.out.printf(
                    "store(): %.1f us of CPU, %.1f us of time each, %d at once%n",
                    (PROCESS.getProcessCpuTime() - start) / 1e3 / number,
                    (System.nanoTime() - began) / 1e3 / number,
                    AT_ONCE);
        }
    }

    private static void run(ResponseMemory memory, int from, int to) throws InterruptedException {
        var room = new Semaphore(AT_ONCE);
        for (var i = from; i < to; i++) {
            room.acquire();
            memory.storeNew(response(i), null).whenComplete((stored, failed) -> room.release());
        }
        room.acquire(AT_ONCE);
    }

    /** As a caller gets it, with an answer of some 500 characters. */
    private static StoredResponse response(int number) {
        var id = Turns.id(number);
        var turn = Turns.turn(id, List.of(), "What is the capital of " + number + "? " + "Say more. ".repeat(40));
        var response = turn.response();
        response.put("created_at", 1_767_225_600L)
                .put("completed_at", 1_767_225_601L)
                .put("model", "gpt-4o-mini")
                .putNull("incomplete_details")
                .putNull("error")
                .putNull("instructions")
                .putNull("previous_response_id")
                .put("temperature", 1)
                .put("top_p", 1)
                .put("presence_penalty", 0)
                .put("frequency_penalty", 0)
                .put("top_logprobs", 0)
                .put("parallel_tool_calls", true)
                .put("tool_choice", "auto")
                .put("truncation", "disabled")
                .put("store", true)
                .put("background", false)
                .put("service_tier", "default")
                .putNull("reasoning")
                .putNull("max_output_tokens")
                .putNull("max_tool_calls")
                .putNull("safety_identifier")
                .putNull("prompt_cache_key")
                .putNull("user");
        response.putArray("tools");
        response.putObject("metadata");
        response.putObject("text").putObject("format").put("type", "text");
        usage(response.putObject("usage"));
        return turn;
    }

    private static void usage(ObjectNode usage) {
        usage.put("input_tokens", 36).put("output_tokens", 87).put("total_tokens", 123);
        usage.putObject("input_tokens_details").put("cached_tokens", 0);
        usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
    }

    @SuppressWarnings("SystemOut")
    private static void open(Path folder, int number) throws Exception {
        var began = System.nanoTime();
        try (var store = Store.open(new StoreSettings.Local(folder, false, null), InstantSource.system())) {
            var memory = CrashingMemory.memory(store);
            var opened = System.nanoTime();
            System.out.printf("opened after %.1f s, %s%n", (opened - began) / 1e9, resident());
            @Nullable StoredResponse last = null;
            for (var i = 1; i <= 1000; i++) {
                last = Turns.done(memory.find(Turns.PROJECT, Turns.id(number - (long) i * (number / 1000))));
                if (last == null) {
                    throw new IllegalStateException(i + " is not there");
                }
            }
            System.out.printf(
                    "1000 reads: %.0f us each, %s; %s%n",
                    (System.nanoTime() - opened) / 1e6,
                    resident(),
                    last == null ? "" : Json.bytes(last.response()).length);
        }
    }

    private static String resident() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
                .toList()
                .toString();
    }
}
