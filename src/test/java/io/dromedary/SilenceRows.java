package io.dromedary;

import static io.dromedary.FailedAttemptRows.ANSWER;
import static io.dromedary.FailoverCase.both;
import static io.dromedary.FailoverCase.stream;
import static io.dromedary.FailoverCase.whole;
import static io.dromedary.Player.a;
import static io.dromedary.Player.b;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Backends that take a request and do not answer it; half a second is all the patience there is. */
final class SilenceRows {
    private static final Duration LATE = Duration.ofSeconds(1);

    private SilenceRows() {}

    static List<FailoverCase> rows() {
        var rows = new ArrayList<FailoverCase>();
        rows.addAll(both(
                "a silent A is not retried and B answers",
                1500,
                SilenceRows::movesOn,
                a(Play.silent()).impatient(),
                b(Play.says(ANSWER))));
        rows.add(stream(
                        "an A that says no more than its role is replaced by B",
                        1500,
                        a((request, attempt) ->
                                        ANSWER.first(0).beginning(request).stall())
                                .impatient(),
                        b(Play.says(ANSWER)))
                .holds(SilenceRows::movesOn));
        rows.add(stream(
                        "an A that sends nothing but comments is replaced by B",
                        1800,
                        a(Play.says(comments())).impatient(),
                        b(Play.says(ANSWER)))
                .holds(SilenceRows::movesOn));
        rows.add(stream(
                        "a silent A alone is a 504 after one attempt",
                        1500,
                        a(Play.silent()).impatient())
                .holds(run -> {
                    run.ask().refused(504).attempts(1).tookBetween(450, 1300);
                    run.a().asked(1).cancelled();
                }));
        rows.add(stream(
                        "an A alone of which only the headers come is a 504",
                        1500,
                        a(Play.headersOnly()).impatient())
                .holds(run -> {
                    run.ask().refused(504).attempts(1).tookBetween(450, 1300);
                    run.a().asked(1).cancelled();
                }));
        rows.addAll(both(
                "when everybody is silent the caller gets a 504",
                2500,
                SilenceRows::everybody,
                a(Play.silent()).impatient(),
                b(Play.silent()).impatient()));
        rows.addAll(both(
                "silence and a 503 together are a 502",
                2500,
                run -> {
                    var told = run.ask().refused(502).attempts(3);
                    assertThat(told.error().path("message").asText()).contains(run.backend("a"), run.backend("b"));
                    run.a().asked(1);
                    run.b().asked(2);
                },
                a(Play.silent()).impatient(),
                b(Play.error(503, "busy"))));
        return rows;
    }

    private static Script comments() {
        var script = Script.stream();
        for (var i = 0; i < 100; i++) {
            script = script.raw(": still here\n\n").pause(Duration.ofMillis(50));
        }
        return script;
    }

    private static void movesOn(Run run) throws Exception {
        run.ask().answered(ANSWER).by("b", 2).model(run.model()).tookBetween(450, 1300);
        run.a().asked(1).cancelled();
        run.b().asked(1).askedAfter(run.a(), 450, 1200).notPrefilled();
    }

    private static void everybody(Run run) throws Exception {
        var told = run.ask().refused(504).attempts(2);
        assertThat(told.error().path("message").asText()).contains(run.backend("a"), run.backend("b"));
        run.a().asked(1).cancelled();
        run.b().asked(1).cancelled();
    }

    /** A second candidate beside one of which only the headers came. */
    static List<FailoverCase> hedges() {
        return List.of(
                stream(
                                "stream: of A with headers only and B, B speaks first and A is cancelled",
                                1500,
                                a(Play.headersOnly()).impatient(),
                                b(Play.says(ANSWER)))
                        .holds(SilenceRows::bWins),
                whole(
                                "whole: of A with headers only and B, B speaks first and A is cancelled",
                                1500,
                                a(Play.headersOnly()).impatient(),
                                b(Play.says(ANSWER)))
                        .holds(run -> {
                            run.ask().answered(ANSWER).by("b", 2);
                            run.a().asked(1).cancelled();
                        }),
                stream(
                                "stream: of A with headers only and a silent B, A speaks after all and B is cancelled",
                                2000,
                                a(Play.headersAnd(LATE, ANSWER)).impatient(),
                                b(Play.silent()))
                        .holds(SilenceRows::aWins),
                stream(
                                "stream: of A and B with headers only, A speaks after all and B is cancelled",
                                2000,
                                a(Play.headersAnd(LATE, ANSWER)).impatient(),
                                b(Play.headersOnly()))
                        .holds(SilenceRows::aWins),
                stream(
                                "stream: of A and a later B with headers only, B is the first to speak",
                                2000,
                                a(Play.headersAnd(Duration.ofMillis(1500), ANSWER))
                                        .impatient(),
                                b(Play.headersAnd(Duration.ofMillis(300), ANSWER)))
                        .holds(SilenceRows::bWins),
                stream(
                                "stream: of A and B with headers only nobody speaks, which is a 504",
                                3000,
                                a(Play.headersOnly()).impatient(),
                                b(Play.headersOnly()).impatient())
                        .holds(run -> {
                            run.ask().refused(504).attempts(2).tookBetween(900, 2600);
                            run.a().asked(1).cancelled();
                            run.b().asked(1).cancelled();
                        }),
                stream(
                                "a caller who leaves while two are listened to cancels both",
                                2000,
                                a(Play.headersOnly()).impatient(),
                                b(Play.headersOnly()))
                        .holds(run -> {
                            var left = DeadlineRows.leaves(run, null, "b");
                            run.a().asked(1).cancelledWithin(1000, left);
                        }));
    }

    private static void bWins(Run run) throws Exception {
        var told = run.ask().answered(ANSWER).by("b", 2).model(run.model());
        run.a().asked(1).cancelledWithin(100, told.firstTextAt());
        run.b().asked(1).askedAfter(run.a(), 450, 1200).notPrefilled();
        // it was still listened to when B began
        assertThat(run.a().attempt(0).cancelledAt().orElseThrow())
                .as("A was cancelled after B was asked")
                .isGreaterThan(run.b().attempt(0).arrivedAt());
    }

    private static void aWins(Run run) throws Exception {
        var told = run.ask().answered(ANSWER).by("a", 2).model(run.model());
        run.a().asked(1);
        run.b().asked(1).askedAfter(run.a(), 450, 950).cancelledWithin(100, told.firstTextAt());
    }
}
