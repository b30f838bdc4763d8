package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The model backend of the benchmarks: answers every request with one fixed chat completion, or with a stream of {@code
 * max_tokens} tokens at a steady pace, the first at once. On the loop of the load, or as a process of its own, which ends
 * when its standard input does.
 */
final class ScriptedUpstream extends WireHandler {

    /** Followed by the port, on standard output, when it can answer. */
    static final String READY = "upstream on port ";

    private final Answers answers;
    private final long pause;
    private final long service;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(512);

    /**
     * @param pause nanoseconds from one token to the next
     * @param service nanoseconds until a whole answer is there
     */
    ScriptedUpstream(Answers answers, long pause, long service) {
        this.answers = answers;
        this.pause = pause;
        this.service = service;
    }

    /** @param args tokens per second of one stream */
    public static void main(String[] args) throws IOException {
        try (var sockets = Sockets.sleeping("upstream")) {
            System.out.println(READY + listen(sockets, Double.parseDouble(args[0])));
            while (System.in.read() >= 0) {
                // whoever started this process holds the other end
            }
        }
    }

    /**
     * Answers on a loop of the caller's, whole answers at once.
     *
     * @param chunkRate tokens per second of one stream
     * @return the port
     */
    static int listen(Sockets sockets, double chunkRate) {
        return listen(sockets, chunkRate, Duration.ZERO);
    }

    /**
     * Answers on a loop of the caller's.
     *
     * @param chunkRate tokens per second of one stream
     * @param service until a whole answer is there
     * @return the port
     */
    static int listen(Sockets sockets, double chunkRate, Duration service) {
        var pause = Math.round(1e9 / chunkRate);
        var answers = new Answers();
        var bound = sockets.listen(0, () -> new ScriptedUpstream(answers, pause, service.toNanos()))
                .syncUninterruptibly();
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    @Override
    void opened() {}

    @Override
    void closed() {}

    @Override
    public void head(byte[] bytes, int from, int to) {
        body.reset();
    }

    @Override
    public void body(byte[] bytes, int from, int to) {
        body.write(bytes, from, to - from);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a void promise
    public void end() {
        var asked = ChatBody.read(body.toString(ISO_8859_1));
        if (asked.stream()) {
            context().write(answers.streamHead(), context().voidPromise());
            token(asked, 1, System.nanoTime());
        } else if (service == 0) {
            send(answers.whole());
        } else {
            Sockets.at(context().channel().eventLoop(), System.nanoTime() + service, this::whole);
        }
    }

    private void whole() {
        if (context().channel().isActive()) {
            send(answers.whole());
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a void promise
    private void token(ChatBody asked, int number, long due) {
        var channel = context().channel();
        if (!channel.isActive()) {
            return;
        }
        var token = Answers.token(channel.alloc(), System.nanoTime());
        if (number >= asked.tokens()) {
            context().write(token, context().voidPromise());
            send(Answers.streamEnd(asked));
            return;
        }
        send(token);
        var next = due + pause;
        Sockets.at(channel.eventLoop(), next, () -> token(asked, number + 1, next));
    }
}
