package io.dromedary.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.responses.PromptTemplate;
import io.dromedary.api.responses.PromptTemplate.Kind;
import io.dromedary.api.responses.PromptTemplate.Message;
import io.dromedary.api.responses.PromptTemplate.Variable;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of {@code config/prompts/}. */
final class PromptFilesTest {
    private static final String WEATHER = """
            id: pmpt_weather
            versions:
              v1:
                input: [{ role: user, content: "Weather in {{city}}? {{map}}" }]
                variables: { city: , map: { type: image, required: false } }
              v2:
                model: chat-small
                instructions: Be brief. Cost ${not} a reference.
            """;

    @TempDir
    Path root;

    private SettingsFolder folder() {
        return new SettingsFolder(root).write("backends/b.yaml", SettingsFolder.BACKEND);
    }

    @Test
    void each_file_is_a_prompt_by_its_id() throws SettingsException {
        var settings = folder().write("config/prompts/any.yaml", WEATHER).read();

        var prompt = Objects.requireNonNull(settings.prompts().get("pmpt_weather"));
        assertThat(prompt.current()).isEqualTo("v2");
        var v1 = version(prompt, "v1");
        assertThat(v1.model()).isNull();
        assertThat(v1.instructions()).isNull();
        assertThat(v1.input()).containsExactly(new Message("user", "Weather in {{city}}? {{map}}"));
        assertThat(v1.variables())
                .isEqualTo(Map.of(
                        "city", new Variable(Kind.TEXT, true),
                        "map", new Variable(Kind.IMAGE, false)));
        var v2 = version(prompt, "v2");
        assertThat(v2.model()).isEqualTo("chat-small");
        assertThat(v2.instructions()).isEqualTo("Be brief. Cost ${not} a reference.");
        assertThat(settings.warnings()).isEmpty();
    }

    private static PromptTemplate.Version version(PromptTemplate prompt, String name) {
        return Objects.requireNonNull(prompt.versions().get(name));
    }

    @Test
    void without_the_folder_there_are_none() throws SettingsException {
        assertThat(folder().read().prompts()).isEmpty();
    }

    @Test
    void a_change_is_seen() {
        var folder = folder().write("config/prompts/any.yaml", WEATHER);
        var first = folder.files().fingerprint();
        var second = folder.write("config/prompts/any.yaml", WEATHER + "current: v1")
                .files()
                .fingerprint();
        var third = folder.write("config/prompts/other.yaml", WEATHER).files().fingerprint();

        assertThat(first).isNotEqualTo(second);
        assertThat(second).isNotEqualTo(third);
    }

    @Test
    void two_files_cannot_have_one_id() {
        var problems = folder().write("config/prompts/a.yaml", WEATHER)
                .write("config/prompts/b.yaml", WEATHER)
                .problems();

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.file()).endsWith("b.yaml");
            assertThat(problem.field()).isEqualTo("id");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "versions: { v1: { instructions: x } } | id | is missing",
                "id: a | versions | is missing",
                "id: 'a b', versions: { v1: { instructions: x } } | id | is not a prompt id",
                "id: a, versions: {} | versions | must not be empty",
                "id: a, versions: { v1: {} } | versions.v1 | says nothing",
                "id: a, versions: { v1: { instructions: x } }, current: v2 | current | is none of the versions",
                "id: a, versions: { v1: { instruction: x } } | versions.v1.instruction | is not a known key",
                "id: a, versions: { v1: { input: [{ role: tool, content: x }] } } | versions.v1.input[0].role | is none of user",
                "id: a, versions: { v1: { instructions: 'x {{ctiy}}', variables: { city: } } } | versions.v1.instructions | names the variable `ctiy`",
                "id: a, versions: { v1: { instructions: '{{x}}', variables: { x: { type: image } } } } | versions.v1.instructions | which is no text",
                "id: a, versions: { v1: { input: [{ role: system, content: '{{x}}' }], variables: { x: { type: file } } } } | versions.v1.input[0].content | which is no text",
                "id: a, versions: { v1: { instructions: x, variables: { 'a-b': } } } | versions.v1.variables.a-b | is not the name of a variable",
                "id: a, versions: { v1: { instructions: x, variables: { a: { type: number } } } } | versions.v1.variables.a.type | is none of text, image, file",
            })
    void what_is_wrong_is_told_by_its_place(String members, String field, String words) {
        var problems =
                folder().write("config/prompts/p.yaml", "{ " + members + " }").problems();

        assertThat(problems).first().satisfies(problem -> {
            assertThat(problem.field()).isEqualTo(field);
            assertThat(problem.message()).contains(words);
            assertThat(problem.remedy()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "instructions: x, variables: { a: } | versions.v1.variables.a | is named nowhere",
                "instructions: x, model: chat-smal | versions.v1.model | which no backend serves",
            })
    void what_stands_in_nobodys_way_is_a_warning(String members, String field, String words) throws SettingsException {
        var settings = folder().write("config/prompts/p.yaml", "{ id: a, versions: { v1: { " + members + " } } }")
                .read();

        assertThat(settings.prompts()).containsKey("a");
        assertThat(settings.warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.field()).isEqualTo(field);
            assertThat(warning.message()).contains(words);
        });
    }
}
