package io.dromedary.api.chat;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;

/** {@code stream} and {@code stream_options}, which only goes with it. */
final class StreamCheck {
    private final Cursor at;
    private boolean wanted;
    private boolean optionsSeen;
    private boolean usageWanted;

    StreamCheck(Cursor at) {
        this.at = at;
    }

    void flag() {
        wanted = at.bool();
    }

    void options() {
        optionsSeen = true;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "include_usage" -> usageWanted = at.bool();
                case "include_obfuscation" -> at.bool();
                default -> at.skip();
            }
        }
    }

    void verify() {
        if (optionsSeen && !wanted) {
            throw Faults.at(
                    "stream_options",
                    "invalid_value",
                    "'%s' is only allowed when 'stream' is true. Set 'stream', or leave the options out.");
        }
    }

    boolean wanted() {
        return wanted;
    }

    boolean usageWanted() {
        return usageWanted;
    }
}
