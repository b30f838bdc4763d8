package io.dromedary;

import static io.dromedary.FailoverCase.both;
import static io.dromedary.FailoverCase.stream;
import static io.dromedary.FailoverCase.whole;
import static io.dromedary.Player.a;
import static io.dromedary.Player.b;
import static io.dromedary.Player.c;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.Script;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Attempts that fail before anything of an answer came, and are worth a second one. */
final class FailedAttemptRows {
    static final ModelAnswer ANSWER = ModelAnswer.words("word", 60);

    private static final Map<String, Play> FAILURES = failures();

    private FailedAttemptRows() {}

    private static Map<String, Play> failures() {
        var failures = new LinkedHashMap<String, Play>();
        failures.put("a 429 without a time", Play.error(429, "rate_limit_exceeded"));
        failures.put("a 500", Play.error(500, "server_error"));
        failures.put("a 502", Play.says(Script.whole(502, "text/html", Map.of(), "<html>bad gateway</html>")));
        failures.put("a 503", Play.error(503, "server_is_overloaded"));
        failures.put("a 529", Play.error(529, "overloaded_error"));
        failures.put("a reset", Play.says(Script.nothing().reset()));
        failures.put("a closed connection", Play.says(Script.nothing().closeEarly()));
        failures.put("an empty body", empty());
        failures.put("a broken JSON body", Play.says(Script.json(200, "{\"id\":\"chatcmpl-1\",\"choices\":[{\"ind")));
        failures.put("a page of HTML", Play.says(Script.whole(200, "text/html", Map.of(), "<html>welcome</html>")));
        failures.put("an error inside a 200", Play.errorInside200("server_error"));
        failures.put("a stream that ends without text", Play.breaks(ANSWER, 0, Play.Break.END));
        failures.put("a stream that is cut before its first text", Play.breaks(ANSWER, 0, Play.Break.CLOSE));
        failures.put("[DONE] before any text", Play.breaks(ANSWER, 0, Play.Break.DONE));
        return failures;
    }

    private static Play empty() {
        return (request, attempt) -> Seen.wantsStream(request) ? Script.stream() : Script.json(200, "");
    }

    static List<FailoverCase> rows() {
        var rows = new ArrayList<FailoverCase>();
        FAILURES.forEach((name, play) -> {
            rows.addAll(both(
                    "after " + name + " A is asked once more after a pause, and then B answers",
                    1800,
                    FailedAttemptRows::twiceAndThenB,
                    a(play),
                    b(Play.says(ANSWER))));
            rows.add((rows.size() % 4 < 2
                            ? stream("stream: " + recovers(name), 1800, recovering(play))
                            : whole("whole: " + recovers(name), 1800, recovering(play)))
                    .holds(FailedAttemptRows::secondTry));
        });
        rows.addAll(both(
                "a healthy A answers alone",
                1500,
                FailedAttemptRows::healthy,
                a(Play.says(ANSWER)),
                b(Play.says(ANSWER))));
        rows.addAll(both(
                "a refused connection moves on to B",
                1800,
                FailedAttemptRows::refused,
                Player.nobody("a", 1),
                b(Play.says(ANSWER))));
        rows.addAll(both(
                "no more than two attempts on a backend and five in all",
                3000,
                FailedAttemptRows::fiveInAll,
                a(Play.error(503, "busy")),
                b(Play.error(500, "server_error")),
                a(Play.error(502, "bad")).named("c", 3),
                a(Play.says(ANSWER)).named("d", 4)));
        rows.addAll(both(
                "when A failed twice the fallback answers under its own name",
                1800,
                FailedAttemptRows::fallback,
                a(Play.error(500, "server_error")),
                c(Play.says(ANSWER))));
        return rows;
    }

    private static String recovers(String name) {
        return "after " + name + " the second attempt on A may answer";
    }

    private static Player[] recovering(Play play) {
        return new Player[] {a(play.then(Play.says(ANSWER))), b(Play.says(ANSWER))};
    }

    private static void twiceAndThenB(Run run) throws Exception {
        var told = run.wantingUsage().ask();
        told.answered(ANSWER).by("b", 3).model(run.model()).counted(60);
        // 400 ms, and what a busy machine adds
        run.a().asked(2).againAfter(30, 750);
        run.b().asked(1).askedAfter(run.a(), 0, 800).notPrefilled();
    }

    private static void secondTry(Run run) throws Exception {
        run.ask().answered(ANSWER).by("a", 2).model(run.model());
        run.a().asked(2).againAfter(30, 750).notPrefilled();
        run.b().notAsked();
    }

    private static void healthy(Run run) throws Exception {
        run.wantingUsage().ask().answered(ANSWER).by("a", 1).model(run.model()).counted(60);
        run.a().asked(1);
        run.b().notAsked();
    }

    private static void refused(Run run) throws Exception {
        run.ask().answered(ANSWER).by("b", 3).model(run.model());
        run.b().asked(1);
    }

    private static void fiveInAll(Run run) throws Exception {
        var told = run.ask().refused(502).attempts(5);
        run.a().asked(2).againAfter(30, 750);
        run.b().asked(2).againAfter(30, 750);
        run.c().asked(1);
        run.seen("d").notAsked();
        assertThat(told.error().path("message").asText())
                .contains(run.backend("a"), run.backend("b"), run.backend("c"))
                .doesNotContain(run.backend("d"));
    }

    private static void fallback(Run run) throws Exception {
        run.ask().answered(ANSWER).by("c", 3).model(run.fallback());
        run.a().asked(2);
        run.c().asked(1);
    }
}
