package io.dromedary.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import org.assertj.core.api.Assertions;

/** Assertions on JSON, in which what is expected is written as in JavaScript: {@code {text:'a'}}. Numbers count as such. */
public final class LenientJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .build();

    private final JsonNode actual;
    private final String all;

    private LenientJson(JsonNode actual, String all) {
        this.actual = actual;
        this.all = all;
    }

    public static LenientJson assertThatJson(String json) {
        return new LenientJson(read(json), json);
    }

    public static LenientJson assertThatJson(JsonNode json) {
        return assertThatJson(json.toString());
    }

    private static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    /** What stands there, e.g. at {@code segments[0].text}. */
    public LenientJson node(String path) {
        return new LenientJson(
                actual.at("/" + path.replace("[", "/").replace("]", "").replace('.', '/')), all);
    }

    public void isAbsent() {
        Assertions.assertThat(actual.isMissingNode()).as(all).isTrue();
    }

    public void hasSize(int size) {
        Assertions.assertThat(actual.isArray() ? actual.size() : -1).as(all).isEqualTo(size);
    }

    /** Text where it is no JSON. */
    public void isText(String expected) {
        Assertions.assertThat(actual.textValue()).as(all).isEqualTo(expected);
    }

    public void isNumber(double expected) {
        Assertions.assertThat(actual.isNumber() ? actual.doubleValue() : Double.NaN)
                .as(all)
                .isEqualTo(expected);
    }

    public void isEqualTo(String expected) {
        Assertions.assertThat(actual.equals(LenientJson::compare, read(expected)))
                .as("%s is %s", all, expected)
                .isTrue();
    }

    private static int compare(JsonNode one, JsonNode other) {
        return one.isNumber() && other.isNumber()
                ? new BigDecimal(one.asText()).compareTo(new BigDecimal(other.asText()))
                : one.equals(other) ? 0 : 1;
    }
}
