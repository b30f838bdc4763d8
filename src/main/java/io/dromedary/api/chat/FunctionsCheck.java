package io.dromedary.api.chat;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import org.jspecify.annotations.Nullable;

/** Declarations of functions, and the deprecated {@code functions} and {@code function_call}. */
final class FunctionsCheck {
    private FunctionsCheck() {}

    /** One declared function; gives its name. */
    static String declaration(Cursor at) {
        @Nullable String declared = null;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "name" -> declared = at.identifier();
                case "description" -> at.string();
                case "parameters" -> at.object();
                case "strict" -> at.bool();
                default -> at.skip();
            }
        }
        if (declared == null) {
            throw Faults.missing(at.path("name"));
        }
        return declared;
    }

    /** An object of which only the name counts; gives that name. */
    static String reference(Cursor at) {
        @Nullable String named = null;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "name" -> named = at.identifier();
                default -> at.skip();
            }
        }
        if (named == null) {
            throw Faults.missing(at.path("name"));
        }
        return named;
    }

    static void functions(Cursor at) {
        at.beginArray("an array of objects");
        var count = 0;
        while (at.element()) {
            declaration(at);
            count++;
        }
        if (count == 0) {
            throw Faults.emptyArray(at.path());
        }
        if (count > ToolsCheck.MAX_TOOLS) {
            throw Faults.longArray(at.path(), ToolsCheck.MAX_TOOLS, count);
        }
    }

    static void functionCall(Cursor at) {
        if (at.atString()) {
            at.oneOf(Values.FUNCTION_CALLS);
        } else if (at.atObject()) {
            reference(at);
        } else {
            throw at.wrongType("'none', 'auto' or an object that names a function");
        }
    }
}
