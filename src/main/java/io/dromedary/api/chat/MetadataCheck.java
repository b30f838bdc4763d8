package io.dromedary.api.chat;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;

/** {@code metadata}: at most 16 strings of 512 characters, under keys of 64. */
public final class MetadataCheck {
    private static final int MAX_PAIRS = 16;
    private static final int MAX_KEY = 64;
    private static final int MAX_VALUE = 512;

    private MetadataCheck() {}

    public static void read(Cursor at) {
        at.beginObject();
        var count = 0;
        for (var key = at.name(); key != null; key = at.name()) {
            if (key.length() > MAX_KEY) {
                throw Faults.at(
                        at.path(),
                        "string_above_max_length",
                        "Invalid key '%s': a metadata key has at most " + MAX_KEY + " characters, this one has "
                                + key.length() + ".");
            }
            at.value();
            at.string(MAX_VALUE);
            count++;
        }
        if (count > MAX_PAIRS) {
            throw Faults.at(
                    at.path(),
                    "object_above_max_properties",
                    "Invalid '%s': too many properties. Expected an object with at most " + MAX_PAIRS
                            + " properties, but got an object with " + count + " properties instead.");
        }
    }
}
