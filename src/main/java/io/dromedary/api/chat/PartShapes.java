package io.dromedary.api.chat;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;

/** The objects that content parts carry. */
final class PartShapes {
    private PartShapes() {}

    /** {@code image_url}: the picture's address, or the picture itself as a data URL. */
    static void image(Cursor at, MediaCount media) {
        var url = false;
        var low = false;
        var length = new MediaCount.Length(at);
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            length.end();
            switch (name) {
                case "url" -> {
                    url(at);
                    url = true;
                    length.begin();
                }
                case "detail" -> low = at.oneOf(Values.DETAILS).equals("low");
                default -> at.skip();
            }
        }
        length.end();
        if (!url) {
            throw Faults.missing(at.path("url"));
        }
        media.image(low, length.bytes());
    }

    /** {@code input_audio}: base64, and what it is. */
    static void audio(Cursor at, MediaCount media) {
        var content = false;
        var format = false;
        var length = new MediaCount.Length(at);
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            length.end();
            switch (name) {
                case "data" -> {
                    at.filled();
                    content = true;
                    length.begin();
                }
                case "format" -> {
                    at.filled();
                    format = true;
                }
                default -> at.skip();
            }
        }
        length.end();
        if (!content) {
            throw Faults.missing(at.path("data"));
        }
        if (!format) {
            throw Faults.missing(at.path("format"));
        }
        media.audio(length.bytes());
    }

    /** {@code file}: an uploaded file's id, or the file itself. */
    static void file(Cursor at, MediaCount media) {
        var content = false;
        var length = new MediaCount.Length(at);
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            length.end();
            switch (name) {
                case "file_id" -> {
                    at.filled();
                    content = true;
                }
                case "file_data" -> {
                    at.filled();
                    content = true;
                    length.begin();
                }
                case "filename" -> at.string();
                default -> at.skip();
            }
        }
        length.end();
        if (!content) {
            throw Faults.at(
                    at.path("file_id"),
                    "missing_required_parameter",
                    "Missing required parameter: '%s'. Give either it or 'file_data'.");
        }
        media.file(length.bytes());
    }

    private static void url(Cursor at) {
        at.filled();
        if (!at.begins("https:") && !at.begins("http:") && !at.begins("data:")) {
            throw Faults.at(
                    at.path(),
                    "invalid_value",
                    "Invalid '%s': expected an http, https or data URL, e.g. 'data:image/png;base64,...'.");
        }
    }
}
