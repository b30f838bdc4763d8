package io.dromedary;

import static io.dromedary.FailedAttemptRows.ANSWER;
import static io.dromedary.FailoverCase.stream;
import static io.dromedary.Player.a;
import static io.dromedary.Player.b;

import io.dromedary.Play.Break;
import io.dromedary.testing.ModelAnswer.Kind;
import java.util.ArrayList;
import java.util.List;

/** Models that say what becomes of a stream that breaks off. */
final class ResumeRows {
    private ResumeRows() {}

    static List<FailoverCase> rows() {
        var rows = new ArrayList<FailoverCase>();
        for (var cut : List.of(
                new CutRows.Cut(Break.CLOSE, 1),
                new CutRows.Cut(Break.CLOSE, 20),
                new CutRows.Cut(Break.SILENCE, 20))) {
            rows.add(stream(
                            "with resume: error a stream " + cut.said() + " ends with an error event",
                            2000,
                            cut.by(ANSWER),
                            b(Play.continues(ANSWER)).prefill())
                    .model("resume: error")
                    .holds(run -> {
                        run.ask().brokeOffAfter(ANSWER.first(cut.chunks()));
                        cut.check(run);
                        run.b().notAsked();
                    }));
        }
        var cut = new CutRows.Cut(Break.CLOSE, 20);
        rows.add(stream(
                        "with resume: error a failed attempt still moves on to B",
                        2000,
                        a(Play.error(401, "bad_key")),
                        b(Play.says(ANSWER)))
                .model("resume: error")
                .holds(run -> run.ask().answered(ANSWER).by("b", 2)));
        rows.add(stream(
                        "with resume: continue a cut stream is continued",
                        2000,
                        cut.by(ANSWER),
                        b(Play.continues(ANSWER)).prefill())
                .model("resume: continue")
                .holds(run -> {
                    run.ask().answered(ANSWER);
                    run.b().asked(1).prefilledWith(ANSWER.first(20).said(0, Kind.TEXT));
                }));
        return rows;
    }
}
