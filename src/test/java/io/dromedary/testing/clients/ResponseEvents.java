package io.dromedary.testing.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.List;

/** Streams of responses, as OpenAI's Java client reads them. */
public final class ResponseEvents {
    private ResponseEvents() {}

    /** All events, each of them sound. */
    public static List<ResponseStreamEvent> streamed(OpenAIClient client, ResponseCreateParams.Builder request) {
        try (var stream = client.responses().createStreaming(request.build())) {
            return sound(stream);
        }
    }

    public static List<ResponseStreamEvent> sound(StreamResponse<ResponseStreamEvent> stream) {
        return stream.stream().map(ResponseStreamEvent::validate).toList();
    }

    /** What they add up to, which is what the last of them says. */
    public static Response whole(List<ResponseStreamEvent> events) {
        var whole = ResponseAccumulator.createWithSnapshots();
        events.forEach(whole::accumulate);
        assertThat(whole.reconstructedResponse().output())
                .isEqualTo(whole.response().output());
        return whole.response().validate();
    }
}
