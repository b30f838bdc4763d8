package io.dromedary.api.error;

import static io.dromedary.testing.LenientJson.assertThatJson;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ErrorShapeTest {
    private static String told(@Nullable String code) {
        var refusal = new Refusal.BadRequest("No.", "thread", code);
        return new String(ErrorShape.ANTHROPIC.reply(refusal, "req_1").body(), UTF_8);
    }

    @Test
    void a_thread_is_refused_where_anthropics_clients_look() {
        assertThatJson(told(ErrorShape.NO_THREADS)).isEqualTo("""
                        {type:'error',error:{type:'invalid_request_error',message:'No.',param:'thread',
                        code:'thread_unsupported_request',details:{error_code:'thread_unsupported_request'}},request_id:'req_1'}""");
    }

    @Test
    void other_codes_are_no_details() {
        assertThatJson(told("unsupported_parameter")).isEqualTo("""
                        {type:'error',error:{type:'invalid_request_error',message:'No.',param:'thread',
                        code:'unsupported_parameter'},request_id:'req_1'}""");
    }
}
