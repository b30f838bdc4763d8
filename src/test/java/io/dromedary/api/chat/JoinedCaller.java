package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dromedary.api.ModelName;
import java.util.ArrayList;
import java.util.List;

/** A caller of a stream that is joined: what it has seen, over all attempts. */
final class JoinedCaller {
    final JoinedStream stream;
    final List<String> seen = new ArrayList<>();

    JoinedCaller(JoinedStream stream) {
        this.stream = stream;
    }

    /** A caller who has seen these chunks of the first attempt. */
    static JoinedCaller after(List<String> chunks) {
        var caller = new JoinedCaller(new JoinedStream());
        chunks.forEach(caller::sees);
        return caller;
    }

    private void sees(String chunk) {
        var bytes = ("?" + chunk + "??").getBytes(UTF_8);
        stream.sent(bytes, 1, bytes.length - 3);
        seen.add(chunk);
    }

    /** Another attempt answers from the start with these chunks. */
    Successor restarts(List<String> chunks) {
        return takes(stream.restarting(new ModelName("second")), chunks);
    }

    /** Another attempt continues with these chunks. */
    Successor continues(List<String> chunks) {
        return takes(stream.continuing(new ModelName("second"), null), chunks);
    }

    Successor takes(Successor successor, List<String> chunks) {
        for (var chunk : chunks) {
            var bytes = ("?" + chunk + "??").getBytes(UTF_8);
            successor.add(bytes, 1, bytes.length - 3).forEach(given -> seen.add(new String(given, UTF_8)));
        }
        return successor;
    }

    /** What the caller makes of it all. */
    String assembled() {
        return StreamedAnswer.assembled(seen);
    }
}
