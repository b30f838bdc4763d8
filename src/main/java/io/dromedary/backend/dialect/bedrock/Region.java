package io.dromedary.backend.dialect.bedrock;

import io.dromedary.config.BackendSettings;
import java.util.regex.Pattern;

/** The region that a backend is in. */
final class Region {
    private static final Pattern IN_HOST = Pattern.compile("bedrock-runtime(?:-fips)?\\.([a-z0-9-]+)\\.");

    private Region() {}

    /** @throws IllegalArgumentException where neither the options nor the url name one */
    static String of(BackendSettings settings) {
        if (settings.options().get("region") instanceof String named) {
            return named;
        }
        var host = IN_HOST.matcher(String.valueOf(settings.url()));
        if (!host.find()) {
            throw new IllegalArgumentException(
                    "the url names no region to sign for; write it as options: { region: us-east-1 }");
        }
        return host.group(1);
    }
}
