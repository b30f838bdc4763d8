package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.embeddings.EmbeddingsRequestReader;
import io.dromedary.backend.Dialect;
import io.dromedary.config.BackendSettings;
import io.dromedary.config.BackendSettings.Timeouts;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class AzureDialectTest {
    private static Dialect dialect(String url, Map<String, Object> options) {
        return new AzureDialect(Answers.IDS, Answers.CLOCK)
                .of(new BackendSettings(
                        "azure",
                        "azure-openai",
                        URI.create(url),
                        null,
                        null,
                        Timeouts.DEFAULT,
                        1,
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        options));
    }

    @Test
    void a_request_goes_to_its_deployment_with_the_version_of_the_file() {
        var outgoing = dialect("https://acme.openai.azure.com", Map.of("apiVersion", "2025-01-01-preview"))
                .chat(Answers.UNARY, Answers.target(Map.of()));

        var sending = Objects.requireNonNull(outgoing.elsewhere());
        assertThat(sending.path())
                .isEqualTo("/openai/deployments/up%2Fmodel-1/chat/completions?api-version=2025-01-01-preview");
        assertThat(sending.body()).isSameAs(outgoing.body());
    }

    @Test
    void without_one_it_is_the_last_that_is_not_a_preview() {
        var outgoing = dialect("https://acme.openai.azure.com", Map.of()).chat(Answers.UNARY, Answers.target(Map.of()));

        assertThat(Objects.requireNonNull(outgoing.elsewhere()).path()).endsWith("?api-version=2024-10-21");
    }

    @Test
    void the_api_without_versions_is_spoken_to_as_openai_is() {
        var dialect = dialect("https://acme.openai.azure.com/openai/v1", Map.of());

        assertThat(dialect.chat(Answers.UNARY, Answers.target(Map.of())).elsewhere())
                .isNull();
        assertThat(dialect.chatPath()).isEqualTo("/chat/completions");
    }

    @Test
    void the_key_is_no_bearer() {
        assertThat(dialect("https://acme.openai.azure.com", Map.of()).authorization("s3cret"))
                .isEqualTo(Map.of("api-key", "s3cret"));
    }

    @Test
    void embeddings_have_a_deployment_too() throws Exception {
        var request = EmbeddingsRequestReader.read(Answers.bytes("{\"model\":\"chat-small\",\"input\":\"hi\"}"));
        var target = Answers.target(Map.of());

        assertThat(dialect("https://acme.openai.azure.com", Map.of())
                        .task(request, target)
                        .sending(0)
                        .path())
                .isEqualTo("/openai/deployments/up%2Fmodel-1/embeddings?api-version=2024-10-21");
        assertThat(dialect("https://acme.openai.azure.com/openai/v1", Map.of())
                        .task(request, target)
                        .sending(0)
                        .path())
                .isEqualTo("/embeddings");
    }
}
