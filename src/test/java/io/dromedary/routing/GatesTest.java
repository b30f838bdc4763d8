package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.backend.BackendName;
import io.dromedary.config.BackendSettings;
import io.dromedary.config.GatewaySettings;
import io.dromedary.config.Settings;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class GatesTest {
    private static final BackendName TGI = new BackendName("tgi");

    private final Gates gates = new Gates(() -> 0, (wait, what) -> () -> {});

    @Test
    void a_gate_lets_in_as_many_as_are_configured() {
        configure("http://one", 64);
        assertThat(limit()).isEqualTo(64);
        configure("http://one", 8);
        assertThat(limit()).isEqualTo(8);
    }

    @Test
    void a_gate_lets_in_no_more_than_its_server_says_that_it_takes() {
        configure("http://one", 64);
        gates.reported(TGI, 16);
        assertThat(limit()).isEqualTo(16);
        gates.reported(TGI, 128);
        assertThat(limit()).isEqualTo(64);
    }

    @Test
    void what_a_server_says_outlives_a_change_of_the_configuration() {
        configure("http://one", 64);
        gates.reported(TGI, 16);
        configure("http://one", 32);
        assertThat(limit()).isEqualTo(16);
    }

    @Test
    void what_a_server_said_says_nothing_about_another_one_of_the_same_name() {
        configure("http://one", 64);
        gates.reported(TGI, 16);
        configure("http://other", 64);
        assertThat(limit()).isEqualTo(64);
        gates.reported(TGI, 16);
        configure(null, 64);
        configure("http://other", 64);
        assertThat(limit()).isEqualTo(64);
    }

    @Test
    void a_server_that_says_nothing_any_more_changes_it_back() {
        configure("http://one", 64);
        gates.reported(TGI, 16);
        gates.reported(TGI, 0);
        assertThat(limit()).isEqualTo(64);
    }

    @Test
    void where_nothing_is_configured_what_the_server_says_is_the_limit() {
        configure("http://one", 0);
        assertThat(gates.of(TGI).crowd().isLimited()).isFalse();
        gates.reported(TGI, 16);
        assertThat(limit()).isEqualTo(16);
    }

    @Test
    void a_server_that_nobody_configured_is_not_remembered() {
        gates.reported(TGI, 16);
        configure("http://one", 64);
        assertThat(limit()).isEqualTo(64);
    }

    private int limit() {
        return gates.of(TGI).crowd().limit();
    }

    /** @param url null for no such backend */
    private void configure(@Nullable String url, int concurrency) {
        Map<String, BackendSettings> backends = url == null ? Map.of() : Map.of("tgi", backend(url, concurrency));
        gates.configure(new Settings(GatewaySettings.DEFAULT, backends, Map.of(), Map.of(), ""));
    }

    private static BackendSettings backend(String url, int concurrency) {
        return new BackendSettings(
                "tgi",
                "tgi",
                URI.create(url),
                null,
                null,
                BackendSettings.Timeouts.DEFAULT,
                concurrency,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }
}
