package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * How many files a process of this run may have open, raised where the machine lets us.
 *
 * @param limit of each process
 * @param prefix what to put before a command so that it gets that limit
 */
record OpenFiles(long limit, List<String> prefix) {

    /** Enough for any run that the options allow. */
    private static final long WANTED = 65_536;

    /** What a server has open besides its streams: jars, the log, epoll, the upstream's idle connections. */
    private static final int BESIDE_STREAMS = 400;

    /** A stream through a proxy has a socket to the client and one to the upstream. */
    private static final int PER_STREAM = 2;

    static OpenFiles raised() throws IOException, InterruptedException {
        var hard = ProcFiles.openFiles(Files.readString(ProcFiles.PROC.resolve("self/limits")));
        if (hard >= WANTED) {
            return new OpenFiles(WANTED, List.of());
        }
        var nofile = "--nofile=" + WANTED + ":" + WANTED;
        var self = Long.toString(ProcessHandle.current().pid());
        if (Tools.succeeds(List.of("prlimit", nofile, "--pid", self))) {
            return new OpenFiles(WANTED, List.of("prlimit", nofile));
        }
        return new OpenFiles(hard, List.of());
    }

    /** How many streams fit through one proxy. */
    int streams() {
        return (int) ((limit - BESIDE_STREAMS) / PER_STREAM);
    }

    static long needed(int streams) {
        return (long) streams * PER_STREAM + BESIDE_STREAMS;
    }
}
