package io.dromedary.backend.dialect.audio;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dromedary.api.audio.Recording;
import io.dromedary.backend.Sending;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A multipart form with a recording, of which only what is around it is held. What callers have named may hold anything, and
 * stays within its own part: the boundary is one that they could not know.
 */
final class Form {
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+;= -]{1,128}");
    private static final String UNKNOWN = "application/octet-stream";

    private final String boundary;
    private final ByteArrayOutputStream head = new ByteArrayOutputStream(512);

    /** @param boundary of hard to guess characters that need no quotes */
    Form(String boundary) {
        this.boundary = boundary;
    }

    void field(String name, String value) {
        text("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + quoted(name) + "\"\r\n\r\n");
        text(value + "\r\n");
    }

    /** The end of the form, which no field follows. */
    Sending with(Recording recording, String path) {
        text("--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + quoted(recording.filename()) + "\"\r\nContent-Type: " + type(recording.contentType()) + "\r\n\r\n");
        return new Sending(
                path,
                Map.of(),
                head.toByteArray(),
                "multipart/form-data; boundary=" + boundary,
                new Sending.Rest(recording.content(), ("\r\n--" + boundary + "--\r\n").getBytes(UTF_8)));
    }

    private void text(String text) {
        head.writeBytes(text.getBytes(UTF_8));
    }

    /** As browsers do it. */
    private static String quoted(String name) {
        return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String type(String sent) {
        return TYPE.matcher(sent).matches() ? sent : UNKNOWN;
    }
}
