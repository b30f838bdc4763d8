package io.dromedary.http;

import io.dromedary.call.InnerCalls;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Runs calls of the gateway's own on the event loops of a server, on one after the other. */
final class InnerLoops implements InnerCalls {
    private final HttpEngine engine;
    private final AtomicInteger turn = new AtomicInteger();

    InnerLoops(HttpEngine engine) {
        this.engine = engine;
    }

    @Override
    public Running begin(Ask ask, Consumer<Told> told) {
        var loops = engine.loops();
        if (loops.isEmpty()) {
            throw new IllegalStateException("nothing is served yet");
        }
        var loop = loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
        var run = new InnerRun(engine, loop, ask, told);
        // not at once, wherever this is: nobody is told of a call before it has been handed out
        loop.later(run::begin);
        return () -> loop.executor().execute(run::leave);
    }
}
