package io.dromedary.api.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MessagesRequestReaderTest {
    private static final String SOUND = "\"model\":\"m\",\"max_tokens\":10";

    /** The member at fault, and a request's members with single quotes for double ones. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            model                                  | 'max_tokens':1,'messages':[{'role':'user','content':'a'}]
            max_tokens                             | 'model':'m','messages':[{'role':'user','content':'a'}]
            max_tokens                             | 'model':'m','max_tokens':0,'messages':[{'role':'user','content':'a'}]
            messages                               | 'model':'m','max_tokens':1
            messages                               | 'model':'m','max_tokens':1,'messages':[]
            messages                               | 'model':'m','max_tokens':1,'messages':'a'
            messages[0].role                       | 'model':'m','max_tokens':1,'messages':[{'content':'a'}]
            messages[0].content[0].type            | 'model':'m','max_tokens':1,'messages':[{'role':'system','content':[{'type':'thinking','thinking':'a'}]}]
            messages[0].role                       | 'model':'m','max_tokens':1,'messages':[{'role':'tool','content':'a'}]
            messages[0].content                    | 'model':'m','max_tokens':1,'messages':[{'role':'user'}]
            messages[0].content                    | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':7}]
            messages[0].content[0].type            | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'tool_use','id':'a','name':'b','input':{}}]}]
            messages[0].content[1].type            | 'model':'m','max_tokens':1,'messages':[{'role':'assistant','content':[{'type':'text','text':'a'},{'type':'image','source':{'type':'url','url':'https://a'}}]}]
            messages[0].content[0].type            | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'server_tool_use','id':'a'}]}]
            messages[0].content[0].type            | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'text':'a'}]}]
            messages[0].content[0].text            | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'text'}]}]
            messages[0].content[0].source.type     | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'image','source':{'type':'text','data':'a'}}]}]
            messages[0].content[0].source.media_type | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'image','source':{'type':'base64','media_type':'image/tiff','data':'a'}}]}]
            messages[0].content[0].source.url      | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'image','source':{'type':'url','url':'file:///a'}}]}]
            messages[0].content[0].source.data     | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'document','source':{'type':'base64','media_type':'application/pdf'}}]}]
            messages[0].content[0].source.type     | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'document','source':{'type':'url','url':'https://a'}}]}]
            messages[0].content[0].source          | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'image','source':'a'}]}]
            messages[0].content[0].citations.enabled | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'document','citations':{'enabled':true},'source':{'type':'text','data':'a'}}]}]
            messages[0].content[0].tool_use_id     | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'tool_result','content':'a'}]}]
            messages[0].content[0].content[0].type | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'tool_result','tool_use_id':'a','content':[{'type':'thinking','thinking':'b'}]}]}]
            system[0].type                         | 'model':'m','max_tokens':1,'system':[{'type':'image','source':{'type':'url','url':'https://a'}}],'messages':[{'role':'user','content':'a'}]
            temperature                            | 'model':'m','max_tokens':1,'temperature':1.5,'messages':[{'role':'user','content':'a'}]
            stop_sequences                         | 'model':'m','max_tokens':1,'stop_sequences':'a','messages':[{'role':'user','content':'a'}]
            stop_sequences                         | 'model':'m','max_tokens':1,'stop_sequences':['a','b','c','d','e'],'messages':[{'role':'user','content':'a'}]
            service_tier                           | 'model':'m','max_tokens':1,'service_tier':'best','messages':[{'role':'user','content':'a'}]
            thinking.budget_tokens                 | 'model':'m','max_tokens':9000,'thinking':{'type':'enabled'},'messages':[{'role':'user','content':'a'}]
            thinking.budget_tokens                 | 'model':'m','max_tokens':9000,'thinking':{'type':'enabled','budget_tokens':9000},'messages':[{'role':'user','content':'a'}]
            thinking.type                          | 'model':'m','max_tokens':9000,'thinking':{},'messages':[{'role':'user','content':'a'}]
            output_config.format.schema            | 'model':'m','max_tokens':1,'output_config':{'format':{'type':'json_schema'}},'messages':[{'role':'user','content':'a'}]
            tools[0].input_schema                  | 'model':'m','max_tokens':1,'tools':[{'name':'a'}],'messages':[{'role':'user','content':'a'}]
            tools[0].name                          | 'model':'m','max_tokens':1,'tools':[{'name':'a b','input_schema':{}}],'messages':[{'role':'user','content':'a'}]
            tools[1].name                          | 'model':'m','max_tokens':1,'tools':[{'name':'a','input_schema':{}},{'name':'a','input_schema':{}}],'messages':[{'role':'user','content':'a'}]
            tools[0].type                          | 'model':'m','max_tokens':1,'tools':[{'type':'web_search_20250305','name':'web_search'}],'messages':[{'role':'user','content':'a'}]
            tool_choice                            | 'model':'m','max_tokens':1,'tool_choice':{'type':'any'},'messages':[{'role':'user','content':'a'}]
            tool_choice.name                       | 'model':'m','max_tokens':1,'tool_choice':{'type':'tool','name':'b'},'tools':[{'name':'a','input_schema':{}}],'messages':[{'role':'user','content':'a'}]
            mcp_servers                            | 'model':'m','max_tokens':1,'mcp_servers':[{'url':'https://a'}],'messages':[{'role':'user','content':'a'}]
            thread                                 | 'model':'m','max_tokens':1,'thread':{'type':'create'},'messages':[{'role':'user','content':'a'}]
            messages[0].content[0].text            | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'text','text':7}]}]
            messages[0].content[0].id              | 'model':'m','max_tokens':1,'messages':[{'role':'assistant','content':[{'type':'tool_use','id':'','name':'b','input':{}}]}]
            messages[0].content[0].input           | 'model':'m','max_tokens':1,'messages':[{'role':'assistant','content':[{'type':'tool_use','id':'a','name':'b','input':'{}'}]}]
            messages[0].content[0].source.data     | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'image','source':{'type':'base64','media_type':'image/png','data':''}}]}]
            messages[0].content[0].source.file_id  | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'image','source':{'type':'file','file_id':''}}]}]
            messages[0].content[0].source.media_type | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'document','source':{'type':'base64','media_type':'image/png','data':'a'}}]}]
            messages[0].content[0].source.content[0].type | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'document','source':{'type':'content','content':[{'type':'thinking','thinking':'a'}]}}]}]
            messages[0].content[0].content[0].type | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'search_result','source':'s','title':'t','content':[{'type':'image','source':{'type':'url','url':'https://a'}}]}]}]
            messages[0].content[0].title           | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'search_result','source':'s','content':[]}]}]
            messages[0].content[0].source          | 'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'search_result','source':{'type':'text','data':'a'},'title':'t','content':[]}]}]
            stop_sequences[1]                      | 'stop_sequences':['a',''],'model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            metadata                               | 'metadata':'u','model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            metadata.user_id                       | 'metadata':{'user_id':7},'model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            thinking                               | 'thinking':'enabled','model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            thinking.budget_tokens                 | 'thinking':{'type':'enabled','budget_tokens':1023},'model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            output_config                          | 'output_config':'low','model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            output_config.effort                   | 'output_config':{'effort':'most'},'model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            output_config.format                   | 'output_config':{'format':'json_schema'},'model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            output_format.type                     | 'output_format':{'schema':{}},'model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            mcp_servers                            | 'mcp_servers':'a','model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            tools                                  | 'tools':'a','model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            tools[0]                               | 'tools':['a'],'model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            tools[0].description                   | 'tools':[{'name':'a','description':7,'input_schema':{}}],'model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            tools[0].cache_control                 | 'tools':[{'name':'a','cache_control':7,'input_schema':{}}],'model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            tool_choice                            | 'tool_choice':'any','tools':[{'name':'a','input_schema':{}}],'model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            tool_choice.type                       | 'tool_choice':{'name':'a'},'tools':[{'name':'a','input_schema':{}}],'model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            tool_choice.name                       | 'tool_choice':{'type':'tool'},'tools':[{'name':'a','input_schema':{}}],'model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'}]
            container                              | 'model':'m','max_tokens':1,'container':'a','messages':[{'role':'user','content':'a'}]
            """)
    void what_is_wrong_is_named(String param, String members) {
        var body = ("{" + members.replace('\'', '"') + "}").getBytes(UTF_8);

        var refused = catchThrowableOfType(RefusedException.class, () -> MessagesRequestReader.read(body));

        assertThat(refused).as("a refusal").isNotNull();
        assertThat(refused.refusal().status()).isEqualTo(400);
        assertThat(refused.refusal().param()).isEqualTo(param);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "7",
                "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]} {}"
            })
    void what_is_no_object_or_more_than_one_is_refused(String body) {
        var refused =
                catchThrowableOfType(RefusedException.class, () -> MessagesRequestReader.read(body.getBytes(UTF_8)));

        assertThat(refused).as("a refusal").isNotNull();
        assertThat(refused.refusal().status()).isEqualTo(400);
    }

    @Test
    void a_source_of_the_wrong_type_is_told_which_it_should_be() {
        assertThat(message("{'type':'image','source':'a'}")).contains("expected an object, but got a string");
        assertThat(message("{'type':'search_result','source':{'type':'text','data':'a'},'title':'t','content':[]}"))
                .contains("expected a string, but got an object");
    }

    private static String message(String block) {
        var body = "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":["
                + block.replace('\'', '"') + "]}]}";
        return catchThrowableOfType(RefusedException.class, () -> MessagesRequestReader.read(body.getBytes(UTF_8)))
                .refusal()
                .message();
    }

    /** Members by the name of {@code x}, wherever one may stand. */
    @Test
    void members_that_nobody_knows_are_left_alone() {
        var body = """
                {"model":"m","max_tokens":9000,"x":{"y":[1]},"metadata":{"user_id":"u","x":{}},
                 "thinking":{"type":"enabled","budget_tokens":1024,"x":[]},
                 "output_config":{"effort":"max","x":{},"format":{"type":"json_schema","schema":{},"x":{}}},
                 "tools":[{"type":"custom","name":"a","input_schema":{"x":1},"cache_control":{"type":"ephemeral"},"x":{}}],
                 "tool_choice":{"type":"tool","name":"a","x":{}},"mcp_servers":[],
                 "messages":[{"role":"user","x":{},"content":[
                   {"type":"text","text":"a","citations":null,"x":{}},
                   {"type":"image","x":{},"source":{"type":"base64","media_type":"image/png","data":"QQ==","x":{}}},
                   {"type":"document","citations":{"enabled":false,"x":{}},
                    "source":{"type":"content","content":[{"type":"text","text":"b"}]}}]}]}""".getBytes(UTF_8);

        assertThat(MessagesRequestReader.read(body).body()).isEqualTo(Json.object(body));
    }

    @Test
    void lists_may_be_as_long_as_their_bound() {
        assertThat(readable("\"stop_sequences\":[\"a\",\"b\",\"c\",\"d\"]")).isTrue();
        assertThat(readable(tools(128))).isTrue();
        assertThat(readable(tools(129))).isFalse();
    }

    private static String tools(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"name\":\"t" + i + "\",\"input_schema\":{}}")
                .collect(Collectors.joining(",", "\"tools\":[", "]"));
    }

    private static boolean readable(String member) {
        try {
            thinking("," + member);
            return true;
        } catch (RefusedException e) {
            return false;
        }
    }

    @Test
    void a_request_to_count_needs_no_limit_for_its_answer() {
        var body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}".getBytes(UTF_8);

        assertThat(MessagesRequestReader.readCount(body).model().value()).isEqualTo("m");
    }

    @Test
    void no_thread_is_none() {
        var body = ("{" + SOUND + ",\"thread\":null,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}")
                .getBytes(UTF_8);

        assertThat(MessagesRequestReader.read(body).model().value()).isEqualTo("m");
    }

    @Test
    void thinking_is_shown_to_who_asks_for_it_alone() {
        assertThat(thinking("").showsThinking()).isFalse();
        assertThat(thinking(",\"thinking\":{\"type\":\"disabled\"}").showsThinking())
                .isFalse();
        assertThat(thinking(",\"thinking\":{\"type\":\"adaptive\"}").showsThinking())
                .isTrue();
    }

    private static MessagesRequest thinking(String member) {
        return MessagesRequestReader.read(
                ("{" + SOUND + member + ",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}").getBytes(UTF_8));
    }
}
