package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Calls on keep-alive connections, started when a {@link Schedule} says so. A call that finds every connection busy
 * waits for one, and its latency counts from the moment at which it was due.
 */
final class CallLoad implements AutoCloseable {

    /** Where the latency of a call ends. */
    enum Until {
        /** the answer's last byte */
        END,
        /** the first byte of its body: of a stream, the first token */
        FIRST_BODY_BYTE,
        /** the end of an answer that has no body */
        EMPTY_END
    }

    private static final long DRAIN_SECONDS = 10;
    private static final String REFUSED = " 429";

    private final EventLoop loop;
    private final List<ByteBuf> requests;
    private final Until until;
    private final List<Connection> all = new ArrayList<>();
    private final ArrayDeque<Connection> free = new ArrayDeque<>();
    private @Nullable Run run;
    private int turn;

    private CallLoad(Sockets sockets, List<byte[]> requests, Until until) {
        this.loop = sockets.loop();
        this.requests = requests.stream().map(CallLoad::buffer).toList();
        this.until = until;
    }

    private static ByteBuf buffer(byte[] request) {
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(request.length).writeBytes(request).asReadOnly());
    }

    /** Opens every connection before it returns. */
    static CallLoad open(Sockets sockets, int port, int connections, byte[] request, Until until) {
        return open(sockets, port, connections, List.of(request), until);
    }

    /** The same with one request after the other, and then from the first on. */
    static CallLoad open(Sockets sockets, int port, int connections, List<byte[]> requests, Until until) {
        var load = new CallLoad(sockets, requests, until);
        for (var i = 0; i < connections; i++) {
            var connection = load.new Connection();
            load.all.add(connection);
            sockets.connect(port, connection).syncUninterruptibly();
        }
        return load;
    }

    /** Runs one schedule to its end and waits for the answers that are still under way, for 10 s at most. */
    Measured run(double perSecond, double seconds) {
        return start(perSecond, seconds).join();
    }

    /** The same without waiting; one schedule at a time. */
    CompletableFuture<Measured> start(double perSecond, double seconds) {
        var result = new CompletableFuture<Measured>();
        loop.execute(() -> {
            run = new Run(Schedule.from(System.nanoTime(), perSecond, seconds), result);
            run.step();
        });
        return result;
    }

    @Override
    public void close() {
        leave();
    }

    /** Closes every connection, whatever is under way on it. */
    void leave() {
        for (var connection : all) {
            connection.disconnect();
        }
    }

    /** One schedule being worked off. On the event loop only. */
    private final class Run {
        final Schedule schedule;
        final CompletableFuture<Measured> result;
        final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        final Histogram refusals = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        final long giveUp;
        long next;
        long busy;
        long completed;
        long failed;
        String firstFailure = "";
        boolean ticking;

        Run(Schedule schedule, CompletableFuture<Measured> result) {
            this.schedule = schedule;
            this.result = result;
            giveUp = schedule.end() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
            Sockets.at(loop, giveUp, this::abandon);
        }

        /** Sends whatever is due and can be sent, then sleeps until the next call is due. */
        void step() {
            var now = System.nanoTime();
            while (!free.isEmpty() && !schedule.over(next, now) && schedule.due(next, now) - now <= 0) {
                free.poll().call(schedule.due(next, now));
                next++;
                busy++;
            }
            if (schedule.over(next, now)) {
                finishWhenQuiet();
            } else if (!free.isEmpty() && !ticking) {
                ticking = true;
                Sockets.at(loop, schedule.due(next, now), this::tick);
            }
        }

        private void tick() {
            ticking = false;
            step();
        }

        void answered(long due, boolean ok, String problem, long latencyEnd) {
            busy--;
            var took = Math.clamp(latencyEnd - due, 0, latency.getHighestTrackableValue());
            if (ok) {
                completed++;
                latency.recordValue(took);
            } else {
                failed++;
                if (problem.contains(REFUSED)) {
                    refusals.recordValue(took);
                }
                note(problem);
            }
            step();
        }

        /** Refusals may be wanted: they do not hide what is not. */
        private void note(String problem) {
            if (firstFailure.isEmpty() || firstFailure.contains(REFUSED)) {
                firstFailure = problem;
            }
        }

        private void finishWhenQuiet() {
            if (busy == 0) {
                complete();
            }
        }

        private void abandon() {
            if (!result.isDone()) {
                var due = schedule.flatOut() ? next : Math.round(schedule.seconds() * schedule.perSecond());
                failed += Math.max(0, due - next) + busy;
                note("no answer in time");
                complete();
            }
        }

        private void complete() {
            run = null;
            var seconds = (System.nanoTime() - schedule.start()) / 1e9;
            result.complete(new Measured(latency, refusals, completed, failed, seconds, firstFailure));
        }
    }

    private final class Connection extends WireHandler {
        private long due;
        private long firstByte;
        private boolean calling;
        private boolean ok;
        private String status = "";

        void call(long due) {
            this.due = due;
            calling = true;
            firstByte = 0;
            send(requests.get(turn).duplicate());
            turn = turn + 1 == requests.size() ? 0 : turn + 1;
        }

        @Override
        void opened() {
            free.add(this);
        }

        @Override
        void closed() {
            free.remove(this);
            if (calling) {
                finish(false, "connection closed");
            }
        }

        @Override
        public void head(byte[] bytes, int from, int to) {
            ok = bytes[from + 9] == '2';
            if (!ok || until == Until.EMPTY_END) {
                status = new String(bytes, from, Math.min(60, to - from), ISO_8859_1)
                        .lines()
                        .findFirst()
                        .orElse("");
            }
        }

        @Override
        public void body(byte[] bytes, int from, int to) {
            if (firstByte == 0) {
                firstByte = System.nanoTime();
            }
        }

        @Override
        public void end() {
            free.add(this);
            finish(ok && (firstByte != 0) != (until == Until.EMPTY_END), status);
        }

        private void finish(boolean answered, String problem) {
            calling = false;
            if (run != null) {
                run.answered(due, answered, problem, until == Until.FIRST_BODY_BYTE ? firstByte : System.nanoTime());
            }
        }
    }
}
