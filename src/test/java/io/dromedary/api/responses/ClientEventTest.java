package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a message asks for, or why it asks for nothing. */
final class ClientEventTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'response.create'} | {'stream':true}",
                "{'type':'response.create','model':'m'} | {'model':'m','stream':true}",
                "{'a':1e2, 'type':'response.create', 'type2':'x' } | {'a':1e2, 'type2':'x','stream':true }",
                "{'t\\u0079pe':'response.create','input':{'type':'x','stream':1}} | {'input':{'type':'x','stream':1},'stream':true}",
            },
            quoteCharacter = '`')
    void a_create_is_the_body_of_a_stream_with_every_other_byte_as_it_came(String message, String body) {
        assertThat(ClientEvent.read(bytes(message)))
                .isInstanceOfSatisfying(
                        ClientEvent.Create.class,
                        create -> assertThat(new String(create.body(), UTF_8)).isEqualTo(body.replace('\'', '"')));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "`` | invalid_json | false |",
                "{ | invalid_json | false |",
                "5 | invalid_json | false |",
                "{'type':'response.create'} x | invalid_json | false |",
                "{'type':'response.create','type':'response.create'} | invalid_json | false |",
                "{} | unknown_event_type | false | type",
                "{'type':5} | unknown_event_type | false | type",
                "{'type':'response.cancel','stream':true} | unknown_event_type | false | type",
                "{'type':'response.create','stream_id':null} | invalid_stream_id | true | stream_id",
                "{'type':'response.create','stream':false} | unsupported_parameter | true | stream",
                "{'stream_options':{},'type':'response.create'} | unsupported_parameter | true | stream_options",
                "{'background':true,'type':'response.create'} | unsupported_parameter | true | background",
            },
            quoteCharacter = '`')
    void one_that_cannot_be_used_says_why(String message, String code, boolean create, String param) {
        assertThat(ClientEvent.read(bytes(message))).isInstanceOfSatisfying(ClientEvent.Unusable.class, unusable -> {
            assertThat(unusable.create()).isEqualTo(create);
            assertThat(unusable.refusal().status()).isEqualTo(400);
            assertThat(unusable.refusal().code()).isEqualTo(code);
            assertThat(unusable.refusal().param()).isEqualTo(param);
        });
    }

    @Test
    void bytes_that_are_no_text_are_no_json() {
        assertThat(ClientEvent.read(new byte[] {'{', (byte) 0xff, '}'})).isInstanceOf(ClientEvent.Unusable.class);
        assertThat(ClientEvent.binary()).isInstanceOf(ClientEvent.Unusable.class);
    }

    private static byte[] bytes(String message) {
        return message.replace('\'', '"').getBytes(UTF_8);
    }
}
