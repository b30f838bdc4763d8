package io.dromedary.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** {@code dromedary bench}: the door of this room. */
public final class Bench {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int MISSING = 3;

    private Bench() {}

    /**
     * Runs one benchmark to its end. Starts child processes, and pins this process to the cores of the load; both end
     * with it.
     *
     * @param args {@code chat}, {@code stream}, {@code streams-open}, {@code start}, {@code tiers},
     *     {@code responses}, {@code deferred}, {@code batches}, {@code embeddings} or {@code audio}, then options
     * @param out where the report goes
     * @return the exit code: 0 measured without a failed call; 1 not so, the report says what failed; 2 the arguments
     *     make no sense; 3 the machine lacks something, such as nginx or enough file descriptors
     */
    public static int run(List<String> args, PrintStream out) {
        if (args.contains("--help")) {
            out.print(BenchOptions.USAGE);
            return DONE;
        }
        BenchOptions options;
        try {
            options = BenchOptions.parse(args);
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            out.println();
            out.print(BenchOptions.USAGE);
            return USAGE;
        }
        try (var rig = Rig.set()) {
            out.println(machine(rig));
            var bystanders = new Bystanders();
            var code = run(rig, options, out);
            out.println(bystanders.sentence());
            return code;
        } catch (MissingException e) {
            out.println(e.getMessage());
            return MISSING;
        } catch (IOException e) {
            out.println(e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static int run(Rig rig, BenchOptions options, PrintStream out)
            throws IOException, InterruptedException, MissingException {
        return switch (options.kind()) {
            case CHAT -> code(new ChatBench(rig, options, out).run());
            case STREAM -> code(new StreamBench(rig, options, out).run());
            case STREAMS_OPEN -> {
                var all = new OpenStreamsBench(rig, options, out).run();
                yield all && options.streams() > rig.files().streams() ? MISSING : code(all);
            }
            case START -> code(new StartBench(rig, options, out).run());
            case TIERS -> code(new TiersBench(rig, options, out).run());
            case RESPONSES -> code(new ResponsesBench(rig, options, out).run());
            case DEFERRED -> code(new DeferredBench(rig, options, out).run());
            case BATCHES -> code(new BatchesBench(rig, options, out).run());
            case EMBEDDINGS -> code(new EmbeddingsBench(rig, options, out).run());
            case AUDIO -> code(new AudioBench(rig, options, out).run());
        };
    }

    private static int code(boolean clean) {
        return clean ? DONE : FAILED;
    }

    private static String machine(Rig rig) {
        return "Java " + Runtime.version() + ", " + rig.cores().description();
    }
}
