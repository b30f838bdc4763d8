package io.dromedary.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a model says that repeats what it hears, whatever wire it speaks: the user's last text, a tool's result, a call of
 * the first tool for the city that the user names, or a person of that name where JSON is asked for.
 *
 * @param words a word each, with the space before it
 * @param tool what it calls with those words as arguments, or null when it speaks
 */
record Echo(List<String> words, @Nullable String tool, int promptTokens) {
    private static final Pattern WORD = Pattern.compile("\\s*\\S+");

    static Echo to(JsonNode request) {
        var promptTokens = 0;
        var user = "";
        for (var message : request.path("messages")) {
            var text = message.path("content").asText("");
            promptTokens += words(text).size();
            user = message.path("role").asText().equals("user") ? text : user;
        }
        var last = request.path("messages").path(request.path("messages").size() - 1);
        if (last.path("role").asText().equals("tool")) {
            return new Echo(words(last.path("content").asText()), null, promptTokens);
        }
        var tool = request.path("tools").path(0).path("function").path("name");
        if (tool.isTextual() && !request.path("tool_choice").asText().equals("none")) {
            var arguments = "{\"city\": \"" + user + "\", \"unit\": \"celsius\"}";
            return new Echo(words(arguments), tool.textValue(), promptTokens);
        }
        var schema = request.path("response_format").path("type").asText().equals("json_schema");
        return new Echo(words(schema ? "{\"name\": \"" + user + "\", \"age\": 18}" : user), null, promptTokens);
    }

    static JsonNode request(Received received) {
        return Objects.requireNonNull(Json.read(received.body().getBytes(StandardCharsets.UTF_8)));
    }

    String said() {
        return String.join("", words);
    }

    private static List<String> words(String text) {
        return WORD.matcher(text).results().map(MatchResult::group).toList();
    }
}
