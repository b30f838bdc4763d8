package io.dromedary.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The ways to the upstream that a run compares, and the upstream as a process. */
final class Contenders {

    private static final List<String> UPSTREAM_OPTIONS = List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private Contenders() {}

    /** Starts every proxy to an upstream; {@code direct} comes first. */
    static List<Contender> start(Rig rig, BenchOptions options, int upstream)
            throws IOException, InterruptedException, MissingException {
        var contenders = new ArrayList<>(List.of(new Contender(Contender.DIRECT, upstream, "none", null)));
        if (options.against().nginx()) {
            contenders.add(NginxProxy.start(rig, upstream));
        }
        if (options.against().gateway()) {
            contenders.add(GatewayProxy.start(rig, upstream, Cores.Place.PROXY, options.gatewayJavaOptions()));
        }
        return contenders;
    }

    /** Starts the scripted upstream as a process of its own, with files of its own, and tells its port. */
    static int upstreamProcess(Rig rig, double chunkRate) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Tools.java("java").toString()));
        command.addAll(UPSTREAM_OPTIONS);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                ScriptedUpstream.class.getName(),
                String.format(Locale.ROOT, "%f", chunkRate)));
        var child = rig.start("upstream", Cores.Place.LOAD, command, Map.of(), ScriptedUpstream.READY);
        var line = child.ready(GatewayProxy.PATIENCE);
        return Integer.parseInt(line.substring(ScriptedUpstream.READY.length()).strip());
    }
}
