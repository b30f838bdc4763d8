package io.dromedary;

import io.dromedary.config.GatewaySettings;
import io.dromedary.store.StoreSettings;
import io.dromedary.store.StoreSettings.Local;
import io.dromedary.store.StoreSettings.Login;
import io.dromedary.store.StoreSettings.Remote;

/** Where the gateway keeps things, put together from its settings and its flags. */
final class StoreOptions {
    private StoreOptions() {}

    static StoreSettings of(GatewaySettings.Store settings, Options options) {
        return switch (settings.mode()) {
            case LOCAL ->
                new Local(options.data(), settings.fsync(), options.config().resolve("infinispan.xml"));
            case REMOTE ->
                new Remote(
                        settings.servers(),
                        settings.username() == null || settings.password() == null
                                ? null
                                : new Login(
                                        settings.username(), settings.password().value()));
        };
    }
}
