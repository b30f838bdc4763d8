package io.dromedary.api.responses;

import io.dromedary.api.chat.Values;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.ArrayList;
import java.util.List;

/** Content parts as they are read. Remembers which kinds one content had, for its owner may not allow them all. */
final class PartKinds {
    static final int INPUT_TEXT = 1;
    static final int IMAGE = 2;
    static final int FILE = 4;
    static final int OUTPUT_TEXT = 8;
    static final int REFUSAL = 16;
    static final int REASONING = 32;
    static final int SUMMARY = 64;

    /** In the order of the bits. */
    private static final List<String> TYPES = List.of(
            "input_text", "input_image", "input_file", "output_text", "refusal", "reasoning_text", "summary_text");

    private static final List<String> FILE_MEMBERS = List.of("file_id", "file_url", "file_data");

    private final Cursor at;
    private final int[] first = new int[TYPES.size()];
    private int kinds;

    PartKinds(Cursor at) {
        this.at = at;
    }

    /**
     * Takes parts of whatever kinds; {@link #verify} then finds those that their place forbids.
     *
     * @return how many there are
     */
    int read(String expected) {
        at.beginArray(expected);
        kinds = 0;
        var count = 0;
        while (at.element()) {
            var kind = part();
            if ((kinds & 1 << kind) == 0) {
                kinds |= 1 << kind;
                first[kind] = count;
            }
            count++;
        }
        return count;
    }

    /** Takes one part that stands alone and is of one of these kinds. */
    void one(int allowed) {
        var kind = part();
        if ((allowed & 1 << kind) == 0) {
            throw unsupported("type", kind, allowed);
        }
    }

    /**
     * Refuses the parts just taken for the first kind that is not allowed.
     *
     * @param below where they stand below the cursor's current value
     */
    void verify(int allowed, String below) {
        var forbidden = kinds & ~allowed;
        if (forbidden != 0) {
            var kind = Integer.numberOfTrailingZeros(forbidden);
            throw unsupported(below + "[" + first[kind] + "].type", kind, allowed);
        }
    }

    private RefusedException unsupported(String below, int kind, int allowed) {
        List<String> supported = new ArrayList<>();
        for (var i = 0; i < TYPES.size(); i++) {
            if ((allowed & 1 << i) != 0) {
                supported.add(TYPES.get(i));
            }
        }
        return Faults.unsupported(at.path(below), TYPES.get(kind), supported);
    }

    /** Takes one part; gives the index of its type. */
    private int part() {
        var type = -1;
        var text = false;
        var refusal = false;
        var image = false;
        var files = 0;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> type = TYPES.indexOf(at.oneOf(TYPES));
                case "text" -> {
                    at.string(ResponseRequestReader.LONGEST_TEXT);
                    text = true;
                }
                case "refusal" -> {
                    at.string();
                    refusal = true;
                }
                case "image_url" -> {
                    url(true);
                    image = true;
                }
                case "file_url" -> {
                    url(false);
                    files++;
                }
                case "file_id", "file_data" -> {
                    at.filled();
                    files++;
                }
                case "filename" -> at.string();
                case "detail" -> at.oneOf(Values.DETAILS);
                case "annotations", "logprobs" -> {
                    at.beginArray("an array");
                    while (at.element()) {
                        at.skip();
                    }
                }
                default -> at.skip();
            }
        }
        switch (type < 0 ? 0 : 1 << type) {
            case 0 -> throw Faults.missing(at.path("type"));
            case IMAGE -> image(image, files);
            case FILE -> file(files);
            case REFUSAL -> needed(refusal, "refusal");
            default -> needed(text, "text");
        }
        return type;
    }

    private void needed(boolean given, String member) {
        if (!given) {
            throw Faults.missing(at.path(member));
        }
    }

    private void image(boolean url, int files) {
        if (!url && files == 0) {
            throw Faults.at(
                    at.path("image_url"),
                    "missing_required_parameter",
                    "Missing required parameter: '%s'. Give an http, https or data URL.");
        }
    }

    private void file(int files) {
        if (files == 1) {
            return;
        }
        var words = "Give exactly one of '" + String.join("', '", FILE_MEMBERS) + "'.";
        throw files == 0
                ? Faults.at(
                        at.path("file_id"), "missing_required_parameter", "Missing required parameter: '%s'. " + words)
                : Faults.at(at.path(), "invalid_value", "Invalid '%s': a file is given more than once. " + words);
    }

    private void url(boolean orData) {
        at.filled();
        if (at.begins("https:") || at.begins("http:") || orData && at.begins("data:")) {
            return;
        }
        throw Faults.at(
                at.path(),
                "invalid_value",
                orData
                        ? "Invalid '%s': expected an http, https or data URL, e.g. 'data:image/png;base64,...'."
                        : "Invalid '%s': expected an http or https URL. Send the file itself as 'file_data'.");
    }
}
