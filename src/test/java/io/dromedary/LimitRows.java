package io.dromedary;

import static io.dromedary.FailedAttemptRows.ANSWER;
import static io.dromedary.FailoverCase.both;
import static io.dromedary.FailoverCase.stream;
import static io.dromedary.FailoverCase.whole;
import static io.dromedary.Player.a;
import static io.dromedary.Player.b;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Chat;
import io.dromedary.testing.Received;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Rate limits that name a time, and accounts that no waiting helps. */
final class LimitRows {
    private LimitRows() {}

    private static Play limited(int seconds) {
        return Play.error(429, Map.of("retry-after", String.valueOf(seconds)), "rate_limit_exceeded");
    }

    static List<FailoverCase> rows() {
        var rows = new ArrayList<FailoverCase>();
        rows.addAll(both(
                "a second that A alone asks for is waited out",
                2500,
                LimitRows::waitedOut,
                a(limited(1).then(Play.says(ANSWER)))));
        rows.add(whole(
                        "a second that A asks for is waited out although a lesser B is free",
                        2500,
                        a(limited(1).then(Play.says(ANSWER))),
                        b(Play.says(ANSWER)))
                .holds(run -> {
                    waitedOut(run);
                    run.b().notAsked();
                }));
        rows.add(stream("when A asks for a second twice B answers", 2500, a(limited(1)), b(Play.says(ANSWER)))
                .holds(run -> {
                    run.ask().answered(ANSWER).by("b", 3);
                    run.a().asked(2).againAfter(950, 1600);
                    run.b().asked(1);
                }));
        rows.addAll(equals());
        rows.addAll(both(
                "half a minute that A asks for is not waited out: B answers at once",
                1500,
                LimitRows::tooLong,
                a(limited(30)),
                b(Play.says(ANSWER))));
        rows.addAll(both(
                "half a minute that A alone asks for is told to the caller",
                1500,
                run -> {
                    var told = run.ask().refused(429).attempts(1);
                    assertThat(told.header("retry-after")).isEqualTo("30");
                    assertThat(told.error().path("code").asText()).isEqualTo("rate_limit_exceeded");
                    assertThat(told.error().path("message").asText()).contains(run.backend("a"));
                    run.a().asked(1);
                },
                a(limited(30))));
        rows.addAll(both(
                "when everybody is at a limit the caller hears the smallest wait",
                1500,
                run -> {
                    var told = run.ask().refused(429).attempts(2);
                    assertThat(Integer.parseInt(told.header("retry-after"))).isBetween(6, 7);
                    assertThat(told.error().path("message").asText()).contains(run.backend("a"), run.backend("b"));
                    run.a().asked(1);
                    run.b().asked(1);
                },
                a(limited(30)),
                b(limited(7))));
        rows.add(whole(
                        "a backend that asked for half a minute is left alone by the next call",
                        1500,
                        a(limited(30)),
                        b(Play.says(ANSWER)))
                .holds(run -> {
                    run.ask().answered(ANSWER).by("b", 2);
                    run.ask().answered(ANSWER).by("b", 1);
                    run.a().asked(1);
                    run.b().asked(2);
                }));
        rows.addAll(accounts());
        return rows;
    }

    private static void waitedOut(Run run) throws Exception {
        run.ask().answered(ANSWER).by("a", 2).tookBetween(950, 1900);
        run.a().asked(2).againAfter(950, 1600);
    }

    private static void tooLong(Run run) throws Exception {
        run.ask().answered(ANSWER).by("b", 2).tookBetween(0, 900);
        run.a().asked(1);
        run.b().asked(1).askedAfter(run.a(), 0, 800);
    }

    /** Which of two equals goes first is left to chance: the first that is asked is at its limit. */
    private static List<FailoverCase> equals() {
        return List.of(equal(true), equal(false));
    }

    private static FailoverCase equal(boolean stream) {
        var limit = limited(1);
        var first = new AtomicBoolean(true);
        Play either = (Received request, int attempt) ->
                first.getAndSet(false) ? limit.on(request, attempt) : ANSWER.to(request);
        var name = "a second that A asks for is not waited out while an equal B is free";
        var players = new Player[] {a(either), b(either).named("b", 1)};
        return (stream ? stream("stream: " + name, 1500, players) : whole("whole: " + name, 1500, players))
                .holds(run -> {
                    run.ask().answered(ANSWER).attempts(2).tookBetween(0, 900);
                    run.a().asked(1);
                    run.b().asked(1);
                });
    }

    private static List<FailoverCase> accounts() {
        var rows = new ArrayList<FailoverCase>();
        var refusals = Map.of(
                "an exhausted quota", Play.error(429, "insufficient_quota"),
                "a 401", Play.error(401, "invalid_api_key"),
                "a 403", Play.error(403, "forbidden"),
                "an exhausted quota inside a 200", Play.errorInside200("insufficient_quota"));
        refusals.forEach((name, play) -> rows.addAll(both(
                "after " + name + " A is not asked again, B answers, and health shows it",
                1500,
                LimitRows::marked,
                a(play),
                b(Play.says(ANSWER)))));
        rows.addAll(both(
                "when every quota is used up there is nothing to wait for",
                1500,
                run -> {
                    var told = run.ask().refused(429).attempts(2);
                    assertThat(told.error().path("code").asText()).isEqualTo("insufficient_quota");
                    assertThat(told.headers().firstValue("retry-after")).isEmpty();
                    run.a().asked(1);
                    run.b().asked(1);
                },
                a(Play.error(429, "insufficient_quota")),
                b(Play.error(429, "insufficient_quota"))));
        rows.addAll(both(
                "a 401 of A alone is a 502 and no word about our key",
                1500,
                run -> {
                    var told = run.ask().refused(502).attempts(1);
                    assertThat(told.error().path("message").asText())
                            .contains(run.backend("a"))
                            .doesNotContain("scripted");
                    run.a().asked(1);
                },
                a(Play.error(401, "invalid_api_key"))));
        return rows;
    }

    private static void marked(Run run) throws Exception {
        run.ask().answered(ANSWER).by("b", 2);
        run.a().asked(1);
        run.b().asked(1).askedAfter(run.a(), 0, 800);
        var marked = health(run, "a");
        assertThat(marked.path("reason").asText(""))
                .as("health of A: %s", marked)
                .isNotBlank();
        assertThat(marked.toString()).doesNotContain(FailoverTable.UPSTREAM_KEY);
        assertThat(health(run, "b").path("state").asText()).isEqualTo("on");
    }

    private static JsonNode health(Run run, String letter) throws Exception {
        var page = Chat.get(run.gateway().managementUrl() + "/observe/health").body();
        return Json.object(page.getBytes(StandardCharsets.UTF_8))
                .path("backends")
                .valueStream()
                .filter(backend -> backend.path("name").asText().equals(run.backend(letter)))
                .findFirst()
                .orElseThrow();
    }
}
