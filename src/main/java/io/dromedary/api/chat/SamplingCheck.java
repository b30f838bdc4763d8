package io.dromedary.api.chat;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;

/** The sampling parameters that are not just one number. */
public final class SamplingCheck {
    private static final int MAX_STOPS = 4;

    private SamplingCheck() {}

    /** {@code stop}: one string, or 1 to 4 of them. */
    public static void stop(Cursor at) {
        if (at.atString()) {
            at.filled();
            return;
        }
        at.beginArray("a string or an array of strings");
        var count = 0;
        while (at.element()) {
            at.filled();
            count++;
        }
        if (count == 0) {
            throw Faults.emptyArray(at.path());
        }
        if (count > MAX_STOPS) {
            throw Faults.longArray(at.path(), MAX_STOPS, count);
        }
    }

    /** {@code logit_bias}: token ids to -100 to 100. */
    static void logitBias(Cursor at) {
        at.beginObject();
        for (var token = at.name(); token != null; token = at.name()) {
            if (!isTokenId(token)) {
                throw Faults.at(
                        at.path(), "invalid_value", "Invalid key in 'logit_bias': '%s'. Keys are token ids in digits.");
            }
            at.value();
            at.number(-100, 100);
        }
    }

    private static boolean isTokenId(String key) {
        for (var i = 0; i < key.length(); i++) {
            if (key.charAt(i) < '0' || key.charAt(i) > '9') {
                return false;
            }
        }
        return !key.isEmpty() && key.length() <= 10;
    }
}
