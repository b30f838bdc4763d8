package io.dromedary.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** A multipart form as bytes, with whatever in it. */
public final class Form {
    public static final String TYPE = "multipart/form-data; boundary=xYzZy";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A field that is no file. */
    public Form field(String name, String value) {
        return part("form-data; name=\"" + name + "\"", value.getBytes(UTF_8));
    }

    /** A file; what is not to stand in a quoted name is escaped as a browser does it. */
    public Form file(String field, String filename, byte[] content) {
        var quoted = filename.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
        return part("form-data; name=\"" + field + "\"; filename=\"" + quoted + "\"", content);
    }

    /** A part with this header, as it stands. */
    public Form part(String disposition, byte[] content) {
        text("--xYzZy\r\nContent-Disposition: " + disposition + "\r\nContent-Type: application/octet-stream\r\n\r\n");
        bytes.writeBytes(content);
        return text("\r\n");
    }

    /** Anything at all. */
    public Form text(String text) {
        bytes.writeBytes(text.getBytes(UTF_8));
        return this;
    }

    /** With its end. */
    public byte[] whole() {
        text("--xYzZy--\r\n");
        return bytes.toByteArray();
    }

    /** As far as it is. */
    public byte[] begun() {
        return bytes.toByteArray();
    }
}
