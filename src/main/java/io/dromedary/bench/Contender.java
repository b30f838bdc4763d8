package io.dromedary.bench;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way to the upstream.
 *
 * @param name {@code direct}, {@code nginx} or {@code gateway}
 * @param port where it listens
 * @param key the API key that it asks for
 * @param process the proxy, or null for none
 */
record Contender(
        String name, int port, String key, @Nullable Child process) {

    static final String DIRECT = "direct";
    static final String NGINX = "nginx";
    static final String GATEWAY = "gateway";

    /** As a report lists them. */
    static final Comparator<Contender> ORDER =
            Comparator.comparingInt(contender -> List.of(DIRECT, NGINX, GATEWAY).indexOf(contender.name()));

    boolean proxy() {
        return process != null;
    }

    /** CPU time of the proxy so far. */
    double cpuSeconds() {
        return process == null ? 0 : ProcFiles.cpuSeconds(process.handle());
    }

    byte[] request(ChatBody body) {
        return body.request(port, key);
    }

    List<String> warnings() throws IOException {
        return process == null ? List.of() : process.warnings();
    }
}
