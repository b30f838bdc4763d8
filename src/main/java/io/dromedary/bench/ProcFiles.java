package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Linux tells about a process under {@code /proc}. Source: proc(5).
 */
final class ProcFiles {

    static final Path PROC = Path.of("/proc");

    /** {@code USER_HZ}, fixed at 100 in the kernel's interface on every platform that Java 25 runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\S+)\\s+(\\S+)");

    private ProcFiles() {}

    /** User and system time of a process and its descendants so far, in seconds; whatever has ended counts 0. */
    static double cpuSeconds(ProcessHandle process) {
        return family(process).mapToLong(ProcFiles::ticks).sum() / TICKS_PER_SECOND;
    }

    private static Stream<ProcessHandle> family(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants());
    }

    /** User and system time so far; 0 for a process that has ended. */
    static long ticks(ProcessHandle process) {
        try {
            return ticks(Files.readString(PROC.resolve(process.pid() + "/stat")));
        } catch (IOException e) {
            return 0;
        }
    }

    /** utime + stime, fields 14 and 15 of {@code /proc/PID/stat}. The name in field 2 may hold spaces and brackets. */
    static long ticks(String stat) {
        return sum(stat, 2);
    }

    /** The same with cutime + cstime, fields 16 and 17: children that have ended and been waited for. */
    static long ticksWithEndedChildren(String stat) {
        return sum(stat, 4);
    }

    private static long sum(String stat, int fields) {
        return Stream.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1))
                .skip(11)
                .limit(fields)
                .mapToLong(Long::parseLong)
                .sum();
    }

    /** Resident set of a process and its descendants in bytes; whatever has ended counts 0. */
    static long residentBytes(ProcessHandle process) {
        return family(process).mapToLong(p -> residentBytes(p.pid())).sum();
    }

    private static long residentBytes(long pid) {
        try {
            return kilobytes(Files.readString(PROC.resolve(pid + "/status")), "VmRSS") * 1024;
        } catch (IOException e) {
            return 0;
        }
    }

    /** A line of {@code /proc/PID/status} such as {@code VmRSS:     1234 kB}; 0 when it is not there. */
    static long kilobytes(String status, String field) {
        return status.lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    /** The hard limit in {@code /proc/PID/limits}: how many files a process may have open at most. */
    static long openFiles(String limits) {
        var found = OPEN_FILES.matcher(limits);
        if (!found.find() || found.group(2).equals("unlimited")) {
            return Long.MAX_VALUE;
        }
        return Long.parseLong(found.group(2));
    }
}
