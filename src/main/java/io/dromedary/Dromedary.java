package io.dromedary;

import io.dromedary.access.NewKey;
import io.dromedary.bench.Bench;
import io.dromedary.config.Check;
import io.dromedary.config.SettingsException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The command line: {@code serve}, {@code check}, {@code keys new}, {@code bench}. */
public final class Dromedary {
    private static final String USAGE = """
            Dromedary, the AI gateway on Apache Camel.

              dromedary serve [--port 8080] [--host 127.0.0.1] [--management-port 9876]
                              [--backends backends] [--config config] [--routes routes] [--data data]
              dromedary check [--backends backends] [--config config] [--routes routes]
              dromedary keys new PROJECT
              dromedary bench chat|stream|streams-open|start|tiers [options]

            Every flag has an environment variable: --management-port is DROMEDARY_MANAGEMENT_PORT.
            """;

    private Dromedary() {}

    public static void main(String[] arguments) throws InterruptedException {
        Logging.configure();
        Tuning.apply();
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) throws InterruptedException {
        var command = arguments.isEmpty() ? "help" : arguments.getFirst();
        var rest = arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
        try {
            return switch (command) {
                case "serve" -> serve(rest, out, err);
                case "warm" -> warm(rest, out);
                case "check" -> check(rest, out);
                case "keys" -> keys(rest, out);
                case "bench" -> Bench.run(rest, out);
                case "help", "--help", "-h" -> {
                    out.print(USAGE);
                    yield 0;
                }
                default -> throw new Options.UsageException("There is no command " + command + ".");
            };
        } catch (Options.UsageException e) {
            err.println("dromedary: " + e.getMessage());
            err.print(USAGE);
            return 2;
        } catch (SettingsException e) {
            err.println("dromedary: the configuration cannot be used:");
            err.println(e.getMessage());
            return 1;
        } catch (IOException e) {
            err.println("dromedary: " + e.getMessage());
            return 1;
        }
    }

    private static int serve(List<String> arguments, PrintStream out, PrintStream err)
            throws Options.UsageException, SettingsException, IOException, InterruptedException {
        var options = Options.of(arguments, System::getenv);
        var running = new AtomicReference<@Nullable Gateway>();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            var gateway = running.get();
            if (gateway != null) {
                gateway.stop();
                out.flush();
                err.flush();
                // a stop that was asked for and that went well is no failure: the JVM would say 143
                Runtime.getRuntime().halt(0);
            }
        }));
        var gateway = Gateway.start(options, System::getenv, out);
        running.set(gateway);
        out.println(gateway.readyLine());
        gateway.awaitStop();
        return 0;
    }

    /** Starts, answers one call of each kind, and ends: what a class-data cache is trained with. */
    private static int warm(List<String> arguments, PrintStream out)
            throws Options.UsageException, SettingsException, IOException, InterruptedException {
        // a store of its own, since that of this installation may be in use
        var data = Files.createTempDirectory("dromedary-warm");
        try {
            var flags = new ArrayList<>(arguments);
            flags.addAll(List.of("--port", "0", "--management-port", "0", "--data", data.toString()));
            var gateway = Gateway.start(
                    Options.of(flags, name -> "DROMEDARY_HOME".equals(name) ? System.getenv(name) : null),
                    name -> null,
                    out);
            try {
                WarmUp.run(gateway.url(), gateway.managementUrl());
            } finally {
                gateway.stop();
            }
        } finally {
            delete(data);
        }
        return 0;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    private static int check(List<String> arguments, PrintStream out) throws Options.UsageException, IOException {
        var options = Options.of(arguments, System::getenv);
        return Check.run(Gateway.files(options), List.of(() -> RouteCheck.problems(options)), out);
    }

    private static int keys(List<String> arguments, PrintStream out) throws Options.UsageException {
        if (arguments.size() != 2 || !arguments.getFirst().equals("new")) {
            throw new Options.UsageException("Say: dromedary keys new PROJECT.");
        }
        try {
            out.print(NewKey.make(arguments.getLast(), new SecureRandom()).text());
            return 0;
        } catch (IllegalArgumentException e) {
            throw new Options.UsageException(String.valueOf(e.getMessage()));
        }
    }
}
