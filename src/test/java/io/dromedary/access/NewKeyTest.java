package io.dromedary.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.config.SettingsException;
import io.dromedary.config.SettingsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NewKeyTest {
    private final SecureRandom random = new SecureRandom();

    /** Gives the same bytes always. */
    private static final class Known extends SecureRandom {
        private static final long serialVersionUID = 1;

        @Override
        public void nextBytes(byte[] bytes) {
            for (var i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) i;
            }
        }
    }

    @Test
    void a_key_is_32_random_bytes_in_url_safe_letters() {
        var key = NewKey.make("acme", new Known());

        assertThat(key.key()).isEqualTo("sk-drm-AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
        assertThat(key.sha256()).isEqualTo(Hash.hex(key.key()));
        assertThat(NewKey.make("acme", random).key()).matches("sk-drm-[A-Za-z0-9_-]{43}");
        assertThat(NewKey.make("acme", random)).isNotEqualTo(NewKey.make("acme", random));
    }

    @Test
    void the_lines_that_it_prints_open_the_gateway(@TempDir Path root) throws IOException, SettingsException {
        var key = NewKey.make("acme-1", random);
        var text = key.text();
        Files.writeString(root.resolve("keys.yaml"), text.substring(text.indexOf("projects:")));

        var settings = new SettingsFiles(root.resolve("none"), root, name -> null).read();
        var caller = new Keyring(settings.projects().values(), false).identify("Bearer " + key.key());

        assertThat(text).containsOnlyOnce(key.key());
        assertThat(caller.project().name()).isEqualTo("acme-1");
        assertThat(caller.key()).isEqualTo(key.id());
    }

    @Test
    void it_does_not_print_by_accident() {
        var key = NewKey.make("acme", random);

        assertThat(key.toString()).doesNotContain(key.key()).contains(key.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Acme", "-a", "a b", "a_b", "a:b", "ä"})
    void a_project_needs_a_plain_name(String project) {
        assertThatThrownBy(() -> NewKey.make(project, random))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("small letters");
    }
}
