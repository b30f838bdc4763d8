package io.dromedary.steps;

import io.dromedary.api.CallTimeout;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.embeddings.EmbeddingsRequestReader;
import io.dromedary.api.rerank.RerankRequestReader;
import io.dromedary.http.CallProperty;
import io.dromedary.http.RequestHeaders;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.Processor;

/** The steps that read requests for lists of texts, by the names that the routes use. */
final class ReadSteps {
    private ReadSteps() {}

    static Map<String, Processor> byName() {
        return Map.of(
                "read-embeddings",
                reading(EmbeddingsRequestReader::read),
                "read-rerank",
                reading(RerankRequestReader::read));
    }

    private static Processor reading(Function<byte[], ModelRequest> reader) {
        return exchange -> {
            var call = CallProperty.of(exchange);
            call.read(reader.apply(exchange.getMessage().getBody(byte[].class)));
            call.waiting(CallTimeout.of(RequestHeaders.get(exchange, CallTimeout.HEADER)));
        };
    }
}
