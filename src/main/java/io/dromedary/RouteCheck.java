package io.dromedary;

import io.dromedary.config.Problem;
import io.dromedary.config.Settings;
import io.dromedary.config.SettingsException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Loads the operator's routes into a gateway that opens no port, whatever the rest of the configuration is like. */
final class RouteCheck {
    private RouteCheck() {}

    static List<Problem> problems(Options options) {
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        try {
            var gateway = new Gateway(options, Settings.EMPTY, name -> null, nowhere, () -> null);
            try {
                return gateway.checkRoutes();
            } finally {
                gateway.stop();
            }
        } catch (IOException | SettingsException e) {
            return List.of(new Problem(options.routes().toString(), 0, "", String.valueOf(e.getMessage()), ""));
        }
    }
}
