package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.backend.Dialect;
import io.dromedary.config.BackendSettings;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DialectsTest {
    private static final Map<String, Dialect> DIALECTS =
            Dialects.of(prefix -> prefix, InstantSource.fixed(Instant.EPOCH));

    @Test
    void each_dialect_stands_under_its_own_name() {
        assertThat(DIALECTS)
                .allSatisfy((name, dialect) -> assertThat(dialect.name()).isEqualTo(name));
    }

    @Test
    void a_backend_of_responses_is_spoken_to_there_in_the_dialect_openai() {
        var chosen = Dialects.choosing(prefix -> prefix, InstantSource.fixed(Instant.EPOCH));
        assertThat(chosen.apply(settings(BackendSettings.Api.RESPONSES)).chatPath())
                .isEqualTo("/responses");
        assertThat(chosen.apply(settings(BackendSettings.Api.RESPONSES)).name()).isEqualTo("openai");
        assertThat(chosen.apply(settings(BackendSettings.Api.CHAT)).chatPath()).isEqualTo("/chat/completions");
    }

    private static BackendSettings settings(BackendSettings.Api api) {
        return new BackendSettings(
                "b",
                "openai",
                null,
                null,
                null,
                BackendSettings.Timeouts.DEFAULT,
                1,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                api);
    }

    @Test
    void a_backend_file_may_name_exactly_these() throws Exception {
        var schema = new ObjectMapper().readTree(getClass().getResource("/schema/backend.schema.json"));
        var allowed = new ArrayList<String>();
        schema.at("/properties/dialect/enum").forEach(name -> allowed.add(name.asText()));
        assertThat(DIALECTS.keySet()).containsExactlyInAnyOrderElementsOf(allowed);
    }
}
