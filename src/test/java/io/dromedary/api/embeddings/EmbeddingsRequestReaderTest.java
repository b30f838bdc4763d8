package io.dromedary.api.embeddings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.Endpoint;
import io.dromedary.api.error.RefusedException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EmbeddingsRequestReaderTest {
    @Test
    void a_text_is_a_list_of_one() {
        var request = read("{\"model\":\"m\",\"input\":\"one \\u00e9\",\"service_tier\":\"flex\"}");

        assertThat(request.endpoint()).isEqualTo(Endpoint.EMBEDDINGS);
        assertThat(request.model().value()).isEqualTo("m");
        assertThat(request.serviceTier()).isEqualTo("flex");
        assertThat(request.stream()).isFalse();
        assertThat(request.base64()).isFalse();
        assertThat(request.dimensions()).isZero();
        assertThat(request.choices()).isZero();
        assertThat(request.inputs().size()).isEqualTo(1);
        assertThat(text(request.inputs().list(0, 1))).isEqualTo("[\"one \\u00e9\"]");
    }

    @Test
    void a_list_of_texts_can_be_had_in_slices_as_it_stands() {
        var request = read("{\"input\": [ \"a\" , \"b,]\",\"c\" ], \"model\":\"m\"}");

        assertThat(request.inputs().size()).isEqualTo(3);
        assertThat(text(request.inputs().list(0, 2))).isEqualTo("[\"a\" , \"b,]\"]");
        assertThat(text(request.inputs().list(1, 3))).isEqualTo("[\"b,]\",\"c\"]");
        assertThat(request.countedTokens()).isZero();
        assertThat(request.textBytes()).isPositive();
    }

    @Test
    void token_ids_are_one_input_and_lists_of_them_are_several() {
        var one = read("{\"model\":\"m\",\"input\":[1,2,3]}");
        assertThat(one.inputs().size()).isEqualTo(1);
        assertThat(one.inputs().areTokens()).isTrue();
        assertThat(one.countedTokens()).isEqualTo(3);
        assertThat(one.textBytes()).isZero();
        assertThat(text(one.inputs().list(0, 1))).isEqualTo("[[1,2,3]]");

        var two = read("{\"model\":\"m\",\"input\":[[1,2],[3]]}");
        assertThat(two.inputs().size()).isEqualTo(2);
        assertThat(two.countedTokens()).isEqualTo(3);
        assertThat(text(two.inputs().list(1, 2))).isEqualTo("[[3]]");
    }

    @Test
    void options_are_read_and_null_is_as_good_as_absent() {
        var request = read("{\"model\":\"m\",\"input\":\"a\",\"encoding_format\":\"base64\",\"dimensions\":12}");
        assertThat(request.base64()).isTrue();
        assertThat(request.dimensions()).isEqualTo(12);

        var nulls = read("{\"model\":\"m\",\"input\":\"a\",\"encoding_format\":null,\"dimensions\":null,\"user\":null,"
                + "\"service_tier\":null,\"truncate\":null}");
        assertThat(nulls.base64()).isFalse();
        assertThat(nulls.dimensions()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
            model                | missing_required_parameter | {"input":"a"}
            model                | empty_string               | {"input":"a","model":""}
            model                | missing_required_parameter | {"input":"a","model":null}
            input                | missing_required_parameter | {"model":"m"}
            input                | missing_required_parameter | {"model":"m","input":null}
            input                | invalid_type               | {"model":"m","input":7}
            input                | invalid_type               | {"model":"m","input":{"text":"a"}}
            input                | empty_string               | {"model":"m","input":""}
            input                | empty_array                | {"model":"m","input":[]}
            input[1]             | empty_string               | {"model":"m","input":["a",""]}
            input[1]             | invalid_type               | {"model":"m","input":["a",null]}
            input[1]             | invalid_type               | {"model":"m","input":["a",1]}
            input[1]             | invalid_type               | {"model":"m","input":["a",["b"]]}
            input[1]             | invalid_type               | {"model":"m","input":[1,"a"]}
            input[1]             | invalid_type               | {"model":"m","input":[1,2.5]}
            input[0]             | invalid_type               | {"model":"m","input":[{"text":"a"}]}
            input[0]             | invalid_type               | {"model":"m","input":[1.5]}
            input[0]             | integer_below_min_value    | {"model":"m","input":[-1]}
            input[0]             | integer_above_max_value    | {"model":"m","input":[99999999999]}
            input[1]             | empty_array                | {"model":"m","input":[[1],[]]}
            input[1]             | invalid_type               | {"model":"m","input":[[1],2]}
            input[1][0]          | invalid_type               | {"model":"m","input":[[1],["a"]]}
            input[0][0]          | invalid_type               | {"model":"m","input":[["a"]]}
            encoding_format      | invalid_value              | {"model":"m","input":"a","encoding_format":"int8"}
            encoding_format      | invalid_type               | {"model":"m","input":"a","encoding_format":1}
            dimensions           | integer_below_min_value    | {"model":"m","input":"a","dimensions":0}
            dimensions           | invalid_type               | {"model":"m","input":"a","dimensions":"12"}
            dimensions           | invalid_type               | {"model":"m","input":"a","dimensions":1.5}
            truncate             | invalid_type               | {"model":"m","input":"a","truncate":"yes"}
            truncation_direction | invalid_value              | {"model":"m","input":"a","truncation_direction":"up"}
            stream               | unsupported_value          | {"model":"m","input":"a","stream":true}
            user                 | invalid_type               | {"model":"m","input":"a","user":1}
            service_tier         | invalid_service_tier       | {"model":"m","input":"a","service_tier":"over-limit"}
            service_tier         | invalid_service_tier       | {"model":"m","input":"a","service_tier":"best"}
            """)
    void what_is_wrong_is_named(String param, String code, String body) {
        var refusal =
                catchThrowableOfType(RefusedException.class, () -> read(body)).refusal();

        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.param()).isEqualTo(param);
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.message()).contains(param);
    }

    @Test
    void a_member_that_comes_twice_is_refused() {
        var refusal = catchThrowableOfType(
                        RefusedException.class, () -> read("{\"model\":\"m\",\"input\":\"a\",\"x\":{\"y\":1,\"y\":2}}"))
                .refusal();
        assertThat(refusal.param()).isEqualTo("x.y");
    }

    @Test
    void a_list_may_have_2048_inputs_and_not_one_more() {
        assertThat(read(list(2048)).inputs().size()).isEqualTo(2048);

        var refusal = catchThrowableOfType(RefusedException.class, () -> read(list(2049)))
                .refusal();
        assertThat(refusal.param()).isEqualTo("input");
        assertThat(refusal.code()).isEqualTo("array_above_max_length");
    }

    private static String list(int size) {
        var inputs = IntStream.range(0, size).mapToObj(i -> "\"t" + i + "\"").collect(Collectors.joining(","));
        return "{\"model\":\"m\",\"input\":[" + inputs + "]}";
    }

    private static EmbeddingsRequest read(String body) {
        return EmbeddingsRequestReader.read(body.getBytes(UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
