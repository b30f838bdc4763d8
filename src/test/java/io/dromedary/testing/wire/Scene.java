package io.dromedary.testing.wire;

import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.conversation.Said;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a model says to whoever asks for it by its {@link #cue}. The last cue in a conversation counts, so that an output of
 * a tool can be one, too.
 */
public enum Scene {
    HELLO(Said.text("Salam, you who cross the desert.")),
    WEATHER(Said.calls(Calls.WEATHER)),
    BOTH(Said.calls(Calls.WEATHER, Calls.TIME)),
    WARM(Said.text("Warm, at noon.")),
    THINKING(new Said("Hm, 🤔 well.", "", "Done.", "", List.of())),
    REFUSAL(new Said("", "", "", "I would rather not.", List.of())),
    PLACE(Said.text("{\"" + Ask.PROPERTY + "\":\"Tata\"}"));

    /** Has a stream begin as {@link #HELLO}, and break. */
    public static final String CUT = "scene:cut";

    private static final Pattern CUE = Pattern.compile("scene:(\\w+)");

    private final Said said;

    Scene(Said said) {
        this.said = said;
    }

    private static final class Calls {
        private static final Said.Call WEATHER =
                new Said.Call("call_w1", "get_weather", "{\"" + Ask.PROPERTY + "\": \"Aït Ben 🐪\"}");
        private static final Said.Call TIME =
                new Said.Call("call_t2", "get_time", "{\"" + Ask.PROPERTY + "\": \"Zagora\"}");
    }

    public Said said() {
        return said;
    }

    /** Its name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Has to be in a prompt. */
    public String cue() {
        return cue(name());
    }

    /** Has it go wrong. */
    public static String cue(Fault fault) {
        return cue(fault.name());
    }

    private static String cue(String name) {
        return "scene:" + name.toLowerCase(Locale.ROOT);
    }

    /** What was asked for. */
    public static Script play(Wire wire, Received received) {
        var cue = CUE.matcher(received.body())
                .results()
                .map(found -> found.group(1).toUpperCase(Locale.ROOT))
                .reduce("", (earlier, later) -> later);
        for (var fault : Fault.values()) {
            if (fault.name().equals(cue)) {
                return wire.error(fault);
            }
        }
        return CUT.equals(cue(cue)) ? wire.cut(HELLO.said) : wire.answer(received, valueOf(cue).said);
    }
}
