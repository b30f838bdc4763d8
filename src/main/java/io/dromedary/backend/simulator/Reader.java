package io.dromedary.backend.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dromedary.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The simulator's models that only read: embeddings and ranks. {@code fail:503} as a text makes them fail with that status. */
final class Reader {
    private static final int MOST_DIMENSIONS = 4096;
    private static final Pattern FAIL = Pattern.compile("fail:([45]\\d\\d)");

    private Reader() {}

    static Simulation embeddings(byte[] body) {
        var request = Json.object(body);
        var texts = texts(request.path("input"));
        var dimensions = request.path("dimensions").asInt(Meaning.DIMENSIONS);
        var failure = failure(texts);
        if (failure > 0) {
            return Simulator.failure(failure);
        }
        if (dimensions > MOST_DIMENSIONS) {
            return Simulator.failure(400);
        }
        var answer = JsonNodeFactory.instance.objectNode().put("object", "list");
        var data = answer.putArray("data");
        var tokens = 0L;
        for (var i = 0; i < texts.size(); i++) {
            var entry = data.addObject().put("object", "embedding").put("index", i);
            var vector = entry.putArray("embedding");
            for (var number : Meaning.of(texts.get(i), dimensions)) {
                vector.add(number);
            }
            tokens += Tokens.count(texts.get(i));
        }
        answer.put("model", request.path("model").asText());
        answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        return Simulation.whole(200, Json.bytes(answer));
    }

    /** Scores from 0 to 1: how alike query and document are. */
    static Simulation rerank(byte[] body) {
        var request = Json.object(body);
        var query = request.path("query").asText();
        var documents = texts(request.path("documents"));
        var failure = failure(List.of(query));
        if (failure > 0) {
            return Simulator.failure(failure);
        }
        var meant = Meaning.of(query, Meaning.DIMENSIONS);
        var answer = JsonNodeFactory.instance.objectNode();
        var results = answer.putArray("results");
        var tokens = (long) Tokens.count(query);
        for (var i = 0; i < documents.size(); i++) {
            var likeness = Meaning.likeness(meant, Meaning.of(documents.get(i), Meaning.DIMENSIONS));
            results.addObject().put("index", i).put("relevance_score", Math.max(0, likeness));
            tokens += Tokens.count(documents.get(i));
        }
        answer.put("model", request.path("model").asText());
        answer.putObject("usage").put("total_tokens", tokens);
        return Simulation.whole(200, Json.bytes(answer));
    }

    private static int failure(List<String> texts) {
        for (var text : texts) {
            var told = FAIL.matcher(text);
            if (told.matches()) {
                return Integer.parseInt(told.group(1));
            }
        }
        return 0;
    }

    /** A list of token ids is a text whose words they are. */
    private static List<String> texts(JsonNode input) {
        var texts = new ArrayList<String>();
        if (input.isTextual() || input.path(0).isIntegralNumber()) {
            texts.add(text(input));
        } else {
            input.forEach(one -> texts.add(text(one)));
        }
        return texts;
    }

    private static String text(JsonNode input) {
        if (!input.isArray()) {
            return input.asText();
        }
        var words = new ArrayList<String>(input.size());
        input.forEach(id -> words.add(id.asText()));
        return words.stream().collect(Collectors.joining(" "));
    }
}
