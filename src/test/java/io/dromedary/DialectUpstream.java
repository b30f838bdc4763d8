package io.dromedary;

import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.wire.Fault;
import io.dromedary.testing.wire.Scene;
import io.dromedary.testing.wire.TaskWire;
import io.dromedary.testing.wire.Wire;
import io.dromedary.testing.wire.Wires;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A dialect, and a backend that speaks it and does what a test wants.
 *
 * @param name of the backend
 */
record DialectUpstream(EveryDialect.Row row, String name, ScriptedBackend backend, Wire wire) implements AutoCloseable {
    /** That the backend is asked with. */
    static final String KEY = "sk-there";

    private DialectUpstream(EveryDialect.Row row) {
        this(row, row.label().replaceAll("[^a-z0-9]+", "-"), ScriptedBackend.start(), Wires.of(row.dialect()));
    }

    /** One for each of these dialects but the simulator, whose backend is in the gateway. */
    static List<DialectUpstream> of(Stream<EveryDialect.Row> rows) {
        return rows.filter(row -> !row.dialect().name().equals("simulator"))
                .map(DialectUpstream::new)
                .toList();
    }

    /** In front of all of them, each with so many models. It ends before the better code of C2 would pay. */
    static GatewayProcess gateway(List<DialectUpstream> upstreams, int models) throws Exception {
        var builder = GatewayProcess.with().environment("THERE_KEY", KEY).jvm("-XX:TieredStopAtLevel=1");
        upstreams.forEach(upstream -> builder.backend(upstream.name, upstream.yaml(models)));
        return builder.start();
    }

    private String yaml(int models) {
        return "dialect: " + row.dialect().name() + "\nurl: " + backend.url() + row.base() + "\n" + row.yaml()
                + "retry: { attempts: 1 }\nmodels:\n"
                + IntStream.range(0, models)
                        .mapToObj(i -> "  " + model(i) + ": { upstream: " + row.upstream() + " }\n")
                        .collect(Collectors.joining());
    }

    /** A model for each number, so that no test has to live with what another has made the gateway think of it. */
    String model(int number) {
        return name + "-" + number;
    }

    /** Forgets what it was asked, and says this from now on. */
    void says(Said said) {
        answers(received -> wire.answer(received, said));
    }

    /** Forgets what it was asked, and fails from now on. */
    void fails(Fault fault) {
        answers(received -> wire.error(fault));
    }

    /** Plays whatever {@link Scene} it is asked for, and makes embeddings and transcripts. */
    void plays() {
        answers(received -> {
            if (TaskWire.wantsEmbeddings(received)) {
                return TaskWire.embeddings(received);
            }
            return TaskWire.hasSpeech(received)
                    ? TaskWire.transcript(row.dialect().name(), received)
                    : Scene.play(wire, received);
        });
    }

    private void answers(Function<Received, Script> answers) {
        backend.received().clear();
        backend.otherwise(received -> isProbe(received) ? Script.json(200, "{}") : answers.apply(received));
    }

    /** What it was asked, but for its health. */
    List<Received> asked() {
        return backend.received().stream()
                .filter(received -> !isProbe(received))
                .toList();
    }

    private static boolean isProbe(Received received) {
        return received.method().equals("GET");
    }

    @Override
    public void close() {
        backend.close();
    }
}
