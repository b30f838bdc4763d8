package io.dromedary;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the command line and the environment say. A flag wins over its variable ({@code --management-port} over {@code
 * DROMEDARY_MANAGEMENT_PORT}), a variable over the default.
 *
 * @param home where the default folders are; {@code DROMEDARY_HOME}, else the working directory
 */
record Options(
        String host, int port, int managementPort, Path backends, Path config, Path routes, Path data, Path home) {

    /** Something on the command line that cannot be used; the message says what and what to do. */
    static final class UsageException extends Exception {
        UsageException(String message) {
            super(message);
        }
    }

    private static final Set<String> FLAGS =
            Set.of("port", "host", "management-port", "backends", "config", "routes", "data");

    /**
     * Reads flags, {@code --flag value} or {@code --flag=value}.
     *
     * @param environment value of a variable, or null
     */
    static Options of(List<String> arguments, UnaryOperator<@Nullable String> environment) throws UsageException {
        var flags = flags(arguments);
        for (var flag : FLAGS) {
            var variable =
                    environment.apply("DROMEDARY_" + flag.replace('-', '_').toUpperCase(Locale.ROOT));
            if (variable != null && !variable.isBlank()) {
                flags.putIfAbsent(flag, variable);
            }
        }
        var homeVariable = environment.apply("DROMEDARY_HOME");
        var home = Path.of(homeVariable == null ? "" : homeVariable);
        var port = port("port", flags.getOrDefault("port", "8080"));
        var managementPort = port("management-port", flags.getOrDefault("management-port", "9876"));
        if (port == managementPort && port != 0) {
            // both would listen there, and connections go to either
            throw new UsageException("--port and --management-port are both " + port + "; they have to be two.");
        }
        return new Options(
                flags.getOrDefault("host", "127.0.0.1"),
                port,
                managementPort,
                folder(flags, "backends", home),
                folder(flags, "config", home),
                folder(flags, "routes", home),
                folder(flags, "data", home),
                home);
    }

    private static Map<String, String> flags(List<String> arguments) throws UsageException {
        var flags = new LinkedHashMap<String, String>();
        var rest = new ArrayList<>(arguments);
        while (!rest.isEmpty()) {
            var argument = rest.removeFirst();
            var equals = argument.indexOf('=');
            var name = equals < 0 ? argument : argument.substring(0, equals);
            if (!name.startsWith("--") || !FLAGS.contains(name.substring(2))) {
                throw new UsageException("There is no option " + argument + ".");
            }
            if (equals < 0 && rest.isEmpty()) {
                throw new UsageException("The option " + name + " needs a value.");
            }
            flags.put(name.substring(2), equals < 0 ? rest.removeFirst() : argument.substring(equals + 1));
        }
        return flags;
    }

    private static int port(String flag, String text) throws UsageException {
        try {
            var port = Integer.parseInt(text);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below, together with numbers that are out of range
        }
        throw new UsageException("--" + flag + " is a number from 0 (any free port) to 65535, not " + text + ".");
    }

    private static Path folder(Map<String, String> flags, String flag, Path home) {
        var given = flags.get(flag);
        return given == null ? home.resolve(flag) : Path.of(given);
    }

    /** Only this machine can connect. */
    boolean loopback() {
        return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    }
}
