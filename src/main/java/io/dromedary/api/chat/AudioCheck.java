package io.dromedary.api.chat;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;

/** {@code modalities}, and {@code audio}, which goes with the modality of that name. */
final class AudioCheck {
    private final Cursor at;
    private boolean wanted;
    private boolean outputSeen;

    AudioCheck(Cursor at) {
        this.at = at;
    }

    void modalities() {
        at.beginArray("an array of strings");
        var count = 0;
        while (at.element()) {
            wanted |= at.oneOf(Values.MODALITIES).equals("audio");
            count++;
        }
        if (count == 0) {
            throw Faults.emptyArray(at.path());
        }
    }

    void output() {
        outputSeen = true;
        var voice = false;
        var format = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "voice" -> {
                    voice();
                    voice = true;
                }
                case "format" -> {
                    at.oneOf(Values.AUDIO_FORMATS);
                    format = true;
                }
                default -> at.skip();
            }
        }
        if (!voice) {
            throw Faults.missing(at.path("voice"));
        }
        if (!format) {
            throw Faults.missing(at.path("format"));
        }
    }

    void verify() {
        if (wanted && !outputSeen) {
            throw Faults.at(
                    "audio",
                    "missing_required_parameter",
                    "Missing required parameter: '%s'. The modality 'audio' needs a voice and a format.");
        }
    }

    boolean wanted() {
        return wanted;
    }

    /** A voice's name, or an object that names one of the caller's own. */
    private void voice() {
        if (at.atObject()) {
            at.object();
        } else {
            at.filled();
        }
    }
}
