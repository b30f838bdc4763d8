package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Who runs where: the proxy under test alone on one core, load and upstream on the others.
 *
 * @param proxy e.g. {@code 1}; empty when nothing is pinned
 * @param load e.g. {@code 0}
 * @param all e.g. {@code 0-1}
 * @param description for the head of a report
 */
record Cores(String proxy, String load, String all, String description) {

    enum Place {
        PROXY,
        LOAD,
        ANYWHERE
    }

    /** Looks at what this process may use and, where that can be done, pins this process as load. */
    static Cores taken() throws IOException, InterruptedException {
        var status = Files.readString(ProcFiles.PROC.resolve("self/status"));
        var cores = split(status.lines()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("0"));
        if (cores.proxy().isEmpty()) {
            return cores;
        }
        var self = Long.toString(ProcessHandle.current().pid());
        if (!Tools.succeeds(List.of("taskset", "-a", "-c", "-p", cores.load(), self))) {
            return new Cores("", "", "", "not pinned: taskset (util-linux) is absent or refused");
        }
        return cores;
    }

    /** @param allowed as in {@code /proc/PID/status}, e.g. {@code 0-3,8} */
    static Cores split(String allowed) {
        var cpus = cpus(allowed);
        if (cpus.size() < 2) {
            return new Cores("", "", "", "not pinned: one core for everything, so latencies say little");
        }
        var proxy = Integer.toString(cpus.getLast());
        var load = cpus.stream()
                .limit(cpus.size() - 1)
                .map(cpu -> Integer.toString(cpu))
                .collect(Collectors.joining(","));
        return new Cores(
                proxy,
                load,
                allowed,
                "proxy on core " + proxy + ", load and upstream on core " + load + " of " + cpus.size());
    }

    private static List<Integer> cpus(String allowed) {
        return Stream.of(allowed.split(","))
                .map(range -> range.split("-"))
                .flatMap(range -> IntStream.rangeClosed(
                                Integer.parseInt(range[0]), Integer.parseInt(range[range.length - 1]))
                        .boxed())
                .toList();
    }

    /** What to put before a command so that it runs in its place. */
    List<String> prefix(Place place) {
        var core = switch (place) {
            case PROXY -> proxy;
            case LOAD -> load;
            case ANYWHERE -> all;
        };
        return core.isEmpty() ? List.of() : List.of("taskset", "-c", core);
    }
}
