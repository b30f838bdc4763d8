package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Endpoint;
import io.dromedary.api.ModelName;
import io.dromedary.api.error.Refusal;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FailuresTest {
    private static final AttemptFailure TIMED_OUT =
            new AttemptFailure.TimedOut(AttemptFailure.TimedOut.Deadline.FIRST_TOKEN);
    private static final AttemptFailure BROKEN = new AttemptFailure.Broken("connection reset");

    @Test
    void only_rate_limits_are_a_429_with_the_smallest_wait_rounded_up() {
        var refusal = (Refusal.BackendsFailed) refusal(
                new AttemptFailure.Overloaded(429, "429", Duration.ofMillis(8_000)),
                new AttemptFailure.Overloaded(429, "429", Duration.ofMillis(2_100)),
                new AttemptFailure.Overloaded(429, "429", null));
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.code()).isEqualTo("rate_limit_exceeded");
        assertThat(refusal.retryAfterSeconds()).isEqualTo(3);
    }

    @Test
    void only_quotas_used_up_are_a_429_that_names_no_wait() {
        var refusal = (Refusal.BackendsFailed) refusal(new AttemptFailure.Exhausted(429, "insufficient_quota"));
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.code()).isEqualTo("insufficient_quota");
        assertThat(refusal.retryAfterSeconds()).isZero();
    }

    @Test
    void only_time_outs_are_a_504() {
        assertThat(refusal(TIMED_OUT, TIMED_OUT).status()).isEqualTo(504);
    }

    @Test
    void a_mixture_is_a_502_that_names_every_cause() {
        var refusal = (Refusal.BackendsFailed) refusal(TIMED_OUT, BROKEN);
        assertThat(refusal.status()).isEqualTo(502);
        assertThat(refusal.causes()).containsExactly("b0: no first token in time", "b1: connection reset");
        assertThat(refusal.message()).contains("b0: no first token in time").contains("b1: connection reset");
    }

    @Test
    void a_503_among_429s_is_a_502() {
        assertThat(refusal(
                                new AttemptFailure.Overloaded(429, "429", null),
                                new AttemptFailure.Overloaded(503, "503", null))
                        .status())
                .isEqualTo(502);
    }

    @Test
    void the_callers_own_fault_is_passed_on_whatever_else_failed() {
        var own = new Refusal.Rejected(400, "bad schema", "invalid_request_error", "tools[0]", "invalid");
        assertThat(refusal(BROKEN, new AttemptFailure.Rejected(own))).isEqualTo(own);
    }

    @Test
    void a_prompt_that_is_too_long_is_a_400_that_says_so() {
        var refusal = refusal(new AttemptFailure.ContextTooLong("maximum context length is 8192 tokens"));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.code()).isEqualTo("context_length_exceeded");
    }

    @Test
    void backends_that_cannot_do_it_count_only_when_nobody_else_tried() {
        var incapable = new AttemptFailure.Incapable(new Refusal.BadRequest("no logit_bias here", "logit_bias", null));
        assertThat(refusal(incapable, incapable).param()).isEqualTo("logit_bias");
        assertThat(refusal(incapable, TIMED_OUT).status()).isEqualTo(504);
        assertThat(refusal(incapable, BROKEN).message()).contains("; b0: cannot take logit_bias");
    }

    private static Refusal refusal(AttemptFailure... failures) {
        var attempts = new ArrayList<AttemptRecord>();
        for (var failure : failures) {
            var target =
                    new Target(new BackendName("b" + attempts.size()), new ModelName("m"), "m", Capabilities.OPENAI);
            attempts.add(new AttemptRecord(target, "openai", AttemptRecord.Ending.FAILED, failure, null));
        }
        return Failures.refusal(List.copyOf(attempts), Endpoint.CHAT);
    }
}
