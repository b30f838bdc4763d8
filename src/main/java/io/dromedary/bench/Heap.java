package io.dromedary.bench;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The heap of another JVM on this machine, as its {@code jcmd} tells it. */
final class Heap {

    /** {@code garbage-first heap   total 524288K, used 10240K}; Serial and Parallel have one such line per generation. */
    private static final Pattern USED = Pattern.compile("\\btotal .*\\bused (\\d+)K");

    private Heap() {}

    /** Bytes of live objects, after a full collection; -1 for a process that is not a JVM, or without {@code jcmd}. */
    static long liveBytes(long pid) throws InterruptedException {
        var jcmd = Tools.java("jcmd").toString();
        var process = Long.toString(pid);
        if (!Tools.succeeds(List.of(jcmd, process, "GC.run"))) {
            return -1;
        }
        return usedBytes(Tools.output(List.of(jcmd, process, "GC.heap_info")));
    }

    static long usedBytes(String heapInfo) {
        var used = heapInfo.lines()
                .takeWhile(line -> !line.contains("Metaspace"))
                .map(USED::matcher)
                .filter(Matcher::find)
                .mapToLong(line -> Long.parseLong(line.group(1)))
                .toArray();
        if (used.length == 0) {
            return -1;
        }
        var sum = 0L;
        for (var kilobytes : used) {
            sum += kilobytes;
        }
        return sum * 1024;
    }
}
