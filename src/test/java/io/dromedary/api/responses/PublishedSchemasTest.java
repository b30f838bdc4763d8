package io.dromedary.api.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.testing.Allowed;
import io.dromedary.testing.Description;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The two published descriptions are the judges of what is sent. Skipped where they are not at hand. */
final class PublishedSchemasTest {
    static List<ReplyCase> cases() {
        return ReplyCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void each_event_is_one_by_openais_description(ReplyCase written) {
        for (var event : written.told()) {
            assertThat(Description.openAi().faults(Allowed.openAi(event)))
                    .as(event.toString())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void each_event_is_one_by_open_responses(ReplyCase written) {
        for (var event : written.told()) {
            if (Allowed.isOpenResponses(event)) {
                assertThat(Description.openResponses().faults(Allowed.openResponses(event)))
                        .as(event.toString())
                        .isEmpty();
            }
        }
    }

    @Test
    void both_descriptions_tell_an_event_that_lacks_something() {
        for (var description : List.of(Description.openAi(), Description.openResponses())) {
            var events = cases().getFirst().told();
            var added = events.get(2);
            assertThat(description.faults(added)).isEmpty();
            assertThat(description.faults(added.deepCopy().without(List.of("item"))))
                    .isNotEmpty();
            var last = events.getLast();
            ((ObjectNode) last.path("response")).remove("tools");
            assertThat(description.faults(last)).isNotEmpty();
        }
    }
}
