package io.dromedary.api.chat;

import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;

/**
 * {@code input} and {@code output}: the switches of guards. There is no guard to honour them, so one that is on is
 * refused rather than ignored; so is a switch that nobody knows.
 */
public final class GuardsCheck {
    private GuardsCheck() {}

    static void input(Cursor at) {
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "block_prompt_injection" -> off(at);
                case "pii" -> pii(at);
                case "pii_replace_method" -> at.oneOf(Values.PII_METHODS);
                case "entity_list" -> entities(at);
                default -> throw unknown(at, "block_prompt_injection, pii, pii_replace_method and entity_list");
            }
        }
    }

    static void output(Cursor at) {
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "factuality", "toxicity" -> off(at);
                case "pii" -> pii(at);
                default -> throw unknown(at, "factuality, toxicity and pii");
            }
        }
    }

    /** The switches of both sides in one object, as the Responses API has them. */
    public static void safeguards(Cursor at) {
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "block_prompt_injection", "factuality", "toxicity" -> off(at);
                case "pii" -> pii(at);
                case "pii_replace_method" -> at.oneOf(Values.PII_METHODS);
                case "entity_list" -> entities(at);
                default ->
                    throw unknown(
                            at,
                            "block_prompt_injection, pii, pii_replace_method, entity_list, factuality and toxicity");
            }
        }
    }

    private static void entities(Cursor at) {
        at.beginArray("an array of strings");
        while (at.element()) {
            at.string();
        }
    }

    private static void off(Cursor at) {
        if (at.bool()) {
            throw unguarded(at);
        }
    }

    private static void pii(Cursor at) {
        at.oneOf(Values.PII);
        throw unguarded(at);
    }

    private static RefusedException unguarded(Cursor at) {
        return Faults.at(
                at.path(),
                "unsupported_parameter",
                "'%s' is on, but no guard is configured that could honour it, and the request must not run unguarded."
                        + " Leave it out.");
    }

    private static RefusedException unknown(Cursor at, String known) {
        return Faults.at(at.path(), "unknown_parameter", "Unknown guard switch: '%s'. Known ones are " + known + ".");
    }
}
