package io.dromedary.access;

import io.dromedary.config.ProjectSettings;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Every key that opens this gateway, by its hash. Immutable; a reload makes a new one. */
public final class Keyring {
    /** Works without any configuration, and only while the gateway listens on loopback. */
    public static final String DEMO_KEY = "sk-drm-demo-local";

    /**
     * @param projects as configured; when none has a key, the demo key opens the gateway
     * @param loopback the gateway listens on loopback alone
     */
    public Keyring(Collection<ProjectSettings> projects, boolean loopback) {
        throw new UnsupportedOperationException();
    }

    /**
     * Finds out who sent this.
     *
     * @param authorization value of the {@code Authorization} header, or null
     * @throws io.dromedary.api.error.RefusedException 401 {@code invalid_api_key}, saying what is missing
     */
    public Caller identify(@Nullable String authorization) {
        throw new UnsupportedOperationException();
    }
}
