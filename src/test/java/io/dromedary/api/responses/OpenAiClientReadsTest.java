package io.dromedary.api.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.openai.core.ObjectMappers;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** OpenAI's Java client is a judge: it has to know every event, and make of them the response that was meant. */
final class OpenAiClientReadsTest {
    static List<ReplyCase> cases() {
        return ReplyCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void openais_client_follows_every_stream(ReplyCase written) throws JsonProcessingException {
        var mapper = ObjectMappers.jsonMapper();
        var accumulator = ResponseAccumulator.create();
        var events = written.told();
        for (var event : events) {
            var read = mapper.readValue(event.toString(), ResponseStreamEvent.class);
            accumulator.accumulate(read.validate());
        }
        var response = accumulator.response().validate();
        var last = events.getLast().path("response").toString();
        assertThat(response).isEqualTo(mapper.readValue(last, Response.class).validate());
    }
}
