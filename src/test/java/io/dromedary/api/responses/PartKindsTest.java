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

/** Content parts of messages. */
final class PartKindsTest {
    private static final String TEXT = "{'type':'input_text','text':'x'}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "user | 'x' | [0] | invalid_type",
                "user | {'type':'input_text','text':5} | [0].text | invalid_type",
                "assistant | {'type':'refusal'} | [0].refusal | missing_required_parameter",
                "assistant | {'type':'refusal','text':'x'} | [0].refusal | missing_required_parameter",
                "assistant | {'type':'refusal','refusal':5} | [0].refusal | invalid_type",
                "assistant | {'type':'output_text','text':'x','annotations':{}} | [0].annotations | invalid_type",
                "assistant | {'type':'output_text','text':'x','logprobs':'x'} | [0].logprobs | invalid_type",
                "user | {'type':'input_file','file_id':''} | [0].file_id | empty_string",
                "user | {'type':'input_file','file_data':5} | [0].file_data | invalid_type",
                "user | {'type':'input_file','file_data':'x','filename':5} | [0].filename | invalid_type",
                "user | {'type':'input_file','file_url':''} | [0].file_url | empty_string",
                "user | {'type':'input_file','file_url':'https://x','file_id':'f'} | [0] | invalid_value",
                "user | {'type':'input_image','image_url':''} | [0].image_url | empty_string",
                "user | {'type':'input_image','image_url':'ftp://x'} | [0].image_url | invalid_value",
                "user | " + TEXT + "," + TEXT + ",{'type':'summary_text','text':'x'},{'type':'summary_text','text':'x'}"
                        + " | [2].type | invalid_value",
                "system | " + TEXT + ",{'type':'refusal','refusal':'x'},{'type':'input_image','image_url':'data:,'}"
                        + " | [2].type | invalid_value",
            })
    void a_part_that_cannot_be_taken_is_refused_by_its_place(String role, String parts, String below, String code) {
        var refusal = refused(role, parts).refusal();

        assertThat(refusal.param()).isEqualTo("input[0].content" + below);
        assertThat(refusal.code()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'input_image','image_url':'HTTPS://x','detail':'high'}",
                "{'type':'input_image','image_url':'http://x'}",
                "{'type':'input_image','image_url':'data:image/png;base64,eA=='}",
                "{'type':'input_image','file_id':'f'}",
                "{'type':'input_file','file_url':'http://x','filename':'x.pdf'}",
                "{'type':'input_file','file_data':'eA=='}",
                "{'type':'output_text','text':'x','annotations':[{'type':'a'},{'type':'b'}],'logprobs':[{'token':'x'}]}",
                "{'new':{'a':[1]},'text':'','type':'input_text'}",
            })
    void sound_parts_are_taken(String part) {
        assertThatCode(() -> read("user", part)).doesNotThrowAnyException();
    }

    @Test
    void the_kinds_that_a_role_may_send_are_told() {
        assertThat(refused("user", "{'type':'refusal','refusal':'x'}"))
                .hasMessageEndingWith("'refusal'. Supported values are: 'input_text', 'input_image', 'input_file',"
                        + " 'output_text'.");
        assertThat(refused("assistant", "{'type':'summary_text','text':'x'}"))
                .hasMessageEndingWith("'summary_text'. Supported values are: 'input_text', 'output_text', 'refusal'.");
    }

    private static void read(String role, String parts) {
        ResponseRequestReader.read(("{'model':'m','input':[{'role':'" + role + "','content':[" + parts + "]}]}")
                .replace('\'', '"')
                .getBytes(UTF_8));
    }

    private static RefusedException refused(String role, String parts) {
        var refused = catchThrowableOfType(RefusedException.class, () -> read(role, parts));
        assertThat(refused).as(parts).isNotNull();
        return refused;
    }
}
