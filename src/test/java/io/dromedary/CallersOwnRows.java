package io.dromedary;

import static io.dromedary.FailedAttemptRows.ANSWER;
import static io.dromedary.FailoverCase.both;
import static io.dromedary.Player.a;
import static io.dromedary.Player.b;
import static io.dromedary.Player.c;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** What the caller has to mend: prompts that are too long, filters, requests that are wrong. */
final class CallersOwnRows {
    private static final Play TOO_LONG = Play.callersFault(400, "context_length_exceeded", "messages");

    private record Fault(int status, String code, String param) {}

    private static final List<Fault> FAULTS = List.of(
            new Fault(400, "content_filter", "prompt"),
            new Fault(400, "invalid_function_parameters", "tools[0]"),
            new Fault(413, "request_too_large", "messages"),
            new Fault(422, "invalid_value", "temperature"));

    private CallersOwnRows() {}

    static List<FailoverCase> rows() {
        var rows = new ArrayList<FailoverCase>();
        rows.addAll(both(
                "a prompt that is too long for A is never sent to B of the same model",
                1500,
                CallersOwnRows::tooLong,
                a(TOO_LONG),
                b(Play.says(ANSWER))));
        rows.addAll(both(
                "a prompt that is too long for A is answered by a fallback with a larger window",
                1500,
                CallersOwnRows::larger,
                a(TOO_LONG).can("contextWindow: 8000"),
                b(Play.says(ANSWER)).can("contextWindow: 8000"),
                c(Play.says(ANSWER)).can("contextWindow: 32000")));
        rows.addAll(both(
                "a prompt that is too long for A is not sent to a fallback with a smaller window",
                1500,
                run -> {
                    tooLong(run);
                    run.c().notAsked();
                },
                a(TOO_LONG).can("contextWindow: 8000"),
                b(Play.says(ANSWER)).can("contextWindow: 8000"),
                c(Play.says(ANSWER)).can("contextWindow: 4000")));
        for (var fault : FAULTS) {
            rows.addAll(both(
                    "a " + fault.status + " " + fault.code + " of A is told at once and nobody else is asked",
                    1500,
                    run -> {
                        var told = run.ask().refused(fault.status);
                        assertThat(told.error().path("message").asText()).contains("the reason is " + fault.code);
                        assertThat(told.error().path("code").asText()).isEqualTo(fault.code);
                        assertThat(told.error().path("param").asText()).isEqualTo(fault.param);
                        run.a().asked(1);
                        run.b().notAsked();
                        run.c().notAsked();
                    },
                    a(Play.callersFault(fault.status, fault.code, fault.param)),
                    b(Play.says(ANSWER)),
                    c(Play.says(ANSWER))));
        }
        return rows;
    }

    private static void tooLong(Run run) throws Exception {
        var told = run.ask().refused(400);
        assertThat(told.error().path("code").asText()).isEqualTo("context_length_exceeded");
        run.a().asked(1);
        run.b().notAsked();
    }

    private static void larger(Run run) throws Exception {
        run.ask().answered(ANSWER).by("c", 2).model(run.fallback());
        run.a().asked(1);
        run.b().notAsked();
        run.c().asked(1);
    }
}
