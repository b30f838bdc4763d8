package io.dromedary.api.read;

import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Utf8;
import java.util.Arrays;

/** Checks on a body as text, before it is read as JSON. */
final class BodyText {
    private BodyText() {}

    /**
     * The body without a byte-order mark; the array itself where it has none, as nearly all.
     *
     * @throws RefusedException where the body is empty, is not UTF-8, or has an escape for half a character
     */
    static byte[] checked(byte[] sent) {
        var body = hasMark(sent) ? Arrays.copyOfRange(sent, 3, sent.length) : sent;
        var fault = Utf8.firstFault(body);
        if (hasMark(body)) {
            throw BrokenJson.refusal(body, 0, "a second byte-order mark");
        }
        if (fault >= 0) {
            throw BrokenJson.refusal(body, fault, "it is not valid UTF-8");
        }
        var half = Utf8.firstLoneSurrogate(body);
        if (half >= 0) {
            throw BrokenJson.refusal(body, half, "this \\u escape is one half of a surrogate pair without the other");
        }
        // a parser would take early NULs for UTF-16 or UTF-32
        for (var i = 0; i < Math.min(4, body.length); i++) {
            if (body[i] == 0) {
                throw BrokenJson.refusal(body, i, "a NUL byte is not JSON; send UTF-8");
            }
        }
        if (skipSpace(body, 0) == body.length) {
            throw RefusedException.badRequest(null, "The request body is empty. Send a JSON object.", null);
        }
        return body;
    }

    private static boolean hasMark(byte[] body) {
        return body.length >= 3 && body[0] == (byte) 0xef && body[1] == (byte) 0xbb && body[2] == (byte) 0xbf;
    }

    /** Position of the first byte from here on that is no white space, or the body's length. */
    static int skipSpace(byte[] body, int from) {
        var at = from;
        while (at < body.length && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
            at++;
        }
        return at;
    }
}
