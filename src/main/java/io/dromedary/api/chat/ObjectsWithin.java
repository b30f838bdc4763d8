package io.dromedary.api.chat;

import io.dromedary.api.json.Members;
import io.dromedary.api.read.Cursor;

/** Finds the members of objects that stand within a request, in a copy of that part which is known to be sound. */
final class ObjectsWithin {
    private ObjectsWithin() {}

    /** Of the object that the text is. */
    static Members only(byte[] object) {
        try (var at = Cursor.open(object)) {
            return at.members();
        }
    }

    /** Of the last object in the list that the text is, which has at least one and nothing else. */
    static Members last(byte[] list) {
        try (var at = Cursor.open(list)) {
            var last = new Members(0);
            at.beginArray("an array of objects");
            while (at.element()) {
                last = at.members();
            }
            return last;
        }
    }
}
