package io.dromedary.api.chat;

import io.dromedary.api.Media;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code content}: a string, or an array of parts. Remembers which kinds of parts there were. */
final class Parts {
    static final int TEXT = 1;
    static final int IMAGE = 2;
    static final int AUDIO = 4;
    static final int FILE = 8;
    static final int REFUSAL = 16;

    /** In the order of the bits. A part has its value in the member that is named like its type. */
    private static final List<String> TYPES = List.of("text", "image_url", "input_audio", "file", "refusal");

    private final Cursor at;
    private final int[] first = new int[TYPES.size()];
    private int kinds;
    private int allKinds;
    private @Nullable MediaCount media;

    Parts(Cursor at) {
        this.at = at;
    }

    /** Takes one content with parts of whatever kinds; {@link #verify} then finds those that its place forbids. */
    void read() {
        kinds = TEXT;
        if (at.atString()) {
            return;
        }
        at.beginArray("a string or an array of content parts");
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
        if (count == 0) {
            throw Faults.emptyArray(at.path());
        }
        allKinds |= kinds;
    }

    /**
     * Refuses the content just taken for its first kind of part that is not allowed.
     *
     * @param below where the content stands below the cursor's current value, perhaps empty
     * @param owner what it is the content of, for the message
     */
    void verify(int allowed, String below, String owner) {
        var forbidden = kinds & ~allowed;
        if (forbidden == 0) {
            return;
        }
        var kind = Integer.numberOfTrailingZeros(forbidden);
        throw Faults.at(
                at.path(below + "[" + first[kind] + "].type"),
                "invalid_value",
                "Invalid value for '%s': a part of type '" + TYPES.get(kind) + "' is not allowed in " + owner + ".");
    }

    /** Some content so far had a part of this kind. */
    boolean seen(int kind) {
        return (allKinds & kind) != 0;
    }

    /** What all contents so far held beside text. */
    Media seenMedia() {
        return media == null ? Media.NONE : media.counted();
    }

    private MediaCount media() {
        if (media == null) {
            media = new MediaCount();
        }
        return media;
    }

    /** Takes one part; gives the index of its type. */
    private int part() {
        var type = -1;
        var shapes = 0;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> type = TYPES.indexOf(at.oneOf(TYPES));
                case "text" -> {
                    at.string();
                    shapes |= TEXT;
                }
                case "image_url" -> {
                    PartShapes.image(at, media());
                    shapes |= IMAGE;
                }
                case "input_audio" -> {
                    PartShapes.audio(at, media());
                    shapes |= AUDIO;
                }
                case "file" -> {
                    PartShapes.file(at, media());
                    shapes |= FILE;
                }
                case "refusal" -> {
                    at.string();
                    shapes |= REFUSAL;
                }
                default -> at.skip();
            }
        }
        if (type < 0) {
            throw Faults.missing(at.path("type"));
        }
        if ((shapes & 1 << type) == 0) {
            throw Faults.missing(at.path(TYPES.get(type)));
        }
        return type;
    }
}
