package io.dromedary.api.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.ModelName;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.responses.PromptTemplate.Kind;
import io.dromedary.api.responses.PromptTemplate.Message;
import io.dromedary.api.responses.PromptTemplate.Variable;
import io.dromedary.api.responses.PromptTemplate.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PromptFillTest {
    private static final Map<String, PromptTemplate> TEMPLATES = templates();

    private static Map<String, PromptTemplate> templates() {
        var variables = new LinkedHashMap<String, Variable>();
        variables.put("city", new Variable(Kind.TEXT, true));
        variables.put("tone", new Variable(Kind.TEXT, false));
        variables.put("map", new Variable(Kind.IMAGE, false));
        variables.put("report", new Variable(Kind.FILE, false));
        var full = new Version(
                "small",
                "Speak of {{ city }}{{tone}}.",
                List.of(
                        new Message("assistant", "Which city?"),
                        new Message("user", "About {{city}}: {{map}} and {{report}}, {{unclosed}")),
                variables);
        var plain = new Version(null, null, List.of(new Message("user", "Hello")), Map.of());
        return Map.of("p", new PromptTemplate("p", "v2", Map.of("v1", plain, "v2", full)));
    }

    @Test
    void a_request_without_a_prompt_stays_as_it_is() {
        var request = Requests.of("\"model\":\"m\",\"input\":\"hi\"");

        assertThat(PromptFill.fill(request, TEMPLATES)).isSameAs(request);
    }

    @Test
    void the_template_gives_model_instructions_and_messages_before_the_input() {
        var filled = fill("{'id':'p','variables':{'city':'Rome'}},'input':'Go on'");

        assertThat(filled.model()).isEqualTo(new ModelName("small"));
        assertThat(filled.instructions()).isEqualTo("Speak of Rome.");
        assertThat(filled.input()).hasToString("""
                [{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Which city?",\
                "annotations":[],"logprobs":[]}]}, \
                {"type":"message","role":"user","content":[{"type":"input_text","text":"About Rome:  and , {{unclosed}"}]}, \
                {"type":"message","role":"user","content":[{"type":"input_text","text":"Go on"}]}]""");
    }

    @Test
    void pictures_and_files_are_parts_between_the_texts() {
        var filled = fill(
                "{'id':'p','variables':{'city':{'type':'input_text','text':'Rome'},"
                        + "'map':{'type':'input_image','image_url':'https://x/m.png'},'report':{'type':'input_file','file_id':'f'}}}");

        assertThat(filled.input().getLast().path("content")).hasToString("""
                [{"type":"input_text","text":"About Rome: "},{"type":"input_image","image_url":"https://x/m.png"},\
                {"type":"input_text","text":" and "},{"type":"input_file","file_id":"f"},\
                {"type":"input_text","text":", {{unclosed}"}]""");
    }

    @Test
    void the_callers_own_model_and_instructions_win() {
        var filled = fill("{'id':'p','variables':{'city':'Rome'}},'model':'large','instructions':'Be brief.'");

        assertThat(filled.model()).isEqualTo(new ModelName("large"));
        assertThat(filled.instructions()).isEqualTo("Be brief.");
        assertThat(filled.body().path("prompt").path("id").asText()).isEqualTo("p");
    }

    @Test
    void a_value_is_not_looked_at_for_variables() {
        var filled = fill("{'id':'p','variables':{'city':'{{tone}}','tone':'!'}}");

        assertThat(filled.instructions()).isEqualTo("Speak of {{tone}}!.");
    }

    @Test
    void a_version_may_be_named() {
        var filled = fill("{'id':'p','version':'v1'},'model':'m'");

        assertThat(filled.input()).hasSize(1);
        assertThat(filled.instructions()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'id':'q'} | prompt.id | Prompt with id 'q' not found.",
                "{'id':'p','version':'v9'} | prompt.version | has no version 'v9'",
                "{'id':'p'} | prompt.variables.city | Missing required parameter",
                "{'id':'p','variables':{'city':null}} | prompt.variables.city | Missing required parameter",
                "{'id':'p','variables':{'city':'x','town':'y'}} | prompt.variables.town | city, tone, map, report",
                "{'id':'p','variables':{'city':'x','map':'y'}} | prompt.variables.map | of the type 'input_image', but got a string",
                "{'id':'p','variables':{'city':{'type':'input_file','file_id':'f'}}} | prompt.variables.city | a string or an object of the type 'input_text'",
                "{'id':'p','version':'v1'} | model | does not name a model either",
                "{'id':'p','version':'v1','variables':{'a':'b'}} | prompt.variables.a | has no variables",
            })
    void what_does_not_fit_the_template_is_refused_by_its_place(String prompt, String param, String words) {
        var refused = catchThrowableOfType(RefusedException.class, () -> fill(prompt));

        assertThat(refused).isNotNull();
        assertThat(refused.refusal().status()).isEqualTo(400);
        assertThat(refused.refusal().param()).isEqualTo(param);
        assertThat(refused.refusal().message()).contains(words);
    }

    /** @param prompt with more members behind it, perhaps */
    private static ResponseRequest fill(String prompt) {
        return PromptFill.fill(Requests.of("\"prompt\":" + prompt.replace('\'', '"')), TEMPLATES);
    }
}
