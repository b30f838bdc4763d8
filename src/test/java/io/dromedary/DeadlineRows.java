package io.dromedary;

import static io.dromedary.FailedAttemptRows.ANSWER;
import static io.dromedary.FailoverCase.both;
import static io.dromedary.FailoverCase.stream;
import static io.dromedary.FailoverCase.whole;
import static io.dromedary.Player.a;
import static io.dromedary.Player.b;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.testing.StreamClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The caller's own deadline, and callers who do not wait for it. */
final class DeadlineRows {
    private static final String TIMEOUT = "x-dromedary-timeout";

    private DeadlineRows() {}

    static List<FailoverCase> rows() {
        var rows = new ArrayList<FailoverCase>();
        for (var second : List.of("1", "1s", "1000ms")) {
            rows.addAll(both(
                    "a time-out of " + second + " ends the wait for a silent A with a 504",
                    1800,
                    run -> {
                        run.header(TIMEOUT, second).ask().refused(504).tookBetween(900, 1500);
                        run.a().asked(1).cancelled();
                    },
                    a(Play.silent())));
        }
        rows.add(whole("a time-out of 0.5 ends the wait after half a second", 1300, a(Play.silent()))
                .holds(run -> run.header(TIMEOUT, "0.5").ask().refused(504).tookBetween(450, 1000)));
        rows.addAll(both(
                "a time-out of a second is for all attempts together",
                1800,
                run -> {
                    run.header(TIMEOUT, "1").ask().refused(504).tookBetween(900, 1500);
                    run.a().asked(1).cancelled();
                    run.b().asked(1).cancelled();
                },
                a(Play.silent()).impatient(),
                b(Play.silent())));
        rows.add(stream("a time-out of a second ends an endless stream with an error event", 1800, a(drips()))
                .holds(run -> {
                    var told = run.header(TIMEOUT, "1").ask().tookBetween(900, 1500);
                    assertThat(told.stream().errors()).hasSize(1);
                    assertThat(told.stream().events()).doesNotContain("[DONE]");
                    run.a().asked(1).cancelled();
                }));
        rows.addAll(both(
                "a time-out of a second leaves no room to wait out two",
                1800,
                run -> {
                    var told = run.header(TIMEOUT, "1").ask().tookBetween(0, 1500);
                    assertThat(told.status()).isIn(429, 504);
                    run.a().asked(1);
                },
                a(Play.error(429, Map.of("retry-after", "2"), "rate_limit_exceeded"))));
        rows.add(stream(
                        "a time-out of a minute gives a silent A no more time than its file",
                        1500,
                        a(Play.silent()).impatient())
                .holds(run -> run.header(TIMEOUT, "60").ask().refused(504).tookBetween(450, 1300)));
        rows.addAll(both(
                "a time-out of a minute does not keep an answer back",
                1500,
                run -> {
                    run.header(TIMEOUT, "60").ask().answered(ANSWER).by("a", 1);
                },
                a(Play.says(ANSWER))));
        for (var nonsense : List.of("soon", "-1", "0", "1x", "1e9999")) {
            rows.add(whole("a time-out of «" + nonsense + "» is the caller's mistake", 1500, a(Play.says(ANSWER)))
                    .holds(run -> {
                        var told = run.header(TIMEOUT, nonsense).ask().refused(400);
                        assertThat(told.error().path("param").asText()).isEqualTo(TIMEOUT);
                        run.a().notAsked();
                    }));
        }
        rows.addAll(leaving());
        return rows;
    }

    private static Play drips() {
        return (request, attempt) -> {
            var script = ANSWER.first(1).beginning(request);
            for (var piece : ANSWER.beginningEvents(request).subList(2, 60)) {
                script = script.pause(Duration.ofMillis(100)).event(piece);
            }
            return script.stall();
        };
    }

    private static List<FailoverCase> leaving() {
        return List.of(
                leavesWhole(),
                leavesPause(),
                stream(
                                "a caller who leaves a stream cancels it, and nobody else is asked",
                                1500,
                                a(drips()),
                                b(Play.says(ANSWER)))
                        .holds(run -> {
                            leaves(run, "word1", "a");
                            run.b().notAsked();
                        }),
                stream(
                                "a caller who leaves a silent A cancels it, and nobody else is asked",
                                1500,
                                a(Play.silent()),
                                b(Play.says(ANSWER)))
                        .holds(run -> {
                            leaves(run, null, "a");
                            run.b().notAsked();
                        }),
                stream(
                                "a caller who leaves while B is asked cancels B",
                                1500,
                                a(Play.error(401, "bad_key")),
                                b(Play.silent()))
                        .holds(run -> leaves(run, null, "b")),
                stream(
                                "a caller who leaves while B continues cancels B",
                                2500,
                                a(Play.breaks(ANSWER, 20, Play.Break.CLOSE)),
                                b(Play.silent()).prefill())
                        .holds(run -> leaves(run, null, "b")));
    }

    private static FailoverCase leavesWhole() {
        return whole(
                        "a caller who leaves while a whole answer is waited for cancels it",
                        1500,
                        a(Play.silent()),
                        b(Play.says(ANSWER)))
                .holds(run -> {
                    var left = run.leaveOnceAsked("a");
                    run.a().asked(1).cancelledWithin(1000, left);
                    run.b().notAsked();
                });
    }

    private static FailoverCase leavesPause() {
        var limited = Play.error(429, Map.of("retry-after", "1"), "rate_limit_exceeded");
        return whole("a caller who leaves while a limit is waited out ends the wait", 1500, a(limited))
                .holds(run -> {
                    run.leaveOnceAsked("a");
                    assertThatThrownBy(() -> run.scripted("a").await(2, Duration.ofMillis(1500)))
                            .isInstanceOf(AssertionError.class);
                    run.a().asked(1);
                });
    }

    /** Leaves after some text came, or as soon as the backend was asked, and looks when that is cancelled. */
    static long leaves(Run run, @Nullable String text, String letter) throws Exception {
        long left;
        try (var client = StreamClient.ask(run.gateway().url(), run.model(), "Hello")) {
            if (text != null) {
                assertThat(client.readUpTo(text)).endsWith(text);
            }
            run.scripted(letter).await(1, Duration.ofMillis(1500));
            left = System.nanoTime();
        }
        run.seen(letter).asked(1).cancelledWithin(1000, left);
        return left;
    }
}
