package io.dromedary.backend.dialect.blocks;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model of Anthropic's, by the version that its name tells. What can be known of a version is known here; a name that
 * tells none is taken for a new one.
 *
 * @param family e.g. {@code sonnet}
 * @param version ten times the number, so 45 for 4.5
 */
public record Claude(String family, int version) {
    /** How much a model can be made to think. */
    public enum Thinking {
        NONE,
        /** With a budget of tokens. */
        BUDGET,
        /** As much as it finds right, within an effort. */
        ADAPTIVE
    }

    private static final Pattern OLD = Pattern.compile("claude-(?:(instant|v\\d|2)|(\\d)(?:[-.](\\d))?-([a-z]+))");
    private static final Pattern NEW = Pattern.compile("claude-([a-z]+)-(\\d{1,2})(?!\\d)(?:[-.](\\d{1,2})(?!\\d))?");
    private static final int NEWEST = 990;

    /** Of the name under which an upstream knows it, or null where that names another model. */
    public static @Nullable Claude of(String upstream) {
        var name = upstream.toLowerCase(Locale.ROOT);
        var old = OLD.matcher(name);
        if (old.find()) {
            return old.group(2) == null
                    ? new Claude("claude", 20)
                    : new Claude(old.group(4), version(old.group(2), old.group(3)));
        }
        var named = NEW.matcher(name);
        if (named.find()) {
            return new Claude(named.group(1), version(named.group(2), named.group(3)));
        }
        return name.contains("claude") ? new Claude("claude", NEWEST) : null;
    }

    private static int version(String major, @Nullable String minor) {
        return 10 * Integer.parseInt(major) + (minor == null ? 0 : Integer.parseInt(minor));
    }

    /** The most tokens that an answer may have, thinking included. */
    public int mostTokens() {
        if (version < 35) {
            return 4_096;
        }
        if (version < 37) {
            return 8_192;
        }
        if (family.equals("opus") && version < 45) {
            return 32_000;
        }
        return version >= 46 && !family.equals("haiku") && !family.equals("sonnet") ? 128_000 : 64_000;
    }

    public Thinking thinking() {
        return version < 37 ? Thinking.NONE : version < 46 ? Thinking.BUDGET : Thinking.ADAPTIVE;
    }

    /** Thinks unless it is told not to. */
    public boolean thinksUnasked() {
        return version >= 50 && version < NEWEST;
    }

    /** Knows an effort above {@code high}. */
    public boolean extraEffort() {
        return version >= 47;
    }

    /** Takes {@code temperature}, {@code top_p} and {@code top_k}. */
    public boolean sampling() {
        return version < 47;
    }

    /** Takes only one of {@code temperature} and {@code top_p}. */
    public boolean oneSampling() {
        return version >= 41;
    }

    /** Is held to a schema by its upstream. */
    public boolean structured() {
        return version >= 45 || version == 41;
    }
}
