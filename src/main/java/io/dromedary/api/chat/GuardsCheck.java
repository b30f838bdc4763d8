package io.dromedary.api.chat;

import io.dromedary.api.Guards;
import io.dromedary.api.Guards.Method;
import io.dromedary.api.Guards.Pii;
import io.dromedary.api.Guards.Side;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code input} and {@code output}: the switches of guards. Who honours one that is on is found later; a switch that nobody
 * knows is refused here.
 */
public final class GuardsCheck {
    private static final Set<String> INPUT = Set.of("block_prompt_injection");
    private static final Set<String> OUTPUT = Set.of("factuality", "toxicity");
    private static final Set<String> BOTH = Set.of("block_prompt_injection", "factuality", "toxicity");
    private static final String OF_INPUT = "block_prompt_injection, pii, pii_replace_method and entity_list";
    private static final String OF_OUTPUT = "factuality, toxicity, pii, pii_replace_method and entity_list";
    private static final Set<String> TRANSCRIPT = Set.of("block_prompt_injection", "toxicity");
    private static final String OF_TRANSCRIPT =
            "block_prompt_injection, toxicity, pii, pii_replace_method and entity_list";
    private static final String OF_BOTH =
            "block_prompt_injection, pii, pii_replace_method, entity_list, factuality, toxicity, input and output";

    private final Cursor at;
    private final Set<String> known;
    private final Set<String> checks = new TreeSet<>();
    private final Set<String> ignored = new TreeSet<>();
    private @Nullable String pii;
    private Method method = Method.RANDOM;

    private GuardsCheck(Cursor at, Set<String> known) {
        this.at = at;
        this.known = known;
    }

    static Side input(Cursor at) {
        return side(at, INPUT, OF_INPUT);
    }

    static Side output(Cursor at) {
        return side(at, OUTPUT, OF_OUTPUT);
    }

    private static Side side(Cursor at, Set<String> known, String all) {
        at.beginObject();
        var check = new GuardsCheck(at, known);
        for (var name = at.member(); name != null; name = at.member()) {
            if (!check.member(name)) {
                throw unknown(at, all);
            }
        }
        return check.side();
    }

    /** The switches of both sides in one object, as the Responses API has them, or one object for each side in it. */
    public static void safeguards(Cursor at) {
        at.beginObject();
        var check = new GuardsCheck(at, BOTH);
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "input" -> input(at);
                case "output" -> output(at);
                default -> {
                    if (!check.member(name)) {
                        throw unknown(at, OF_BOTH);
                    }
                }
            }
        }
    }

    /** {@code output} of a request with speech in it, where the model is asked for nothing but a transcript. */
    public static Side transcript(Cursor at) {
        return side(at, TRANSCRIPT, OF_TRANSCRIPT);
    }

    /** What is on, or null where nothing is. */
    static @Nullable Guards on(Side input, Side output) {
        return input.isOn() || output.isOn() ? new Guards(input, output) : null;
    }

    private Side side() {
        return new Side(
                pii == null ? null : new Pii(pii.equals("block"), method, Set.copyOf(ignored)), Set.copyOf(checks));
    }

    /** False for one that is not known here. */
    private boolean member(String name) {
        switch (name) {
            case "pii" -> pii = at.oneOf(Values.PII);
            case "pii_replace_method" ->
                method = Method.valueOf(at.oneOf(Values.PII_METHODS).toUpperCase(Locale.ROOT));
            case "entity_list" -> entities();
            default -> {
                if (!known.contains(name)) {
                    return false;
                }
                if (at.bool()) {
                    checks.add(name);
                }
            }
        }
        return true;
    }

    private void entities() {
        at.beginArray("an array of strings");
        while (at.element()) {
            ignored.add(at.text());
        }
    }

    private static RefusedException unknown(Cursor at, String known) {
        return Faults.at(at.path(), "unknown_parameter", "Unknown guard switch: '%s'. Known ones are " + known + ".");
    }
}
