package io.dromedary.api.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.error.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
            container                              | 'model':'m','max_tokens':1,'container':'a','messages':[{'role':'user','content':'a'}]
            """)
    void what_is_wrong_is_named(String param, String members) {
        var body = ("{" + members.replace('\'', '"') + "}").getBytes(UTF_8);

        var refused = catchThrowableOfType(RefusedException.class, () -> MessagesRequestReader.read(body));

        assertThat(refused).as("a refusal").isNotNull();
        assertThat(refused.refusal().status()).isEqualTo(400);
        assertThat(refused.refusal().param()).isEqualTo(param);
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
