package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OptionsTest {
    @Test
    void without_anything_the_defaults_hold() throws Exception {
        var options = Options.of(List.of(), name -> null);
        assertThat(options.host()).isEqualTo("127.0.0.1");
        assertThat(options.port()).isEqualTo(8080);
        assertThat(options.managementPort()).isEqualTo(9876);
        assertThat(options.backends()).isEqualTo(Path.of("backends"));
        assertThat(options.loopback()).isTrue();
    }

    @Test
    void a_flag_wins_over_its_variable_and_a_variable_over_the_default() throws Exception {
        var variables = Map.of("DROMEDARY_PORT", "1", "DROMEDARY_MANAGEMENT_PORT", "2", "DROMEDARY_HOME", "/srv");
        var options = Options.of(List.of("--port=3", "--host", "0.0.0.0", "--config", "etc"), variables::get);
        assertThat(options.port()).isEqualTo(3);
        assertThat(options.managementPort()).isEqualTo(2);
        assertThat(options.config()).isEqualTo(Path.of("etc"));
        assertThat(options.routes()).isEqualTo(Path.of("/srv/routes"));
        assertThat(options.loopback()).isFalse();
    }

    @Test
    void what_cannot_be_used_is_named() {
        assertThatThrownBy(() -> Options.of(List.of("--prot", "1"), name -> null))
                .hasMessageContaining("--prot");
        assertThatThrownBy(() -> Options.of(List.of("--port"), name -> null)).hasMessageContaining("needs a value");
        assertThatThrownBy(() -> Options.of(List.of("--port", "70000"), name -> null))
                .hasMessageContaining("70000");
    }

    @Test
    void one_port_cannot_be_both() throws Exception {
        assertThatThrownBy(() -> Options.of(List.of("--port", "9876"), name -> null))
                .hasMessageContaining("--management-port")
                .hasMessageContaining("9876");
        assertThat(Options.of(List.of("--port", "0", "--management-port", "0"), name -> null)
                        .port())
                .isZero();
    }
}
