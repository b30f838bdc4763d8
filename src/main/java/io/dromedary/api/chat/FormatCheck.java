package io.dromedary.api.chat;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import org.jspecify.annotations.Nullable;

/** {@code response_format}: text, a JSON object, or JSON after a schema. */
final class FormatCheck {
    private FormatCheck() {}

    static void read(Cursor at) {
        @Nullable String type = null;
        var schema = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> type = at.oneOf(Values.FORMATS);
                case "json_schema" -> {
                    jsonSchema(at);
                    schema = true;
                }
                default -> at.skip();
            }
        }
        if (type == null) {
            throw Faults.missing(at.path("type"));
        }
        if (type.equals("json_schema") != schema) {
            throw schema
                    ? Faults.at(
                            at.path("json_schema"),
                            "invalid_value",
                            "'%s' is only allowed when the format's type is 'json_schema'.")
                    : Faults.missing(at.path("json_schema"));
        }
    }

    private static void jsonSchema(Cursor at) {
        var named = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "name" -> {
                    at.identifier();
                    named = true;
                }
                case "description" -> at.string();
                case "schema" -> at.object();
                case "strict" -> at.bool();
                default -> at.skip();
            }
        }
        if (!named) {
            throw Faults.missing(at.path("name"));
        }
    }
}
