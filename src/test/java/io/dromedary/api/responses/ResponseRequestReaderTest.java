package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.ModelName;
import io.dromedary.api.error.RefusedException;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponseRequestReaderTest {
    private static final String USER = "{'role':'user','content':'hi'}";

    @Test
    void text_stands_for_one_message_of_the_users() {
        var request = read("'model':'m','input':'hi'");

        assertThat(request.input()).hasToString("""
                [{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}]""");
        assertThat(request.model()).isEqualTo(new ModelName("m"));
        assertThat(request.store()).isTrue();
        assertThat(request.stream()).isFalse();
    }

    @Test
    void short_forms_are_written_out_and_the_body_stays_as_it_was_sent() {
        var request = read("'model':'m','input':[{'role':'assistant','content':'a','x':1},{'id':'msg_1'},"
                + "{'type':null,'id':'msg_2'},{'type':'message','role':'user','content':'b'}]");

        assertThat(request.input()).hasToString("""
                [{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a","annotations":[],\
                "logprobs":[]}],"x":1}, {"type":"item_reference","id":"msg_1"}, {"type":"item_reference","id":"msg_2"}, \
                {"type":"message","role":"user","content":[{"type":"input_text","text":"b"}]}]""");
        assertThat(request.body().path("input").path(0)).hasToString("""
                {"role":"assistant","content":"a","x":1}""");
    }

    @Test
    void null_stands_for_absent() {
        var request = read("'model':'m','input':'hi','store':null,'stream':null,'tools':null,'tool_choice':null,"
                + "'conversation':null,'previous_response_id':null,'prompt':null,'background':null,'text':null,"
                + "'instructions':null,'metadata':null,'max_output_tokens':null,'include':null,'messages':null");

        assertThat(request.store()).isTrue();
        assertThat(request.stream()).isFalse();
        assertThat(request.conversationId()).isNull();
        assertThat(request.previousResponseId()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'model':'m','previous_response_id':'resp_1'",
                "'model':'m','conversation':'conv_1'",
                "'model':'m','conversation':{'id':'conv_1'},'input':[]",
                "'prompt':{'id':'p'}",
                "'prompt':{'id':'p','version':'2','variables':{'a':'x','b':{'type':'input_text','text':'t'},'c':null,"
                        + "'d':{'type':'input_image','image_url':'data:,'},'e':{'type':'input_file','file_id':'f'}}}",
                "'model':'m','input':'x','max_output_tokens':1,'max_tool_calls':1,'top_logprobs':20,'top_k':-1",
                "'model':'m','input':'x','temperature':2,'top_p':0,'presence_penalty':-2,'frequency_penalty':2.0",
                "'model':'m','input':'x','unknown':{'a':[{}]},'reasoning':{'effort':'xhigh','mode':'pro'}",
                "'model':'m','input':'x','safeguards':{'pii':null,'toxicity':false,'entity_list':['a']}",
                "'model':'m','input':'x','safeguards':{'pii':'block','toxicity':true,'input':{'pii':'replace'},'output':{'pii':'block'}}",
                "'model':'m','input':'x','include':['reasoning.encrypted_content','file_search_call.results']",
                "'model':'m','input':'x','context_management':[{'type':'compaction','compact_threshold':1000}]",
                "'model':'m','input':'x','tool_choice':'none','tools':[{'type':'function','name':'f','defer_loading':true}]",
                "'model':'m','input':'x','prompt_cache_retention':'24h','prompt_cache_options':{},'moderation':{}",
                "'model':'m','input':[{'type':'compaction','id':'cmp_1','encrypted_content':'x','created_by':'y'}]",
                "'model':'m','input':[{'role':'user','content':[{'type':'output_text','text':'x'}]}]",
                "'model':'m','input':[{'type':'message','role':'assistant','content':[]}]",
                "'model':'m','input':[{'call_id':'c','output':'x','type':'function_call_output'}]",
                "'model':'m','input':[{'type':'reasoning','summary':[],'content':null,'encrypted_content':null}]",
                "'model':'m','input':[{'type':'web_search_call','x':{'y':[1]},'name':{}},{'type':'message','x':{},'role':'user','content':'a'}]",
                "'model':'m','input':'x','tools':[{'type':'mcp','name':{'x':1},'y':[{}]},{'type':'function','name':'f','x':{'y':[1]}}]",
                "'model':'m','input':'x','tools':[{'type':'custom','name':'f','format':{'type':'text','x':{}}}],"
                        + "'tool_choice':{'type':'custom','name':'f','x':{}}",
                "'model':'m','input':'x','tools':[{'type':'function','name':'f'}],"
                        + "'tool_choice':{'type':'allowed_tools','mode':'auto','x':{},'tools':[{'type':'function','name':'f'}]}",
            })
    void sound_requests_are_read(String members) {
        assertThatCode(() -> read(members)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'input':'x' | model | missing_required_parameter",
                "'model':'','input':'x' | model | empty_string",
                "'model':'m' | input | missing_required_parameter",
                "'model':'m','input':5 | input | invalid_type",
                "'model':'m','input':[{'type':'message','role':'user','content':5}] | input[0].content | invalid_type",
                "'model':'m','input':[{'type':'item_reference','id':''}] | input[0].id | empty_string",
                "'model':'m','input':[{'type':'function_call','call_id':'c','name':'','arguments':''}] | input[0].name | empty_string",
                "'model':'m','input':[{'type':'function_call','call_id':'c','name':'f','arguments':5}] | input[0].arguments | invalid_type",
                "'model':'m','input':[{'type':'function_call','call_id':'c','name':'f','arguments':{}}] | input[0].arguments | invalid_type",
                "'model':'m','input':[{'type':'custom_tool_call','call_id':'c','name':'f','input':5}] | input[0].input | invalid_type",
                "'model':'m','input':[{'type':'custom_tool_call','call_id':'c','name':'f','input':{}}] | input[0].input | invalid_type",
                "'model':'m','input':[{'type':'compaction','encrypted_content':''}] | input[0].encrypted_content | empty_string",
                "'model':'m','input':[{'type':'function_call_output','call_id':'c','output':5}] | input[0].output | invalid_type",
                "'model':'m','input':[{'type':'reasoning','summary':[],'content':[{'type':'input_text','text':'x'}]}] | input[0].content[0].type | invalid_value",
                "'model':'m','input':'x','tools':5 | tools | invalid_type",
                "'model':'m','input':'x','tools':[{'type':'function','name':'f','description':5}] | tools[0].description | invalid_type",
                "'model':'m','input':'x','tools':[{'type':'custom','name':'f','format':{'type':'grammar','syntax':'lark','definition':''}}] | tools[0].format.definition | empty_string",
                "'model':'m','input':'x','tools':[{'type':'function','name':'f'}],'tool_choice':{'type':'allowed_tools','mode':'auto','tools':5} | tool_choice.tools | invalid_type",
                "'model':'m','input':'x','background':true,'store':false | background | invalid_value",
                "'model':'m','previous_response_id':'r','conversation':'c' | previous_response_id | invalid_value",
                "'model':'m','previous_response_id':'' | previous_response_id | empty_string",
                "'model':'m','conversation':{} | conversation.id | missing_required_parameter",
                "'model':'m','conversation':5 | conversation | invalid_type",
                "'prompt':{} | prompt.id | missing_required_parameter",
                "'prompt':{'id':'p','variables':{'a':5}} | prompt.variables.a | invalid_type",
                "'prompt':{'id':'p','variables':{'a':{'type':'output_text','text':''}}} | prompt.variables.a.type | invalid_value",
                "'model':'m','input':'x','max_output_tokens':0 | max_output_tokens | integer_below_min_value",
                "'model':'m','input':'x','max_output_tokens':1.0 | max_output_tokens | invalid_type",
                "'model':'m','input':'x','max_tool_calls':0 | max_tool_calls | integer_below_min_value",
                "'model':'m','input':'x','top_logprobs':21 | top_logprobs | integer_above_max_value",
                "'model':'m','input':'x','temperature':2.1 | temperature | decimal_above_max_value",
                "'model':'m','input':'x','top_p':-0.1 | top_p | decimal_below_min_value",
                "'model':'m','input':'x','store':'yes' | store | invalid_type",
                "'model':'m','input':'x','stream':1 | stream | invalid_type",
                "'model':'m','input':'x','stream_options':{} | stream_options | invalid_value",
                "'model':'m','input':'x','truncation':'always' | truncation | invalid_value",
                "'model':'m','input':'x','include':['everything'] | include[0] | invalid_value",
                "'model':'m','input':'x','service_tier':'over-limit' | service_tier | invalid_service_tier",
                "'model':'m','input':'x','metadata':{'a':5} | metadata.a | invalid_type",
                "'model':'m','input':'x','reasoning':{'effort':'huge'} | reasoning.effort | invalid_value",
                "'model':'m','input':'x','reasoning':{'summary':'long'} | reasoning.summary | invalid_value",
                "'model':'m','input':'x','text':{'verbosity':'huge'} | text.verbosity | invalid_value",
                "'model':'m','input':'x','text':{'format':{}} | text.format.type | missing_required_parameter",
                "'model':'m','input':'x','text':{'format':{'type':'xml'}} | text.format.type | invalid_value",
                "'model':'m','input':'x','text':{'format':{'type':'json_schema','schema':{}}} | text.format.name | missing_required_parameter",
                "'model':'m','input':'x','text':{'format':{'type':'json_schema','name':'n'}} | text.format.schema | missing_required_parameter",
                "'model':'m','input':'x','text':{'format':{'type':'json_schema','json_schema':{}}} | text.format.json_schema | unknown_parameter",
                "'model':'m','input':'x','context_management':[] | context_management | empty_array",
                "'model':'m','input':'x','safeguards':{'toxicity':1} | safeguards.toxicity | invalid_type",
                "'model':'m','input':'x','safeguards':{'pii':'hide'} | safeguards.pii | invalid_value",
                "'model':'m','input':'x','safeguards':{'input':{'toxicity':true}} | safeguards.input.toxicity | unknown_parameter",
                "'model':'m','input':'x','safeguards':{'output':[]} | safeguards.output | invalid_type",
                "'model':'m','input':'x','safeguards':{'all':true} | safeguards.all | unknown_parameter",
                "'model':'m','messages':[] | messages | unsupported_parameter",
                "'model':'m','input':'x','max_tokens':5 | max_tokens | unsupported_parameter",
                "'model':'m','input':'x','n':2 | n | unsupported_parameter",
                "'model':'m','input':'x','response_format':{} | response_format | unsupported_parameter",
                "'model':'m','input':'x','tools':[{}] | tools[0].type | missing_required_parameter",
                "'model':'m','input':'x','tools':[{'type':'function'}] | tools[0].name | missing_required_parameter",
                "'model':'m','input':'x','tools':[{'type':'function','name':'a b'}] | tools[0].name | invalid_value",
                "'model':'m','input':'x','tools':[{'type':'function','name':'f','strict':1}] | tools[0].strict | invalid_type",
                "'model':'m','input':'x','tools':[{'type':'function','name':'f','parameters':''}] | tools[0].parameters | invalid_type",
                "'model':'m','input':'x','tools':[{'type':'function','function':{}}] | tools[0].function | unknown_parameter",
                "'model':'m','input':'x','tools':[{'type':'custom','name':'f','format':{'type':'grammar','syntax':'lark'}}] | tools[0].format.definition | missing_required_parameter",
                "'model':'m','input':'x','tools':[{'type':'hammer'}] | tools[0].type | invalid_value",
                "'model':'m','input':'x','tool_choice':'required' | tool_choice | invalid_value",
                "'model':'m','input':'x','tool_choice':'any' | tool_choice | invalid_value",
                "'model':'m','input':'x','tool_choice':{'type':'function','name':'g'},'tools':[{'type':'function','name':'f'}] | tool_choice.name | invalid_value",
                "'model':'m','input':'x','tool_choice':{'type':'function'},'tools':[{'type':'function','name':'f'}] | tool_choice.name | missing_required_parameter",
                "'model':'m','input':'x','tool_choice':{'type':'hammer'} | tool_choice.type | invalid_value",
                "'model':'m','input':'x','tools':[{'type':'mcp'},{'type':'hammer'}] | tools[1].type | invalid_value",
                "'model':'m','input':'x','tool_choice':{'type':'allowed_tools','mode':'auto','tools':[]} | tool_choice.tools | empty_array",
                "'model':'m','input':'x','tool_choice':{'type':'allowed_tools','tools':[]} | tool_choice.mode | missing_required_parameter",
                "'model':'m','input':'x','tool_choice':{'type':'allowed_tools','mode':'auto','tools':[{'type':'function','name':'g'}]},'tools':[{'type':'function','name':'f'}] | tool_choice.tools[0].name | invalid_value",
                "'model':'m','input':[5] | input[0] | invalid_type",
                "'model':'m','input':[{}] | input[0].type | missing_required_parameter",
                "'model':'m','input':[{'type':'hammer_call'}] | input[0].type | invalid_value",
                "'model':'m','input':[{'type':'web_search'}] | input[0].type | unsupported_value",
                "'model':'m','input':[{'type':'message','content':''}] | input[0].role | missing_required_parameter",
                "'model':'m','input':[{'role':'user'}] | input[0].content | missing_required_parameter",
                "'model':'m','input':[{'role':'user','content':[]}] | input[0].content | empty_array",
                "'model':'m','input':[{'role':'tool','content':''}] | input[0].role | invalid_value",
                "'model':'m','input':[{'role':'user','content':'','status':'done'}] | input[0].status | invalid_value",
                "'model':'m','input':[{'role':'user','content':[{'type':'text','text':''}]}] | input[0].content[0].type | invalid_value",
                "'model':'m','input':[{'role':'user','content':[{'text':''}]}] | input[0].content[0].type | missing_required_parameter",
                "'model':'m','input':[{'role':'user','content':[{'type':'input_text'}]}] | input[0].content[0].text | missing_required_parameter",
                "'model':'m','input':[{'role':'user','content':[{'type':'input_text','text':'x'},{'type':'refusal','refusal':'x'}]}] | input[0].content[1].type | invalid_value",
                "'model':'m','input':[{'content':[{'type':'input_image','image_url':'https://x'}],'role':'system'}] | input[0].content[0].type | invalid_value",
                "'model':'m','input':[{'role':'user','content':[{'type':'input_image'}]}] | input[0].content[0].image_url | missing_required_parameter",
                "'model':'m','input':[{'role':'user','content':[{'type':'input_image','image_url':{'url':'x'}}]}] | input[0].content[0].image_url | invalid_type",
                "'model':'m','input':[{'role':'user','content':[{'type':'input_image','image_url':'file:///etc/passwd'}]}] | input[0].content[0].image_url | invalid_value",
                "'model':'m','input':[{'role':'user','content':[{'type':'input_image','image_url':'data:,','detail':'fine'}]}] | input[0].content[0].detail | invalid_value",
                "'model':'m','input':[{'role':'user','content':[{'type':'input_file'}]}] | input[0].content[0].file_id | missing_required_parameter",
                "'model':'m','input':[{'role':'user','content':[{'type':'input_file','file_id':'f','file_data':'x'}]}] | input[0].content[0] | invalid_value",
                "'model':'m','input':[{'role':'user','content':[{'type':'input_file','file_url':'data:,'}]}] | input[0].content[0].file_url | invalid_value",
                "'model':'m','input':[{'type':'function_call','call_id':'c','name':'f'}] | input[0].arguments | missing_required_parameter",
                "'model':'m','input':[{'type':'function_call','call_id':'c','name':'f','arguments':{}}] | input[0].arguments | invalid_type",
                "'model':'m','input':[{'type':'function_call','name':'f','arguments':''}] | input[0].call_id | missing_required_parameter",
                "'model':'m','input':[{'type':'custom_tool_call','call_id':'c','name':'f'}] | input[0].input | missing_required_parameter",
                "'model':'m','input':[{'type':'function_call_output','call_id':'','output':''}] | input[0].call_id | empty_string",
                "'model':'m','input':[{'type':'function_call_output','call_id':'c'}] | input[0].output | missing_required_parameter",
                "'model':'m','input':[{'type':'function_call_output','call_id':'c','output':[{'type':'input_video'}]}] | input[0].output[0].type | invalid_value",
                "'model':'m','input':[{'type':'function_call_output','call_id':'c','output':[{'type':'output_text','text':''}]}] | input[0].output[0].type | invalid_value",
                "'model':'m','input':[{'type':'reasoning'}] | input[0].summary | missing_required_parameter",
                "'model':'m','input':[{'type':'reasoning','summary':[{'type':'input_text','text':''}]}] | input[0].summary[0].type | invalid_value",
                "'model':'m','input':[{'type':'reasoning','summary':[],'content':'x'}] | input[0].content | invalid_type",
                "'model':'m','input':[{'type':'item_reference'}] | input[0].id | missing_required_parameter",
                "'model':'m','input':[{'type':'compaction'}] | input[0].encrypted_content | missing_required_parameter",
                "'model':'m','input':'x','input':'y' | input |",
                "'model':'m','input':'x','a':{'b':1,'b':2} | a.b |",
            })
    void a_malformed_request_is_refused_by_the_place_that_is_wrong(String members, String param, String code) {
        var refusal = refused(members).refusal();

        assertThat(refusal.param()).isEqualTo(param);
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.type()).isEqualTo("invalid_request_error");
        assertThat(refusal.message()).isNotEmpty().hasSizeLessThan(600);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'input':'x','tools':[{'type':'function','name':'f'},{'type':'web_search','name':5}] | tools[1].type | unsupported_value",
                "'input':'x','tools':[{'server_label':'x','type':'mcp'}],'tool_choice':'required' | tools[0].type | unsupported_value",
                "'input':'x','tool_choice':{'type':'file_search'} | tool_choice.type | unsupported_value",
                "'input':'x','tool_choice':{'type':'allowed_tools','mode':'auto','tools':[{'type':'mcp'}]},'tools':[{'type':'mcp'}] | tools[0].type | unsupported_value",
                "'input':[" + USER
                        + ",{'type':'web_search_call','action':5,'status':'searching'}],'tools':[{'type':'mcp'}] | input[1].type | invalid_value",
                "'input':[" + USER + "] | | ",
            })
    void what_only_a_backend_of_the_same_api_can_do_is_read_and_named(String members, String param, String code) {
        var request = read("'model':'m'," + members);

        assertThat(request.beyondChat()).isEqualTo(param);
        var refused = catchThrowableOfType(RefusedException.class, request::refuseBeyondChat);
        assertThat(refused == null ? null : refused.refusal().param()).isEqualTo(param);
        assertThat(refused == null ? null : refused.refusal().code()).isEqualTo(code);
    }

    @Test
    void what_is_wrong_is_told_with_how_to_mend_it() {
        assertThat(refused("'model':'m','input':'x','max_tokens':5"))
                .hasMessage(
                        "Unsupported parameter: 'max_tokens'. It is called 'max_output_tokens' in the Responses API.");
        assertThat(catchThrowableOfType(
                        RefusedException.class,
                        () -> read("'model':'m','input':'x','tools':[{'type':'mcp'}]")
                                .refuseBeyondChat()))
                .hasMessageContaining("'mcp' is a tool that a provider runs itself");
        assertThat(refused("'model':'m','input':'x','store':false,'background':true"))
                .hasMessageContaining("where 'store' is false");
    }

    @Test
    void metadata_has_at_most_16_pairs_of_64_and_512_characters() {
        assertThatCode(() -> read("'model':'m','input':'x','metadata':{" + pairs(16) + "}"))
                .doesNotThrowAnyException();
        assertThat(refused("'model':'m','input':'x','metadata':{" + pairs(17) + "}")
                        .refusal()
                        .code())
                .isEqualTo("object_above_max_properties");
        assertThat(refused("'model':'m','input':'x','metadata':{'" + "k".repeat(65) + "':''}")
                        .refusal()
                        .code())
                .isEqualTo("string_above_max_length");
        assertThat(refused("'model':'m','input':'x','metadata':{'k':'" + "v".repeat(513) + "'}")
                        .refusal()
                        .param())
                .isEqualTo("metadata.k");
    }

    private static String pairs(int count) {
        return IntStream.range(0, count).mapToObj(i -> "'" + i + "':'v'").collect(Collectors.joining(","));
    }

    @Test
    void a_call_id_has_at_most_64_characters() {
        var output = "'model':'m','input':[{'type':'function_call_output','call_id':'%s','output':''}]";

        assertThatCode(() -> read(output.formatted("c".repeat(64)))).doesNotThrowAnyException();
        assertThat(refused(output.formatted("c".repeat(65))).refusal().code()).isEqualTo("string_above_max_length");
    }

    @Test
    void no_more_than_128_tools_are_taken() {
        var tool = "{'type':'function','name':'f'}";

        assertThat(refused("'model':'m','input':'x','tools':[" + String.join(",", Collections.nCopies(129, tool)) + "]")
                        .refusal()
                        .param())
                .isEqualTo("tools");
    }

    @Test
    void an_image_by_its_id_is_refused_where_it_stands() {
        var request = read("'model':'m','input':[" + USER
                + ",{'role':'user','content':[{'type':'input_image','file_id':'file-1'}]}]");

        var refused = catchThrowableOfType(RefusedException.class, () -> ChatForm.of(request, request.input()));

        assertThat(refused.refusal().param()).isEqualTo("input[1].content[0].file_id");
    }

    private static ResponseRequest read(String members) {
        return ResponseRequestReader.read(("{" + members.replace('\'', '"') + "}").getBytes(UTF_8));
    }

    private static RefusedException refused(String members) {
        var refused = catchThrowableOfType(RefusedException.class, () -> read(members));
        assertThat(refused).as(members).isNotNull();
        return refused;
    }
}
