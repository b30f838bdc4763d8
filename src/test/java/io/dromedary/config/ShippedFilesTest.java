package io.dromedary.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.responses.PromptFill;
import io.dromedary.api.responses.ResponseRequestReader;
import io.dromedary.backend.Capabilities;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The files that come with the gateway. */
final class ShippedFilesTest {
    private static SettingsFiles files(@Nullable String value) {
        return new SettingsFiles(Path.of("backends"), Path.of("config"), name -> value);
    }

    @Test
    void with_nothing_set_only_the_simulator_is_on() throws SettingsException {
        var settings = files(null).read();

        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.projects()).isEmpty();
        assertThat(settings.backends().keySet())
                .containsExactly(
                        "anthropic",
                        "azure-openai",
                        "bedrock",
                        "cohere-rerank",
                        "cohere",
                        "deepseek",
                        "fireworks",
                        "gemini",
                        "groq",
                        "huggingface",
                        "llama-cpp",
                        "mistral",
                        "nebius",
                        "ollama",
                        "openai",
                        "openrouter",
                        "predictionguard",
                        "scaleway",
                        "sglang",
                        "simulator",
                        "tei",
                        "tgi",
                        "together",
                        "vllm",
                        "whisper-cpp",
                        "whisper",
                        "xai");
        assertThat(settings.backends().values())
                .filteredOn(backend -> backend.off() == null)
                .extracting(BackendSettings::name)
                .containsExactly("simulator");
        assertThat(settings.backends().values())
                .extracting(BackendSettings::off)
                .contains("LLAMA_URL is not set", "OPENAI_API_KEY is not set", "TGI_URL is not set");
    }

    @Test
    void with_everything_set_all_are_on() throws SettingsException {
        var settings = files("http://localhost:3000").read();

        assertThat(settings.backends().values()).allSatisfy(backend -> {
            assertThat(backend.off()).isNull();
            assertThat(backend.dialect().equals("simulator")).isEqualTo(backend.url() == null);
        });
        assertThat(settings.backends().values())
                .extracting(BackendSettings::url)
                .contains(URI.create("http://localhost:3000/v1"));
    }

    @Test
    void the_gateway_file_says_the_defaults() throws SettingsException {
        assertThat(files(null).read().gateway()).isEqualTo(GatewaySettings.DEFAULT);
    }

    @Test
    void the_tiers_file_says_the_defaults() throws SettingsException {
        assertThat(Path.of("config/tiers.yaml")).exists();
        assertThat(files(null).read().tiers()).isEqualTo(TierSettings.DEFAULT);
    }

    @Test
    void the_example_of_a_prompt_can_be_filled_without_anything_else() throws SettingsException {
        var prompts = files(null).read().prompts();
        var request = ResponseRequestReader.read("""
                {"model":"dromedary-sim","prompt":{"id":"pmpt_example","variables":{"topic":"camels"}}}
                """.getBytes(StandardCharsets.UTF_8));

        var filled = PromptFill.fill(request, prompts);

        assertThat(filled.instructions()).isEqualTo("Answer in one sentence.");
        assertThat(filled.input())
                .singleElement()
                .satisfies(message ->
                        assertThat(message.findValuesAsText("text")).containsExactly("Say something about camels. "));
    }

    @Test
    void the_tiers_file_leaves_nothing_out() {
        var file = Objects.requireNonNull(
                Sources.capture(Path.of("backends"), Path.of("config")).config(Sources.TIERS));
        var tree = Objects.requireNonNull(YamlFile.parse(file.path(), file.text(), new ArrayList<>()))
                .tree();

        assertThat(tree.fieldNames()).toIterable().containsExactly("lanes", "auto", "report", "onStoreFailure");
        assertThat(tree.path("lanes").fieldNames())
                .toIterable()
                .containsExactlyElementsOf(
                        Stream.of(Lane.values()).map(Lane::word).toList());
    }

    @Test
    void every_override_fits_the_capabilities() throws SettingsException {
        files(null).read().backends().values().forEach(backend -> {
            var capabilities = Capabilities.OPENAI.with(backend.capabilities());
            backend.models()
                    .values()
                    .forEach(model ->
                            assertThat(capabilities.with(model.capabilities())).isNotNull());
        });
    }

    @Test
    void application_properties_hold_camel_and_nothing_else() throws IOException {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(Path.of("config/application.properties"))) {
            properties.load(reader);
        }

        assertThat(properties.stringPropertyNames())
                .contains("camel.main.name")
                .allMatch(name -> name.startsWith("camel."));
    }

    @Test
    void no_shipped_file_holds_a_key() throws IOException {
        try (var files = Files.list(Path.of("backends"))) {
            for (var file : files.toList()) {
                assertThat(Files.readAllLines(file))
                        .filteredOn(line -> line.startsWith("auth:"))
                        .allMatch(line -> line.contains("${env:"));
            }
        }
    }
}
