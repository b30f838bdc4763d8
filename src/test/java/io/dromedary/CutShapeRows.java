package io.dromedary;

import static io.dromedary.FailoverCase.stream;
import static io.dromedary.FailoverCase.whole;
import static io.dromedary.Player.a;
import static io.dromedary.Player.b;

import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import java.util.List;

/** Answers that are more than the text of one choice: tool calls, reasoning, two choices. Most break off. */
final class CutShapeRows {
    private static final String[] ARGUMENTS = {"{\"ci", "ty\": \"Par", "is é\\\"", "\", \"un", "it\": \"c", "elsius\"}"
    };
    private static final String TOOLS = """
            [{"type":"function","function":{"name":"weather","parameters":{"type":"object"}}},\
            {"type":"function","function":{"name":"time","parameters":{"type":"object"}}}]""";
    private static final ModelAnswer CALL = ModelAnswer.call("call_a", "weather", ARGUMENTS);
    private static final ModelAnswer THOUGHT = ModelAnswer.words("word", 40).thinking("thought", 10);
    private static final ModelAnswer TWO = ModelAnswer.twoChoices("one", "two", 30);
    private static final int MOST = 2000;

    private CutShapeRows() {}

    private static Player cut(ModelAnswer answer, int chunks) {
        return a(Play.breaks(answer, chunks, Play.Break.CLOSE));
    }

    /** With the members that such an answer is given to. */
    private static Run asking(Run run, ModelAnswer answer) {
        if (answer.choices() > 1) {
            return run.member("n", String.valueOf(answer.choices()));
        }
        return answer.finish().equals("tool_calls") ? run.member("tools", TOOLS) : run;
    }

    /** Nothing is cut; but with a B behind it, A may have been asked for a stream all the same. */
    private static FailoverCase put(String what, ModelAnswer answer) {
        return whole("a whole answer " + what + " is told as it is", MOST, a(Play.says(answer)), b(Play.says(answer)))
                .holds(run -> {
                    asking(run, answer)
                            .ask()
                            .answered(answer)
                            .by("a", 1)
                            .model(run.model())
                            .counted(answer.pieces().size());
                    run.b().notAsked();
                });
    }

    private static FailoverCase joined(String name, ModelAnswer answer, int chunks, Player b) {
        return stream(name, MOST, cut(answer, chunks), b).holds(run -> {
            asking(run, answer).ask().answered(answer).model(run.model());
            run.a().asked(1);
            run.b().asked(1);
        });
    }

    private static FailoverCase brokenOff(String name, ModelAnswer answer, int chunks, Player b) {
        return stream(name, MOST, cut(answer, chunks), b).holds(run -> {
            asking(run, answer).ask().brokeOffAfter(answer.first(chunks));
            run.a().asked(1);
            run.b().asked(1);
        });
    }

    static List<FailoverCase> rows() {
        return List.of(
                put("with a tool call", CALL),
                put("with reasoning", THOUGHT),
                put("of two choices", TWO),
                put("that is cut at its length", THOUGHT.finishing("length")),
                joined(
                        "a tool call that is cut within its arguments is told to its end by a B that calls the same",
                        CALL,
                        3,
                        b(Play.says(CALL))),
                joined(
                        "a cut tool call keeps its id when B gives the same call another",
                        CALL,
                        4,
                        b(Play.says(ModelAnswer.call("call_b", "weather", ARGUMENTS)))),
                joined(
                        "a cut tool call is told to its end by a B that cuts the arguments elsewhere",
                        CALL,
                        4,
                        b(Play.says(ModelAnswer.call("call_b", "weather", String.join("", ARGUMENTS))))),
                joined(
                        "a cut tool call is asked again even of a B that takes a prefilled turn",
                        CALL,
                        3,
                        b(Play.says(CALL)).prefill()),
                joined("a tool call that is cut before its arguments is told to its end", CALL, 1, b(Play.says(CALL))),
                brokenOff(
                        "a cut tool call ends with an error event when B has other arguments",
                        CALL,
                        4,
                        b(Play.says(ModelAnswer.call("call_b", "weather", "{\"city\": \"Rome\"}")))),
                brokenOff(
                        "a cut tool call ends with an error event when B calls another tool",
                        CALL,
                        4,
                        b(Play.says(ModelAnswer.call("call_b", "time", ARGUMENTS)))),
                brokenOff(
                        "a cut tool call ends with an error event when B speaks instead",
                        CALL,
                        4,
                        b(Play.says(ModelAnswer.words("word", 10)))),
                joined("text that is cut after reasoning is told to its end", THOUGHT, 20, b(Play.says(THOUGHT))),
                joined(
                        "reasoning that is cut is told to its end, and the text after it",
                        THOUGHT,
                        5,
                        b(Play.says(THOUGHT))),
                joined(
                        "text after reasoning is continued or told again by a B that takes a prefilled turn",
                        THOUGHT,
                        20,
                        b(CutShapeRows::thinksOrContinues).prefill()),
                brokenOff(
                        "text that is cut after reasoning ends with an error event when B says something else",
                        THOUGHT,
                        20,
                        b(Play.says(ModelAnswer.words("other", 40).thinking("thought", 10)))),
                joined("two choices that are cut are both told to their ends", TWO, 21, b(Play.says(TWO))),
                joined(
                        "two choices are asked again even of a B that takes a prefilled turn",
                        TWO,
                        20,
                        b(CutShapeRows::twoOrNothing).prefill()),
                brokenOff(
                        "two choices that are cut end with an error event when one of B's differs",
                        TWO,
                        21,
                        b(Play.says(ModelAnswer.twoChoices("one", "other", 30)))));
    }

    private static Script thinksOrContinues(Received request, int attempt) {
        var told = Seen.lastOfAssistant(request);
        var answer = told.isEmpty() ? THOUGHT : ModelAnswer.words("word", 40).after(told);
        return answer.to(request);
    }

    /** One prefilled turn cannot stand for two choices. */
    private static Script twoOrNothing(Received request, int attempt) {
        return (Seen.lastOfAssistant(request).isEmpty() ? TWO : TWO.first(0)).to(request);
    }
}
