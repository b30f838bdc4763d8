package io.dromedary.jobs.batch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a batch was not run: an entry of its {@code errors}.
 *
 * @param line of the input, from 1; null where it is no line's fault
 */
record Fault(
        String code,
        String message,
        @Nullable String param,
        @Nullable Integer line) {
    /** What is shown of them. */
    static final int MOST = 100;

    private static final String READING_A_REQUEST = "We could not parse the JSON body of your request (line 1, ";

    /** A line of the input that is refused. */
    static Fault of(Refusal refusal, int line) {
        var code = refusal.code();
        if (code == null) {
            code = refusal.param() == null ? "invalid_json_line" : "invalid_value";
        }
        return new Fault(code, words(refusal.message()), refusal.param(), line);
    }

    private static String words(String message) {
        return message.startsWith(READING_A_REQUEST)
                ? "This line could not be parsed as JSON (" + message.substring(READING_A_REQUEST.length())
                : message;
    }

    /** {@code errors}. */
    static ObjectNode shown(List<Fault> faults) {
        var list = JsonNodeFactory.instance.objectNode().put("object", "list");
        var shown = list.putArray("data");
        faults.stream()
                .limit(MOST)
                .forEach(fault -> shown.addObject()
                        .put("code", fault.code)
                        .put("message", fault.message)
                        .put("param", fault.param)
                        .put("line", fault.line));
        return list;
    }
}
