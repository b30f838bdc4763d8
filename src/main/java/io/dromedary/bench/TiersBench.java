package io.dromedary.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;

/** Whether limits and lanes do what they promise, and what they cost. */
final class TiersBench {

    private static final double LOAD_RATE = 200;

    private final Rig rig;
    private final BenchOptions options;
    private final PrintStream out;

    TiersBench(Rig rig, BenchOptions options, PrintStream out) {
        this.rig = rig;
        this.options = options;
        this.out = out;
    }

    /** @return whether no call failed for another reason than its limits, and nothing was left behind */
    boolean run() throws IOException, InterruptedException {
        try (var sockets = rig.load()) {
            var service = Duration.ofMillis(options.serviceMillis());
            var pace = 1e3 / options.serviceMillis();
            var gateway = TiersGateway.start(
                    rig,
                    options.gatewayJavaOptions(),
                    ScriptedUpstream.listen(sockets, pace),
                    ScriptedUpstream.listen(sockets, pace, service),
                    LimitsPart.projects(options.rounds()));
            warmUp(sockets, gateway.as(TiersGateway.LIMITED));
            var clean = new LimitsPart(sockets, gateway, options, out).run();
            clean &= new FloodPart(sockets, gateway, options, out).run();
            clean &= new CostPart(sockets, gateway, options, out).run();
            for (var warning :
                    gateway.running().child().warnings().stream().limit(3).toList()) {
                out.println("the gateway wrote: " + warning);
            }
            return clean;
        }
    }

    /** At a moderate pace, so that everything is compiled, and estimates have settled. */
    private void warmUp(Sockets sockets, Contender contender) {
        var request = contender.request(LimitsPart.BODY);
        try (var load = CallLoad.open(sockets, contender.port(), options.connections(), request, CallLoad.Until.END)) {
            load.run(LOAD_RATE, options.warmup() / 4.0);
            load.run(Double.POSITIVE_INFINITY, options.warmup() * 3 / 4.0);
        }
    }
}
