package io.dromedary.guard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.EventSource;
import io.dromedary.api.Guards;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Looks for personal data in one call's texts, and refuses the call or puts something else in its place. */
final class PiiGuard implements AnswerGuard {
    private final PiiScanner scanner;
    private final Rewriting rewriting;
    private final boolean input;

    /**
     * For one side of a call.
     *
     * @param input what it looks at is what the caller sent
     */
    PiiGuard(Guards.Pii pii, Replacements replacements, boolean input) {
        this.scanner = new PiiScanner(pii.ignored());
        this.rewriting = replacements.by(pii);
        this.input = input;
    }

    /**
     * A text that is whole.
     *
     * @param json it is JSON itself
     * @throws RefusedException 400 with the path, and the kind of what was found; never what it is
     */
    String text(String path, String text, boolean json) {
        try {
            if (!json) {
                return PassingText.whole(scanner, rewriting, text);
            }
            var passing = new PassingJson(scanner, rewriting);
            return passing.feed(text) + passing.settle();
        } catch (FoundException e) {
            throw refused(e.entity(), path);
        }
    }

    private RefusedException refused(Entity entity, String path) {
        return input
                ? RefusedException.badRequest(
                        path,
                        "'" + path + "' holds personal data (" + entity
                                + "), which 'input.pii' is set to block. Take it out,"
                                + " or set 'input.pii' to replace.",
                        "pii_detected")
                : RefusedException.badRequest(
                        "output.pii",
                        "The answer holds personal data (" + entity + "), which 'output.pii' is set to block.",
                        "pii_detected");
    }

    @Override
    public CompletionStage<byte[]> whole(byte[] body) {
        return Away.from(body.length, () -> {
            if (!(Json.read(body) instanceof ObjectNode answer)) {
                throw Unreadable.answer();
            }
            var pieces = new AnswerPieces(answer);
            var changed = JsonTexts.visit(answer, "", this::text);
            if (!pieces.isEmpty()) {
                pieces.through(new ChunkTexts(new Streamed()));
                pieces.putBack();
                changed = true;
            }
            return changed ? Json.bytesOfAny(answer) : body;
        });
    }

    @Override
    public CompletionStage<String> text(String text) {
        return Away.from(text.length(), () -> text("text", text, false));
    }

    @Override
    public EventSource stream(EventSource events, Consumer<Refusal> blocked) {
        return new GuardedEvents(events, new ChunkTexts(new Streamed()), blocked);
    }

    private final class Streamed implements ChunkTexts.Passage {
        @Override
        public ChunkTexts.Passing begin(String path, boolean json) {
            var text = new PassingText(scanner, rewriting);
            var tree = new PassingJson(scanner, rewriting);
            return new ChunkTexts.Passing() {
                @Override
                public String feed(String piece) {
                    try {
                        return json ? tree.feed(piece) : text.feed(piece);
                    } catch (FoundException e) {
                        throw refused(e.entity(), path);
                    }
                }

                @Override
                public String settle() {
                    try {
                        return json ? tree.settle() : text.settle();
                    } catch (FoundException e) {
                        throw refused(e.entity(), path);
                    }
                }
            };
        }

        @Override
        public String whole(String path, String text, boolean json) {
            return PiiGuard.this.text(path, text, json);
        }
    }
}
