package io.dromedary.api.audio;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.Guards;
import io.dromedary.api.chat.GuardsCheck;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request with speech in it as JSON, as lines of batches have it: the fields of the form as members, and the recording by
 * its name.
 *
 * @param file id of a file, a URL or a data URL
 * @param param the member in which it stands
 * @param fields as a form would have them
 * @param guards switches of the object {@code output}, which are about the transcript; null where none is on
 */
public record SpokenLine(
        String file,
        String param,
        Map<String, List<String>> fields,
        @Nullable Guards guards) {
    private static final String FILE = "file";

    /** As others spell it. */
    private static final String FILE_TOO = "file_url";

    /**
     * Reads one.
     *
     * @throws io.dromedary.api.error.RefusedException 400 with {@code param}
     */
    public static SpokenLine read(byte[] body) {
        var param = FILE;
        String file = null;
        var values = new ArrayList<String>();
        var output = Guards.Side.NONE;
        try (var at = Cursor.open(body)) {
            at.beginObject();
            for (var name = at.member(); name != null; name = at.member()) {
                switch (name) {
                    case FILE, FILE_TOO -> {
                        if (file != null) {
                            throw Faults.at(name, "invalid_value", "Invalid '%s': name one file.");
                        }
                        at.filled();
                        param = name;
                        file = at.text();
                    }
                    case "output" -> output = GuardsCheck.transcript(at);
                    // there is no text yet that a guard could look at
                    case "input" ->
                        throw Faults.at(
                                name,
                                "unsupported_parameter",
                                "Unsupported parameter: 'input'. Guards look at the transcript; use 'output'.");
                    default -> {
                        at.skip();
                        values.add(name);
                    }
                }
            }
            at.finish();
            if (file == null) {
                throw Faults.missing(FILE);
            }
            var tree = Json.object(at.body());
            var fields = new LinkedHashMap<String, List<String>>();
            values.forEach(name -> fields.put(name, values(tree.path(name))));
            return new SpokenLine(file, param, fields, output.isOn() ? new Guards(Guards.Side.NONE, output) : null);
        }
    }

    private static List<String> values(JsonNode member) {
        if (!member.isArray()) {
            return List.of(value(member));
        }
        var values = new ArrayList<String>();
        member.forEach(element -> values.add(value(element)));
        return values;
    }

    private static String value(JsonNode member) {
        return member.isTextual() ? member.textValue() : member.toString();
    }
}
