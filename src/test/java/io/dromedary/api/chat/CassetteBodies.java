package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The chat requests in a recorded cassette. */
final class CassetteBodies {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private CassetteBodies() {}

    static List<byte[]> of(Path cassette) throws IOException {
        var bodies = new ArrayList<byte[]>();
        for (var interaction : YAML.readTree(cassette.toFile()).path("interactions")) {
            var request = interaction.path("request");
            var body = request.path("body").asText().getBytes(StandardCharsets.UTF_8);
            if (request.path("url").asText().endsWith("/chat/completions") && Json.read(body) != null) {
                bodies.add(body);
            }
        }
        return bodies;
    }
}
