package io.dromedary.api.responses;

import io.dromedary.api.chat.Values;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options that are objects or lists of their own. */
final class OptionsCheck {
    private static final List<String> SUMMARIES = List.of("auto", "concise", "detailed");
    private static final List<String> INCLUDES = List.of(
            "file_search_call.results",
            "web_search_call.results",
            "web_search_call.action.sources",
            "message.input_image.image_url",
            "computer_call_output.output.image_url",
            "code_interpreter_call.outputs",
            "reasoning.encrypted_content",
            "message.output_text.logprobs");
    private static final int MIN_COMPACT_THRESHOLD = 1000;

    private OptionsCheck() {}

    /** {@code text}: the format of the answer, and how long it is to be. */
    static void text(Cursor at) {
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "format" -> format(at);
                case "verbosity" -> at.oneOf(Values.LEVELS);
                default -> at.skip();
            }
        }
    }

    private static void format(Cursor at) {
        @Nullable String type = null;
        var named = false;
        var schema = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> type = at.oneOf(Values.FORMATS);
                case "name" -> {
                    at.identifier();
                    named = true;
                }
                case "schema" -> {
                    at.object();
                    schema = true;
                }
                case "description" -> at.string();
                case "strict" -> at.bool();
                case "json_schema" ->
                    throw Faults.at(
                            at.path(),
                            "unknown_parameter",
                            "Unknown parameter: '%s'. In the Responses API a format has its name and schema beside its"
                                    + " type.");
                default -> at.skip();
            }
        }
        if (type == null) {
            throw Faults.missing(at.path("type"));
        }
        if (type.equals("json_schema") && !(named && schema)) {
            throw Faults.missing(at.path(named ? "schema" : "name"));
        }
    }

    static void reasoning(Cursor at) {
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "effort" -> at.oneOf(Values.EFFORTS);
                case "summary", "generate_summary" -> at.oneOf(SUMMARIES);
                default -> at.skip();
            }
        }
    }

    /** {@code include}: what is known but not there is left out of the answer; what nobody knows is refused. */
    static void include(Cursor at) {
        at.beginArray("an array of strings");
        while (at.element()) {
            at.oneOf(INCLUDES);
        }
    }

    static void streamOptions(Cursor at) {
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "include_obfuscation" -> at.bool();
                default -> at.skip();
            }
        }
    }

    /** {@code conversation}: its id, or an object with it. */
    static void conversation(Cursor at) {
        if (at.atString()) {
            at.filled();
            return;
        }
        if (!at.atObject()) {
            throw at.wrongType("a string or an object with an 'id'");
        }
        var identified = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "id" -> {
                    at.filled();
                    identified = true;
                }
                default -> at.skip();
            }
        }
        if (!identified) {
            throw Faults.missing(at.path("id"));
        }
    }

    /** {@code prompt}: a template by its id, and what is put in the place of its variables. */
    static void prompt(Cursor at) {
        var identified = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "id" -> {
                    at.filled();
                    identified = true;
                }
                case "version" -> at.filled();
                case "variables" -> variables(at);
                default -> at.skip();
            }
        }
        if (!identified) {
            throw Faults.missing(at.path("id"));
        }
    }

    private static void variables(Cursor at) {
        var part = new PartKinds(at);
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            if (at.atString()) {
                at.string(ResponseRequestReader.LONGEST_TEXT);
            } else if (at.atObject()) {
                part.one(PartKinds.INPUT_TEXT | PartKinds.IMAGE | PartKinds.FILE);
            } else {
                throw at.wrongType("a string or an input_text, input_image or input_file part");
            }
        }
    }

    static void contextManagement(Cursor at) {
        at.beginArray("an array of objects");
        var count = 0;
        while (at.element()) {
            @Nullable String type = null;
            at.beginObject();
            for (var name = at.member(); name != null; name = at.member()) {
                switch (name) {
                    case "type" -> type = at.oneOf(List.of("compaction"));
                    case "compact_threshold" -> at.integer(MIN_COMPACT_THRESHOLD, Integer.MAX_VALUE);
                    default -> at.skip();
                }
            }
            if (type == null) {
                throw Faults.missing(at.path("type"));
            }
            count++;
        }
        if (count == 0) {
            throw Faults.emptyArray(at.path());
        }
    }
}
