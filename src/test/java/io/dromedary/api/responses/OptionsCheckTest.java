package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.error.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options that are objects or lists of their own, in a request that is sound but for them. */
final class OptionsCheckTest {
    private static final String OTHERS = "'new':{'a':[1,{'b':2}]}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'text':5 | text | invalid_type",
                "'text':{'verbosity':'loud'} | text.verbosity | invalid_value",
                "'text':{'format':'json'} | text.format | invalid_type",
                "'text':{'format':{}} | text.format.type | missing_required_parameter",
                "'text':{'format':{'type':'xml'}} | text.format.type | invalid_value",
                "'text':{'format':{'type':'text','description':5}} | text.format.description | invalid_type",
                "'text':{'format':{'type':'text','strict':'yes'}} | text.format.strict | invalid_type",
                "'text':{'format':{'type':'text','schema':[]}} | text.format.schema | invalid_type",
                "'text':{'format':{'type':'text','name':'no name'}} | text.format.name | invalid_value",
                "'text':{'format':{'type':'json_schema','json_schema':{}}} | text.format.json_schema | unknown_parameter",
                "'text':{'format':{'type':'json_schema','name':'n'}} | text.format.schema | missing_required_parameter",
                "'text':{'format':{'type':'json_schema','schema':{}}} | text.format.name | missing_required_parameter",
                "'reasoning':'high' | reasoning | invalid_type",
                "'reasoning':{'effort':'huge'} | reasoning.effort | invalid_value",
                "'reasoning':{'summary':'long'} | reasoning.summary | invalid_value",
                "'include':'reasoning.encrypted_content' | include | invalid_type",
                "'include':{'a':'reasoning.encrypted_content'} | include | invalid_type",
                "'include':['all'] | include[0] | invalid_value",
                "'stream':true,'stream_options':true | stream_options | invalid_type",
                "'stream':true,'stream_options':{'include_obfuscation':'no'} | stream_options.include_obfuscation | invalid_type",
                "'conversation':'' | conversation | empty_string",
                "'conversation':['conv_1'] | conversation | invalid_type",
                "'conversation':{'id':''} | conversation.id | empty_string",
                "'conversation':{'id':5} | conversation.id | invalid_type",
                "'prompt':'p' | prompt | invalid_type",
                "'prompt':{'id':''} | prompt.id | empty_string",
                "'prompt':{'version':'1'} | prompt.id | missing_required_parameter",
                "'prompt':{'id':'p','version':''} | prompt.version | empty_string",
                "'prompt':{'id':'p','version':2} | prompt.version | invalid_type",
                "'prompt':{'id':'p','variables':['a']} | prompt.variables | invalid_type",
                "'context_management':'auto' | context_management | invalid_type",
                "'context_management':{'type':'compaction'} | context_management | invalid_type",
                "'context_management':[] | context_management | empty_array",
                "'context_management':['compaction'] | context_management[0] | invalid_type",
                "'context_management':[{}] | context_management[0].type | missing_required_parameter",
                "'context_management':[{'type':'compaction'},{'type':'cut'}] | context_management[1].type | invalid_value",
                "'context_management':[{'type':'compaction','compact_threshold':999}] | context_management[0].compact_threshold | integer_below_min_value",
                "'instructions':5 | instructions | invalid_type",
                "'user':5 | user | invalid_type",
                "'prompt_cache_key':{} | prompt_cache_key | invalid_type",
                "'safety_identifier':5 | safety_identifier | invalid_type",
            })
    void what_cannot_be_taken_is_refused_by_its_place(String option, String param, String code) {
        var refusal = refused(option).refusal();

        assertThat(refusal.param()).isEqualTo(param);
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'text':{" + OTHERS + ",'verbosity':'low'}",
                "'text':{'format':{" + OTHERS
                        + ",'type':'json_schema','name':'n','schema':{'type':'object'},'description':'d',"
                        + "'strict':true}}",
                "'reasoning':{" + OTHERS + ",'effort':'low','summary':'auto','generate_summary':'concise'}",
                "'stream':true,'stream_options':{" + OTHERS + ",'include_obfuscation':false}",
                "'conversation':{" + OTHERS + ",'id':'conv_1'}",
                "'prompt':{" + OTHERS + ",'id':'p'}",
                "'context_management':[{" + OTHERS + ",'type':'compaction'},{'type':'compaction'}]",
            })
    void members_that_are_not_known_are_let_pass(String option) {
        assertThatCode(() -> read(option)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'text':{'verbosity':'low','verbosity':'high'}",
                "'reasoning':{'effort':'low','effort':'high'}",
                "'conversation':{'id':'a','id':'b'}",
                "'prompt':{'id':'p','variables':{'a':'x','a':'y'}}",
            })
    void what_is_said_twice_is_refused(String option) {
        assertThat(refused(option)).hasMessageContaining("Send it once");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'text':{'input':'low'}",
                "'reasoning':{'model':1,'text':2}",
                "'conversation':{'id':'c','model':'x'}",
                "'prompt':{'id':'p','input':1,'variables':{'id':'x','input':'y'}}",
                "'stream':true,'stream_options':{'model':1}",
                "'context_management':[{'type':'compaction','model':1}]",
            })
    void a_member_of_an_option_may_have_the_name_of_one_of_the_request(String option) {
        assertThatCode(() -> read(option)).doesNotThrowAnyException();
    }

    @Test
    void a_variable_of_a_prompt_is_told_what_it_may_be() {
        assertThat(refused("'prompt':{'id':'p','variables':{'a':{'type':'refusal','refusal':'no'}}}"))
                .hasMessageEndingWith("Supported values are: 'input_text', 'input_image', 'input_file'.");
    }

    private static void read(String option) {
        ResponseRequestReader.read(
                ("{'model':'m','input':'x'," + option + "}").replace('\'', '"').getBytes(UTF_8));
    }

    private static RefusedException refused(String option) {
        var refused = catchThrowableOfType(RefusedException.class, () -> read(option));
        assertThat(refused).as(option).isNotNull();
        return refused;
    }
}
