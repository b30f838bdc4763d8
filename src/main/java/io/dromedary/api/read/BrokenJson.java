package io.dromedary.api.read;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.util.regex.Pattern;

/** Refusals of bodies that are not JSON, or more of it than is read. They name line and column, both from 1. */
final class BrokenJson {
    /** What Jackson says for programmers who hold the parser. */
    private static final Pattern INTERNAL = Pattern.compile(
            " \\(start marker at .*|: enable `.*|, enable `.*| \\(for .*| \\(JSON .*| \\(not recognized .*|\\R.*",
            Pattern.DOTALL);

    private BrokenJson() {}

    static RefusedException refusal(byte[] body, JsonParser parser, IOException cause) {
        if (cause instanceof StreamConstraintsException limit) {
            return tooMuch(parser.getParsingContext(), limit);
        }
        if (cause instanceof JacksonException syntax) {
            var where = syntax.getLocation() == null ? parser.currentLocation() : syntax.getLocation();
            var message = String.valueOf(syntax.getOriginalMessage());
            return refusal(body, start(body, offset(where, body), message), words(message));
        }
        return refusal(body, offset(parser.currentLocation(), body), "it cannot be read");
    }

    /** A fault at one byte of the body. */
    static RefusedException refusal(byte[] body, int offset, String fault) {
        var line = 1;
        var column = 1;
        for (var i = 0; i < offset; i++) {
            if (body[i] == '\n') {
                line++;
                column = 1;
            } else if ((body[i] & 0xc0) != 0x80) {
                column++;
            }
        }
        return RefusedException.badRequest(
                null,
                "We could not parse the JSON body of your request (line " + line + ", column " + column + "): " + fault
                        + ".",
                null);
    }

    private static RefusedException tooMuch(JsonStreamContext context, StreamConstraintsException limit) {
        if (context.getNestingDepth() > Json.MAX_DEPTH) {
            return RefusedException.badRequest(
                    Path.of(context),
                    "The request nests deeper than " + Json.MAX_DEPTH + " levels of arrays and objects.",
                    null);
        }
        var message = String.valueOf(limit.getOriginalMessage());
        if (message.startsWith("Token count")) {
            return RefusedException.badRequest(
                    null,
                    "The request body has too many values: at most " + Json.MAX_TOKENS
                            + " names, values, brackets and braces are read.",
                    null);
        }
        if (message.startsWith("Number")) {
            return Faults.at(
                    Path.of(context),
                    null,
                    "Invalid '%s': a number has more than " + Json.MAX_NUMBER_LENGTH + " digits.");
        }
        return RefusedException.badRequest(null, "A member name of the request is too long.", null);
    }

    private static String words(String message) {
        return Shown.shortened(INTERNAL.matcher(message).replaceFirst(""), 160);
    }

    /** The parser names most faults by their first byte, but some by what comes after them. */
    private static int start(byte[] body, int offset, String message) {
        if (message.startsWith("Illegal character")) {
            return Math.max(0, offset - 1);
        }
        if (!message.startsWith("Unrecognized token")
                && !message.startsWith("Non-standard token")
                && !message.startsWith("Invalid numeric value")
                && !message.contains("plus sign")) {
            return offset;
        }
        var start = offset > 0 && !isWord(body[offset - 1]) ? offset - 1 : offset;
        while (start > 0 && isWord(body[start - 1])) {
            start--;
        }
        return start;
    }

    private static boolean isWord(byte b) {
        return b < 0 || Character.isLetterOrDigit(b) || b == '_' || b == '$' || b == '-' || b == '+';
    }

    private static int offset(JsonLocation where, byte[] body) {
        return Math.clamp(where.getByteOffset(), 0, body.length);
    }
}
