package io.dromedary.api.chat;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import org.jspecify.annotations.Nullable;

/** The declaration of a tool whose input is free text, or text after a grammar. */
final class CustomToolCheck {
    private CustomToolCheck() {}

    /** Gives the tool's name. */
    static String read(Cursor at) {
        @Nullable String declared = null;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "name" -> declared = at.identifier();
                case "description" -> at.string();
                case "format" -> format(at);
                default -> at.skip();
            }
        }
        if (declared == null) {
            throw Faults.missing(at.path("name"));
        }
        return declared;
    }

    private static void format(Cursor at) {
        @Nullable String type = null;
        var grammar = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> type = at.oneOf(Values.CUSTOM_FORMATS);
                case "grammar" -> {
                    grammar(at);
                    grammar = true;
                }
                default -> at.skip();
            }
        }
        if (type == null) {
            throw Faults.missing(at.path("type"));
        }
        if (type.equals("grammar") && !grammar) {
            throw Faults.missing(at.path("grammar"));
        }
    }

    private static void grammar(Cursor at) {
        var definition = false;
        var syntax = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "definition" -> {
                    at.filled();
                    definition = true;
                }
                case "syntax" -> {
                    at.oneOf(Values.GRAMMARS);
                    syntax = true;
                }
                default -> at.skip();
            }
        }
        if (!definition) {
            throw Faults.missing(at.path("definition"));
        }
        if (!syntax) {
            throw Faults.missing(at.path("syntax"));
        }
    }
}
