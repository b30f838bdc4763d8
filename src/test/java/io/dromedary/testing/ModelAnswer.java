package io.dromedary.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One answer of a model behind OpenAI's wire: told whole or as a stream, as the request wants it, from its beginning or
 * from where another left off.
 *
 * @param pieces what a stream says, a chunk each
 * @param finish the finish reason of every choice
 * @param usage whether the upstream counts tokens
 */
public record ModelAnswer(List<Piece> pieces, String finish, boolean usage) {
    /** Tokens of every prompt. */
    public static final int PROMPT_TOKENS = 7;

    /** What a chunk adds to. */
    public enum Kind {
        REASONING,
        TEXT,
        /** The name of a tool that is called, with the id before it. */
        CALL,
        ARGUMENTS
    }

    /** What one chunk says. */
    public record Piece(int choice, Kind kind, String text) {}

    /** Says a word so often, each time with a number and now and then with something that JSON has to escape. */
    public static ModelAnswer words(String word, int count) {
        return new ModelAnswer(numbered(0, Kind.TEXT, word, count), "stop", true);
    }

    /** Two choices that take turns. */
    public static ModelAnswer twoChoices(String first, String second, int count) {
        var firsts = numbered(0, Kind.TEXT, first, count);
        var seconds = numbered(1, Kind.TEXT, second, count);
        var turns = IntStream.range(0, count)
                .boxed()
                .flatMap(i -> List.of(firsts.get(i), seconds.get(i)).stream())
                .toList();
        return new ModelAnswer(turns, "stop", true);
    }

    /** Calls a tool. */
    public static ModelAnswer call(String id, String name, String... arguments) {
        var pieces = new ArrayList<Piece>();
        pieces.add(new Piece(0, Kind.CALL, id + " " + name));
        for (var piece : arguments) {
            pieces.add(new Piece(0, Kind.ARGUMENTS, piece));
        }
        return new ModelAnswer(List.copyOf(pieces), "tool_calls", true);
    }

    private static List<Piece> numbered(int choice, Kind kind, String word, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> new Piece(choice, kind, i % 7 == 0 ? "“" + word + "\" é\\n" + i + "\n" : word + i + " "))
                .toList();
    }

    /** Thinks first, in so many chunks. */
    public ModelAnswer thinking(String word, int count) {
        var all = new ArrayList<>(numbered(0, Kind.REASONING, word, count));
        all.addAll(pieces);
        return new ModelAnswer(List.copyOf(all), finish, usage);
    }

    public ModelAnswer finishing(String reason) {
        return new ModelAnswer(pieces, reason, usage);
    }

    public ModelAnswer withoutUsage() {
        return new ModelAnswer(pieces, finish, false);
    }

    /** Up to a chunk. */
    public ModelAnswer first(int count) {
        return new ModelAnswer(pieces.subList(0, count), finish, usage);
    }

    /** This, and what another says after it. */
    public ModelAnswer and(ModelAnswer more) {
        var all = new ArrayList<>(pieces);
        all.addAll(more.pieces);
        return new ModelAnswer(List.copyOf(all), more.finish, usage);
    }

    /** The same text in chunks of other lengths. */
    public ModelAnswer inChunksOf(int length) {
        var text = said(0, Kind.TEXT);
        var cut = new ArrayList<Piece>();
        for (var i = 0; i < text.length(); i += length) {
            cut.add(new Piece(0, Kind.TEXT, text.substring(i, Math.min(text.length(), i + length))));
        }
        return new ModelAnswer(List.copyOf(cut), finish, usage);
    }

    /** What follows a beginning of the text; all of it where the text does not begin so. */
    public ModelAnswer after(String beginning) {
        var text = said(0, Kind.TEXT);
        if (beginning.isEmpty() || !text.startsWith(beginning)) {
            return this;
        }
        var rest = text.substring(beginning.length());
        return new ModelAnswer(rest.isEmpty() ? List.of() : List.of(new Piece(0, Kind.TEXT, rest)), finish, usage);
    }

    /** All that a choice says of one kind. */
    public String said(int choice, Kind kind) {
        return pieces.stream()
                .filter(piece -> piece.choice == choice && piece.kind == kind)
                .map(Piece::text)
                .collect(Collectors.joining());
    }

    public int choices() {
        return pieces.stream().mapToInt(Piece::choice).max().orElse(0) + 1;
    }

    /** The answer as the request wants it. */
    public Script to(Received request) {
        var wire = new AnswerWire(this, request);
        if (!wire.isStream()) {
            return Script.json(200, wire.whole());
        }
        return streamed(wire.beginning(), wire.ending());
    }

    /** A stream of the roles and of all chunks, which goes on. */
    public Script beginning(Received request) {
        return streamed(beginningEvents(request), List.of());
    }

    private static Script streamed(List<String> beginning, List<String> ending) {
        var script = Script.stream();
        for (var event : beginning) {
            script = script.event(event);
        }
        for (var event : ending) {
            script = script.event(event);
        }
        return script;
    }

    /** The events of {@link #beginning}. */
    public List<String> beginningEvents(Received request) {
        return new AnswerWire(this, request).beginning();
    }

    /** The chunks that have the finish reasons; usage and {@code [DONE]} would come after them. */
    public List<String> finishEvents(Received request) {
        return new AnswerWire(this, request).finish();
    }

    /** The body that is no stream. */
    public String whole(Received request) {
        return new AnswerWire(this, request).whole();
    }
}
