package io.dromedary;

import static io.dromedary.FailedAttemptRows.ANSWER;
import static io.dromedary.FailoverCase.stream;
import static io.dromedary.FailoverCase.whole;
import static io.dromedary.Player.a;
import static io.dromedary.Player.b;

import io.dromedary.Play.Break;
import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.ModelAnswer.Kind;
import java.util.ArrayList;
import java.util.List;

/** Answers that break off after some of them was told. */
final class CutRows {
    private static final ModelAnswer OTHER = ModelAnswer.words("other", 60);
    private static final int MOST = 2000;

    /** A break, and how the name of a row says it. */
    record Cut(Break how, int chunks) {
        String said() {
            return switch (how) {
                        case RESET -> "reset after ";
                        case CLOSE -> "cut after ";
                        case END -> "ended without a finish reason after ";
                        case DONE -> "called done without a finish reason after ";
                        case ERROR -> "ended with an error event after ";
                        case HALF_EVENT -> "cut within an event after ";
                        case SILENCE -> "silent after ";
                    }
                    + chunks
                    + (chunks == 1 ? " chunk" : " chunks");
        }

        /** It was asked once, and is not listened to any more. */
        void check(Run run) throws Exception {
            run.a().asked(1);
            if (how == Break.SILENCE) {
                run.a().cancelled();
            }
        }

        Player by(ModelAnswer answer) {
            return a(Play.breaks(answer, chunks, how)).impatient();
        }
    }

    private static final List<Cut> CUTS = List.of(
            new Cut(Break.CLOSE, 1),
            new Cut(Break.CLOSE, 20),
            new Cut(Break.CLOSE, 40),
            new Cut(Break.SILENCE, 1),
            new Cut(Break.SILENCE, 20),
            new Cut(Break.RESET, 20),
            new Cut(Break.END, 20),
            new Cut(Break.DONE, 20),
            new Cut(Break.ERROR, 20),
            new Cut(Break.HALF_EVENT, 20));

    private CutRows() {}

    static List<FailoverCase> rows() {
        var rows = new ArrayList<FailoverCase>();
        for (var cut : CUTS) {
            rows.add(continued(cut));
            rows.add(restarted(cut));
            rows.add(alone(cut));
        }
        CUTS.subList(0, 5).forEach(cut -> rows.add(different(cut)));
        rows.addAll(restarts());
        for (var chunks : new int[] {1, 20, 40}) {
            rows.add(wholeAnswer(new Cut(Break.CLOSE, chunks)));
        }
        rows.add(wholeAnswer(new Cut(Break.RESET, 20)));
        rows.add(wholeAnswer(new Cut(Break.SILENCE, 20)));
        return rows;
    }

    private static FailoverCase continued(Cut cut) {
        return stream(
                        "a stream " + cut.said() + " is continued by a B that takes a prefilled turn",
                        MOST,
                        cut.by(ANSWER),
                        b(Play.continues(ANSWER)).prefill())
                .holds(run -> {
                    run.ask().answered(ANSWER).model(run.model());
                    cut.check(run);
                    run.b().asked(1).prefilledWith(ANSWER.first(cut.chunks).said(0, Kind.TEXT));
                });
    }

    private static FailoverCase restarted(Cut cut) {
        return stream(
                        "a stream " + cut.said() + " is told to its end by a B that says the same",
                        MOST,
                        cut.by(ANSWER),
                        b(Play.says(ANSWER)))
                .holds(run -> {
                    run.ask().answered(ANSWER).model(run.model());
                    cut.check(run);
                    run.b().asked(1).notPrefilled();
                });
    }

    private static FailoverCase alone(Cut cut) {
        return stream("a stream " + cut.said() + " of A alone ends with an error event", MOST, cut.by(ANSWER))
                .holds(run -> {
                    run.ask().brokeOffAfter(ANSWER.first(cut.chunks));
                    cut.check(run);
                });
    }

    private static FailoverCase different(Cut cut) {
        return stream(
                        "a stream " + cut.said() + " ends with an error event when B says something else",
                        MOST,
                        cut.by(ANSWER),
                        b(Play.says(OTHER)))
                .holds(run -> {
                    run.ask().brokeOffAfter(ANSWER.first(cut.chunks));
                    cut.check(run);
                    run.b().asked(1).notPrefilled();
                });
    }

    private static List<FailoverCase> restarts() {
        var cut = new Cut(Break.CLOSE, 20);
        var later = ANSWER.first(30).and(OTHER);
        return List.of(
                stream(
                                "a cut stream is told to its end by a B that says the same in other chunks",
                                MOST,
                                cut.by(ANSWER),
                                b(Play.says(ANSWER.inChunksOf(23))))
                        .holds(run -> run.ask().answered(ANSWER)),
                stream(
                                "a cut stream is told to its end by a B that says the same in one chunk",
                                MOST,
                                cut.by(ANSWER),
                                b(Play.says(ANSWER.inChunksOf(100_000))))
                        .holds(run -> run.ask().answered(ANSWER)),
                stream(
                                "a cut stream goes on as B does where they part only later",
                                MOST,
                                cut.by(ANSWER),
                                b(Play.says(later)))
                        .holds(run -> run.ask().answered(later)),
                stream(
                                "a cut stream ends with an error event when B parts just before the cut",
                                MOST,
                                cut.by(ANSWER),
                                b(Play.says(ANSWER.first(19).and(OTHER))))
                        .holds(run -> run.ask().brokeOffAfter(ANSWER.first(20))),
                stream(
                                "a cut stream ends with an error event when B has less to say",
                                MOST,
                                cut.by(ANSWER),
                                b(Play.says(ANSWER.first(10))))
                        .holds(run -> run.ask().brokeOffAfter(ANSWER.first(20))),
                stream(
                                "a cut stream ends with an error event when B fails too",
                                MOST,
                                cut.by(ANSWER),
                                b(Play.error(401, "invalid_api_key")))
                        .holds(run -> run.ask().brokeOffAfter(ANSWER.first(20))),
                stream("usage is told once for an answer of two backends", MOST, cut.by(ANSWER), b(Play.says(ANSWER)))
                        .holds(run -> run.wantingUsage().ask().answered(ANSWER).usage()));
    }

    private static FailoverCase wholeAnswer(Cut cut) {
        return whole("a whole answer " + cut.said() + " is told by B", MOST, cut.by(OTHER), b(Play.says(ANSWER)))
                .holds(run -> {
                    run.ask().answered(ANSWER).by("b", run.attempts()).model(run.model());
                    run.b().asked(1);
                });
    }
}
