package io.dromedary.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The upstream, and the ways to it that a run compares. */
final class Contenders {

    private static final List<String> UPSTREAM_OPTIONS = List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private Contenders() {}

    /** Starts the upstream and every proxy; {@code direct} comes first. */
    static List<Contender> start(Rig rig, BenchOptions options)
            throws IOException, InterruptedException, MissingException {
        var upstream = upstream(rig, options.chunkRate());
        var contenders = new ArrayList<>(List.of(new Contender(Contender.DIRECT, upstream, "none", null)));
        if (options.against().nginx()) {
            contenders.add(NginxProxy.start(rig, upstream));
        }
        if (options.against().gateway()) {
            contenders.add(GatewayProxy.start(rig, upstream, Cores.Place.PROXY, options.gatewayJavaOptions()));
        }
        return contenders;
    }

    /** Starts the scripted upstream and tells its port. */
    static int upstream(Rig rig, double chunkRate) throws IOException, InterruptedException {
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
