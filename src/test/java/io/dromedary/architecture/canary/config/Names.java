package io.dromedary.architecture.canary.config;

/** Harmless. */
public final class Names {
    private Names() {}

    public static String one() {
        return "one";
    }
}
