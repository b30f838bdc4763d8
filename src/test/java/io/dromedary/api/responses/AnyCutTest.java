package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.StreamJudge;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** However a backend cuts what it says, the response is the same. {@code -Dfuzz.long} tries twenty times as many. */
final class AnyCutTest {
    private static final int ANSWERS = System.getProperty("fuzz.long") == null ? 150 : 3_000;
    private static final int CUTS = 4;
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_126L);
    private static final List<String> WORDS =
            List.of("a", " ", "\n", "Hello", "\"", "\\", "é", "€", "😀", "\u0000", "\u2028", "{\"a\":", "}");

    /** Something that a model says, of which a text can be cut. */
    private record Saying(String kind, int call, String text) {}

    @Test
    void any_cut_makes_the_same_response() {
        var random = new SplittableRandom(SEED);
        for (var i = 0; i < ANSWERS; i++) {
            var asked = new ResponseRequest(request(random), List.of());
            var sayings = sayings(random);
            var reason = random.nextInt(4) == 0 ? "length" : "stop";
            var expected = response(asked, sayings, reason);
            for (var cut = 0; cut < CUTS; cut++) {
                assertThat(response(asked, cut(sayings, random), reason))
                        .as("seed %d, answer %d: %s", SEED, i, sayings)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void a_whole_completion_makes_what_its_stream_makes() {
        var random = new SplittableRandom(SEED);
        for (var i = 0; i < ANSWERS; i++) {
            var asked = new ResponseRequest(request(random), List.of());
            var said = inOrder(random);
            var reason = random.nextInt(4) == 0 ? "length" : "stop";
            var whole = Answer.of(completion(said, reason), ItemIds.ofResponse(ReplyCase.ID), asked);
            var streamed = response(asked, cut(said, random), reason);
            assertThat(ResponseObject.of(asked, ReplyCase.ID, ReplyCase.CREATED, "m")
                            .ended(whole, ReplyCase.ENDED)
                            .toString())
                    .as("seed %d, answer %d: %s", SEED, i, said)
                    .isEqualTo(streamed.toString());
        }
    }

    private static ObjectNode request(SplittableRandom random) {
        var request = Json.MAPPER.createObjectNode();
        if (random.nextInt(4) == 0) {
            request.put("parallel_tool_calls", false);
        }
        if (random.nextInt(4) == 0) {
            request.put("max_tool_calls", random.nextInt(3));
        }
        return request;
    }

    private static List<Saying> sayings(SplittableRandom random) {
        var sayings = new ArrayList<Saying>();
        for (var left = random.nextInt(8); left > 0; left--) {
            var kind = List.of("reasoning_content", "content", "content", "refusal", "call", "call")
                    .get(random.nextInt(6));
            sayings.add(new Saying(kind, random.nextInt(3), text(random)));
        }
        return sayings;
    }

    /** As a completion has them: thoughts, text, refusal, calls. */
    private static List<Saying> inOrder(SplittableRandom random) {
        var sayings = new ArrayList<Saying>();
        for (var kind : List.of("reasoning_content", "content", "refusal")) {
            if (random.nextBoolean()) {
                sayings.add(new Saying(kind, 0, text(random)));
            }
        }
        var calls = random.nextInt(4);
        for (var call = 0; call < calls; call++) {
            sayings.add(new Saying("call", call, text(random)));
        }
        return sayings;
    }

    private static String text(SplittableRandom random) {
        var text = new StringBuilder();
        for (var left = random.nextInt(1, 6); left > 0; left--) {
            text.append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return text.toString();
    }

    /** Each text in any number of pieces, empty ones and halves of characters among them. */
    private static List<Saying> cut(List<Saying> sayings, SplittableRandom random) {
        var pieces = new ArrayList<Saying>();
        for (var saying : sayings) {
            var at = 0;
            while (at < saying.text.length()) {
                var end = Math.min(saying.text.length(), at + random.nextInt(4));
                pieces.add(new Saying(saying.kind, saying.call, saying.text.substring(at, end)));
                at = end;
            }
        }
        return pieces;
    }

    /** The response at the end of a stream that a client can follow. */
    private static JsonNode response(ResponseRequest asked, List<Saying> pieces, String reason) {
        var object = ResponseObject.of(asked, ReplyCase.ID, ReplyCase.CREATED, "m");
        var events = new ResponseEvents(object, asked, ItemIds.ofResponse(ReplyCase.ID), () -> ReplyCase.ENDED);
        var frames = new ArrayList<byte[]>();
        frames.add(events.begin());
        for (var piece : pieces) {
            frames.add(events.chunk(chunk(piece).getBytes(UTF_8)));
        }
        frames.add(events.chunk(("{\"choices\":[{\"finish_reason\":\"" + reason + "\"}]}").getBytes(UTF_8)));
        var end = events.end();
        frames.add(end.closing());
        frames.add(end.terminal());
        return StreamJudge.judge(Frames.read(Frames.joined(frames)));
    }

    private static String chunk(Saying piece) {
        var text = escaped(piece.text);
        var delta = piece.kind.equals("call")
                ? "\"tool_calls\":[{\"index\":%d,\"id\":\"c%1$d\",\"function\":{\"name\":\"f%1$d\",\"arguments\":%s}}]"
                        .formatted(piece.call, text)
                : "\"%s\":%s".formatted(piece.kind, text);
        return "{\"choices\":[{\"delta\":{" + delta + "}}]}";
    }

    /** Halves of characters are escapes: bytes cannot say them. */
    private static String escaped(String text) {
        var json = new StringBuilder("\"");
        text.chars().forEach(c -> json.append("\\u%04x".formatted(c)));
        return json.append('"').toString();
    }

    private static ObjectNode completion(List<Saying> said, String reason) {
        var completion = Json.MAPPER.createObjectNode();
        var choice = completion.putArray("choices").addObject().put("finish_reason", reason);
        var message = choice.putObject("message").put("role", "assistant").putNull("content");
        for (var saying : said) {
            if (saying.kind.equals("call")) {
                message.withArray("tool_calls")
                        .addObject()
                        .put("id", "c" + saying.call)
                        .putObject("function")
                        .put("name", "f" + saying.call)
                        .put("arguments", saying.text);
            } else {
                message.put(saying.kind, saying.text);
            }
        }
        return completion;
    }
}
