package io.dromedary.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** From the start of the process to the line that says that it can answer, and what it then occupies. Not pinned. */
final class StartBench {

    private static final int IDLE_SECONDS = 2;
    private static final double MEGABYTE = 1024 * 1024;
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private static final String READY = "ready";
    private static final String RESIDENT = "resident";
    private static final String CPU = "cpu";

    private final Rig rig;
    private final BenchOptions options;
    private final PrintStream out;
    private final Rounds rounds = new Rounds();

    StartBench(Rig rig, BenchOptions options, PrintStream out) {
        this.rig = rig;
        this.options = options;
        this.out = out;
    }

    /** @return true: a start that fails ends the run */
    boolean run() throws IOException, InterruptedException {
        var upstream = Contenders.upstreamProcess(rig, options.chunkRate());
        out.printf(Locale.ROOT, "start: %d starts, idle for %d s each%n", options.rounds(), IDLE_SECONDS);
        for (var round = 0; round < options.rounds(); round++) {
            measure(upstream);
        }
        var table = new Table("", "ready after ms", "CPU ms until idle", "RSS at idle MB");
        table.row(
                Contender.GATEWAY,
                rounds.spread(Contender.GATEWAY, READY).text(0),
                rounds.spread(Contender.GATEWAY, CPU).text(0),
                rounds.spread(Contender.GATEWAY, RESIDENT).text(1));
        out.print(table.text());
        return true;
    }

    private void measure(int upstream) throws IOException, InterruptedException {
        var start = System.nanoTime();
        var gateway = GatewayProxy.start(rig, upstream, Cores.Place.ANYWHERE, options.gatewayJavaOptions());
        var took = (System.nanoTime() - start) / 1e6;
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        rounds.add(Contender.GATEWAY, READY, took);
        rounds.add(Contender.GATEWAY, CPU, gateway.cpuSeconds() * 1e3);
        var process = gateway.process();
        if (process != null) {
            rounds.add(Contender.GATEWAY, RESIDENT, ProcFiles.residentBytes(process.handle()) / MEGABYTE);
            process.stop(DRAIN);
        }
    }
}
