package io.dromedary.jobs.background;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Headers;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.responses.ResponseError;
import io.dromedary.call.InnerCalls.Told;
import io.dromedary.responses.BackgroundRun.End;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a response after each way in which an attempt at it can end. */
final class VerdictTest {
    private static final End NOT_BEGUN = new End.NotBegun();
    private static final Duration YOUNG = Duration.ofSeconds(1);

    private static Told told(Refusal refusal, String... headers) {
        var reply = ErrorBody.reply(refusal);
        var all = new Headers();
        for (var i = 0; i < headers.length; i += 2) {
            all.set(headers[i], headers[i + 1]);
        }
        return new Told(reply.status(), all, reply.body());
    }

    private static Verdict verdict(Told told, int number, Duration age) {
        return Verdict.of(NOT_BEGUN, told, number, age);
    }

    @Test
    void what_has_ended_is_over() {
        assertThat(Verdict.of(new End.Ended(), new Told(200, new Headers(), new byte[0]), 1, YOUNG))
                .isEqualTo(Verdict.OVER);
    }

    @Test
    void what_is_wrong_with_the_request_is_wrong_at_once() {
        var missing = new Refusal.NotFound(
                "Previous response with id 'r' not found.", "previous_response_id", "previous_response_not_found");
        assertThat(verdict(told(missing), 1, YOUNG))
                .isEqualTo(new Verdict.Failed(new ResponseError("invalid_prompt", missing.message())));
        assertThat(verdict(told(new Refusal.Unauthorized("gone")), 1, YOUNG)).isInstanceOf(Verdict.Failed.class);
    }

    @Test
    void a_want_of_capacity_is_waited_for_and_counts_as_no_attempt() {
        var flex = new Refusal.Limited("full", "requests", "resource_unavailable", 0);
        assertThat(verdict(told(flex), 1, YOUNG)).isEqualTo(new Verdict.Later(Duration.ofSeconds(1), false));
        assertThat(verdict(told(flex), 2, Duration.ofSeconds(40)))
                .isEqualTo(new Verdict.Later(Duration.ofSeconds(10), false));
        assertThat(verdict(told(flex), 2, Duration.ofHours(1)))
                .isEqualTo(new Verdict.Later(Duration.ofMinutes(1), false));
        assertThat(verdict(told(flex, "retry-after", "7"), 1, YOUNG))
                .isEqualTo(new Verdict.Later(Duration.ofSeconds(7), false));
        assertThat(verdict(told(flex, "retry-after", "soon"), 1, YOUNG))
                .isEqualTo(new Verdict.Later(Duration.ofSeconds(1), false));
        var none = new Refusal.Unavailable("none", "no_backend");
        assertThat(verdict(told(none), 2, YOUNG)).isEqualTo(new Verdict.Later(Duration.ofSeconds(1), false));
        var alone = new Refusal.BackendsFailed(502, "left alone", "backend_failed", 0, List.of());
        assertThat(verdict(told(alone, "x-dromedary-attempts", "0"), 2, YOUNG))
                .isEqualTo(new Verdict.Later(Duration.ofSeconds(1), false));
    }

    @Test
    void capacity_is_not_waited_for_for_ever() {
        var flex = new Refusal.Limited("full", "requests", "resource_unavailable", 0);
        assertThat(verdict(told(flex), 1, Duration.ofHours(25)))
                .isEqualTo(new Verdict.Failed(new ResponseError("rate_limit_exceeded", "full")));
    }

    @Test
    void quota_that_is_used_up_is_not_waited_for() {
        var out = new Refusal.BackendsFailed(429, "used up", "insufficient_quota", 0, List.of("a: 429"));
        assertThat(verdict(told(out), 1, YOUNG)).isInstanceOf(Verdict.Failed.class);
    }

    @Test
    void what_a_backend_did_is_tried_once_more() {
        var failed = new Refusal.BackendsFailed(502, "No backend could answer", "backend_failed", 0, List.of("a: 500"));
        var told = told(failed, "x-dromedary-attempts", "2");
        assertThat(verdict(told, 1, YOUNG)).isEqualTo(new Verdict.Later(Duration.ofSeconds(1), true));
        assertThat(verdict(told, 2, YOUNG))
                .isEqualTo(new Verdict.Failed(new ResponseError("server_error", failed.message())));
        var broken = new End.Broken(new ResponseError("server_error", "cut"));
        var events = new Told(200, new Headers(), new byte[0]);
        assertThat(Verdict.of(broken, events, 1, YOUNG)).isEqualTo(new Verdict.Later(Duration.ofSeconds(1), true));
        assertThat(Verdict.of(broken, events, 2, YOUNG)).isEqualTo(new Verdict.Failed(broken.error()));
    }

    @Test
    void what_was_interrupted_is_made_again_and_counts_as_no_attempt() {
        var left = new Told(0, new Headers(), new byte[0]);
        assertThat(Verdict.of(new End.Interrupted(), left, 2, YOUNG))
                .isEqualTo(new Verdict.Later(Duration.ofSeconds(1), false));
        assertThat(verdict(left, 2, YOUNG)).isEqualTo(new Verdict.Later(Duration.ofSeconds(1), false));
    }

    @Test
    void what_is_interrupted_again_and_again_is_not_made_for_ever() {
        var left = new Told(0, new Headers(), new byte[0]);
        assertThat(Verdict.of(new End.Interrupted(), left, 1, Duration.ofHours(2)))
                .isEqualTo(new Verdict.Later(Duration.ofMinutes(1), true));
    }

    @Test
    void an_answer_that_says_nothing_is_told_by_its_status() {
        assertThat(verdict(new Told(418, new Headers(), "teapot".getBytes(UTF_8)), 1, YOUNG))
                .isEqualTo(new Verdict.Failed(
                        new ResponseError("invalid_prompt", "The request was answered with the status 418.")));
    }
}
