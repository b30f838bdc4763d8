package io.dromedary;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What becomes of a field on its way to a backend, by the signs of the documentation. */
enum Fate {
    NATIVE("✓"),
    TRANSLATED("↻"),
    EMULATED("⊕"),
    NAMED("○"),
    NEEDLESS("–"),
    REFUSED("400");

    final String sign;

    Fate(String sign) {
        this.sign = sign;
    }

    /**
     * Of what is sent, where it is not the same as without the field.
     *
     * @param without a request
     * @param with the same one with the field
     * @param sent what a backend gets of that
     */
    static Fate sent(JsonNode without, ObjectNode with, JsonNode sent) {
        for (var member : with.properties()) {
            var changed = !member.getValue().equals(without.path(member.getKey()));
            if (changed && !member.getValue().equals(sent.path(member.getKey()))) {
                return TRANSLATED;
            }
        }
        return NATIVE;
    }
}
