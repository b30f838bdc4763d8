package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The model backend of the benchmarks, a process of its own: answers every request with one fixed chat completion, or
 * with a stream of {@code max_tokens} tokens at a steady pace, the first at once. Ends when its standard input does.
 */
final class ScriptedUpstream extends WireHandler {

    /** Followed by the port, on standard output, when it can answer. */
    static final String READY = "upstream on port ";

    private final Answers answers;
    private final long pause;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(512);

    /** @param pause nanoseconds from one token to the next */
    ScriptedUpstream(Answers answers, long pause) {
        this.answers = answers;
        this.pause = pause;
    }

    /** @param args tokens per second of one stream */
    public static void main(String[] args) throws IOException {
        var pause = Math.round(1e9 / Double.parseDouble(args[0]));
        var answers = new Answers();
        try (var sockets = new Sockets("upstream")) {
            var bound = sockets.listen(0, () -> new ScriptedUpstream(answers, pause))
                    .syncUninterruptibly();
            var address = (InetSocketAddress) bound.channel().localAddress();
            System.out.println(READY + address.getPort());
            while (System.in.read() >= 0) {
                // whoever started this process holds the other end
            }
        }
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
        } else {
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
