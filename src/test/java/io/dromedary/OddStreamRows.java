package io.dromedary;

import static io.dromedary.FailedAttemptRows.ANSWER;
import static io.dromedary.FailoverCase.both;
import static io.dromedary.FailoverCase.stream;
import static io.dromedary.FailoverCase.whole;
import static io.dromedary.Player.a;
import static io.dromedary.Player.b;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Streams that are not as they should be and are answers nevertheless. */
final class OddStreamRows {
    private OddStreamRows() {}

    static List<FailoverCase> rows() {
        var rows = new ArrayList<FailoverCase>();
        for (var chunks : new int[] {0, 1, 20, 40}) {
            rows.add(stream(
                            "an event that is no JSON after " + chunks + " chunks is dropped and the stream goes on",
                            1500,
                            a(garbled(chunks)),
                            b(Play.says(ANSWER)))
                    .holds(OddStreamRows::good));
        }
        rows.add(whole(
                        "whole: an event that is no JSON is dropped and the answer is whole",
                        1500,
                        a(garbled(20)),
                        b(Play.says(ANSWER)))
                .holds(OddStreamRows::good));
        rows.add(finished("a stream that ends after its finish reason is whole", script -> script));
        rows.add(finished("a stream that is cut after its finish reason is whole", Script::closeEarly));
        rows.add(finished("a stream that falls silent after its finish reason is whole", Script::stall));
        rows.add(stream(
                        "usage that A does not report is counted",
                        1500,
                        a(Play.says(ANSWER.withoutUsage())),
                        b(Play.says(ANSWER)))
                .holds(run -> {
                    var told = run.wantingUsage().ask().answered(ANSWER);
                    var usage = told.by("a", 1).usage();
                    assertThat(usage.path("completion_tokens").asInt()).isPositive();
                    assertThat(usage.path("prompt_tokens").asInt()).isPositive();
                    run.b().notAsked();
                }));
        rows.addAll(both(
                "usage that A does not report is not made up for a caller who did not ask, and nothing fails",
                1500,
                run -> {
                    run.ask().answered(ANSWER).by("a", 1);
                    run.b().notAsked();
                },
                a(Play.says(ANSWER.withoutUsage())),
                b(Play.says(ANSWER))));
        rows.addAll(both(
                "an answer that the filter of A ends is an answer",
                1500,
                run -> {
                    run.ask().answered(ANSWER.finishing("content_filter")).by("a", 1);
                    run.b().notAsked();
                },
                a(Play.says(ANSWER.finishing("content_filter"))),
                b(Play.says(ANSWER))));
        rows.add(stream(
                        "an error object with a 200 instead of a stream is a failed attempt",
                        1800,
                        a(Play.says(Script.json(200, ChatEvents.error("the engine died")))),
                        b(Play.says(ANSWER)))
                .holds(run -> {
                    run.ask().answered(ANSWER).by("b", 3);
                    run.a().asked(2).againAfter(30, 750);
                }));
        rows.addAll(both(
                "an error inside a 200 that is the caller's own is told with its status",
                1500,
                run -> {
                    var told = run.ask().refused(400);
                    assertThat(told.body()).contains("invalid_request_error");
                    run.a().asked(1);
                    run.b().notAsked();
                },
                a(Play.errorInside200("invalid_request_error")),
                b(Play.says(ANSWER))));
        return rows;
    }

    private static void good(Run run) throws Exception {
        run.ask().answered(ANSWER).by("a", 1).model(run.model());
        run.a().asked(1);
        run.b().notAsked();
    }

    private static Play garbled(int chunks) {
        return (request, attempt) -> {
            if (!Seen.wantsStream(request)) {
                return ANSWER.to(request);
            }
            var script = Script.stream();
            var events = ANSWER.beginningEvents(request);
            for (var i = 0; i < events.size(); i++) {
                script = i == chunks + 1 ? script.event("{\"id\":\"chatcmpl-") : script;
                script = script.event(events.get(i));
            }
            return script.event(ANSWER.finishEvents(request).getFirst()).event(ChatEvents.DONE);
        };
    }

    private static FailoverCase finished(String name, UnaryOperator<Script> end) {
        Play play = (request, attempt) -> end.apply(
                ANSWER.beginning(request).event(ANSWER.finishEvents(request).getFirst()));
        return stream(name, 1500, a(play).impatient(), b(Play.says(ANSWER))).holds(OddStreamRows::good);
    }
}
