package io.dromedary.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.call.Call.Ending;
import io.dromedary.jobs.deferred.Result;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeferredStepsTest {
    @ParameterizedTest
    @CsvSource({
        "200, ANSWERED, 200, true",
        "400, REFUSED, 400, true",
        "200, REFUSED, 500, false",
        "400, REFUSED, 503, false",
        "200, LEFT, 200, false",
        "200, LEFT, 0, false",
        "200, CUT, 200, false"
    })
    void a_result_is_handed_out_where_the_whole_of_it_was_sent_and_nothing_else(
            int result, Ending how, int sent, boolean written) {
        var kept = new Result(result, "application/json", Map.of(), new byte[0]);

        assertThat(DeferredSteps.isWritten(kept, how, sent)).isEqualTo(written);
    }
}
