package io.dromedary.api.chat;

import io.dromedary.api.ModelName;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;

/** {@code model}: the name of one, as a caller may write it. */
public final class ModelCheck {
    private static final int MAX_MODEL = 256;

    private ModelCheck() {}

    public static ModelName read(Cursor at) {
        var name = at.text(MAX_MODEL);
        for (var i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                throw Faults.at(at.path(), "invalid_value", "Invalid '%s': a model's name has no control characters.");
            }
        }
        return new ModelName(name);
    }
}
