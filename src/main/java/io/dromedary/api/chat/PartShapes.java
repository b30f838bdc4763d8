package io.dromedary.api.chat;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;

/** The objects that content parts carry. */
final class PartShapes {
    private PartShapes() {}

    /** {@code image_url}: the picture's address, or the picture itself as a data URL. */
    static void image(Cursor at) {
        var url = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "url" -> {
                    url(at);
                    url = true;
                }
                case "detail" -> at.oneOf(Values.DETAILS);
                default -> at.skip();
            }
        }
        if (!url) {
            throw Faults.missing(at.path("url"));
        }
    }

    /** {@code input_audio}: base64, and what it is. */
    static void audio(Cursor at) {
        var content = false;
        var format = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "data" -> {
                    at.filled();
                    content = true;
                }
                case "format" -> {
                    at.filled();
                    format = true;
                }
                default -> at.skip();
            }
        }
        if (!content) {
            throw Faults.missing(at.path("data"));
        }
        if (!format) {
            throw Faults.missing(at.path("format"));
        }
    }

    /** {@code file}: an uploaded file's id, or the file itself. */
    static void file(Cursor at) {
        var content = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "file_id", "file_data" -> {
                    at.filled();
                    content = true;
                }
                case "filename" -> at.string();
                default -> at.skip();
            }
        }
        if (!content) {
            throw Faults.at(
                    at.path("file_id"),
                    "missing_required_parameter",
                    "Missing required parameter: '%s'. Give either it or 'file_data'.");
        }
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
