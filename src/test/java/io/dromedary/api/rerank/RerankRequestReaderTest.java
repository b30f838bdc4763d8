package io.dromedary.api.rerank;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.Endpoint;
import io.dromedary.api.error.RefusedException;
import java.io.ByteArrayOutputStream;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RerankRequestReaderTest {
    @Test
    void documents_are_texts_or_objects_with_a_text() {
        var request = read("{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"a\",{\"id\":7,\"text\":\"b\"},\"c\"]}");

        assertThat(request.endpoint()).isEqualTo(Endpoint.RERANK);
        assertThat(request.documents().size()).isEqualTo(3);
        assertThat(text(request.documents().texts(0, 3))).isEqualTo("[\"a\",\"b\",\"c\"]");
        assertThat(text(request.documents().texts(1, 2))).isEqualTo("[\"b\"]");
        assertThat(shown(request, 0)).isEqualTo("{\"text\":\"a\"}");
        assertThat(shown(request, 1)).isEqualTo("{\"id\":7,\"text\":\"b\"}");
        assertThat(text(request.query())).isEqualTo("\"q\"");
    }

    @Test
    void every_document_comes_back_unless_the_caller_says_otherwise() {
        var usual = read("{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"a\",\"b\"]}");
        assertThat(usual.topN()).isEqualTo(2);
        assertThat(usual.returnDocuments()).isTrue();

        var few = read(
                "{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"a\",\"b\"],\"top_n\":1,\"return_documents\":false,"
                        + "\"service_tier\":\"flex\"}");
        assertThat(few.topN()).isEqualTo(1);
        assertThat(few.returnDocuments()).isFalse();
        assertThat(few.serviceTier()).isEqualTo("flex");

        var many = read("{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"a\",\"b\"],\"top_n\":9}");
        assertThat(many.topN()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
            model                | missing_required_parameter | {"query":"q","documents":["a"]}
            query                | missing_required_parameter | {"model":"m","documents":["a"]}
            query                | empty_string               | {"model":"m","query":"","documents":["a"]}
            query                | invalid_type               | {"model":"m","query":["q"],"documents":["a"]}
            documents            | missing_required_parameter | {"model":"m","query":"q"}
            documents            | missing_required_parameter | {"model":"m","query":"q","documents":null}
            documents            | empty_array                | {"model":"m","query":"q","documents":[]}
            documents            | invalid_type               | {"model":"m","query":"q","documents":"a"}
            documents[1]         | invalid_type               | {"model":"m","query":"q","documents":["a",1]}
            documents[0]         | invalid_type               | {"model":"m","query":"q","documents":[null]}
            documents[1].text    | missing_required_parameter | {"model":"m","query":"q","documents":["a",{"image":"x"}]}
            documents[0].text    | missing_required_parameter | {"model":"m","query":"q","documents":[{"text":null}]}
            documents[0].text    | invalid_type               | {"model":"m","query":"q","documents":[{"text":1}]}
            top_n                | integer_below_min_value    | {"model":"m","query":"q","documents":["a"],"top_n":0}
            top_n                | invalid_type               | {"model":"m","query":"q","documents":["a"],"top_n":"1"}
            stream               | unsupported_value          | {"model":"m","query":"q","documents":["a"],"stream":true}
            return_documents     | invalid_type               | {"model":"m","query":"q","documents":["a"],"return_documents":1}
            truncation_direction | invalid_value              | {"model":"m","query":"q","documents":["a"],"truncation_direction":"x"}
            service_tier         | invalid_service_tier       | {"model":"m","query":"q","documents":["a"],"service_tier":"x"}
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
    void there_may_be_10000_documents_and_not_one_more() {
        assertThat(read(list(10_000)).documents().size()).isEqualTo(10_000);

        var refusal = catchThrowableOfType(RefusedException.class, () -> read(list(10_001)))
                .refusal();
        assertThat(refusal.param()).isEqualTo("documents");
        assertThat(refusal.code()).isEqualTo("array_above_max_length");
    }

    private static String list(int size) {
        var documents = IntStream.range(0, size).mapToObj(i -> "\"t" + i + "\"").collect(Collectors.joining(","));
        return "{\"model\":\"m\",\"query\":\"q\",\"documents\":[" + documents + "]}";
    }

    private static String shown(RerankRequest request, int which) {
        var out = new ByteArrayOutputStream();
        request.documents().writeTo(out, which);
        return out.toString(UTF_8);
    }

    private static RerankRequest read(String body) {
        return RerankRequestReader.read(body.getBytes(UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
