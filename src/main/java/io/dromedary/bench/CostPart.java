package io.dromedary.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The same calls of a project with limits and of one without, as many as the connections carry: what limits cost. */
final class CostPart {

    /** Microseconds of CPU time per call. */
    private static final double HELD = 3;

    private static final double LEAD_IN_SECONDS = 0.5;

    /** It is a small difference of two large figures: many short windows, each beside its other, for what drifts to cancel out. */
    private static final int SECONDS = 1;

    private static final int TIMES = 12;

    private static final String RATE = "rate";
    private static final String CPU = "cpu";

    private final Sockets sockets;
    private final TiersGateway gateway;
    private final BenchOptions options;
    private final PrintStream out;
    private final Rounds rounds = new Rounds();

    CostPart(Sockets sockets, TiersGateway gateway, BenchOptions options, PrintStream out) {
        this.sockets = sockets;
        this.gateway = gateway;
        this.options = options;
        this.out = out;
    }

    /** @return whether no call failed */
    boolean run() {
        var all = TIMES * options.rounds();
        out.println();
        out.printf(
                Locale.ROOT,
                "cost: flat out on %d connections, %d rounds of %d s for each figure%n",
                options.connections(),
                all,
                SECONDS);
        var projects = new ArrayList<>(List.of(TiersGateway.UNLIMITED, TiersGateway.LIMITED));
        var clean = true;
        for (var round = 0; round < all; round++) {
            for (var project : projects) {
                clean &= measure(gateway.as(project));
            }
            Collections.rotate(projects, 1);
        }
        report();
        return clean;
    }

    private boolean measure(Contender contender) {
        var request = contender.request(LimitsPart.BODY);
        try (var load = CallLoad.open(sockets, contender.port(), options.connections(), request, CallLoad.Until.END)) {
            load.run(Double.POSITIVE_INFINITY, LEAD_IN_SECONDS);
            var before = contender.cpuSeconds();
            var seen = load.run(Double.POSITIVE_INFINITY, SECONDS);
            rounds.add(contender.name(), RATE, seen.perSecond());
            rounds.add(contender.name(), CPU, (contender.cpuSeconds() - before) * 1e6 / seen.completed());
            if (seen.failed() > 0) {
                out.println(contender.name() + ": " + seen.failed() + " calls failed: " + seen.firstFailure());
            }
            return seen.failed() == 0;
        }
    }

    private void report() {
        var table = new Table("project", "calls/s", "CPU µs/call");
        for (var project : List.of(TiersGateway.UNLIMITED, TiersGateway.LIMITED)) {
            table.row(
                    project,
                    rounds.spread(project, RATE).text(0),
                    rounds.spread(project, CPU).text(1));
        }
        out.println();
        out.print(table.text());
        Verdict.atMost(
                out,
                "CPU time per call that limits add, µs",
                rounds.beyond(TiersGateway.UNLIMITED, TiersGateway.LIMITED, CPU),
                HELD);
    }
}
