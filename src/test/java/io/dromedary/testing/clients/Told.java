package io.dromedary.testing.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.json.Json;
import io.dromedary.testing.conversation.Said;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * What a client hands out of an answer.
 *
 * @param calls without ids, with their arguments in one spelling
 * @param finish in chat's words
 * @param prompt tokens, those in {@code cached} among them
 */
record Told(
        String text,
        String reasoning,
        String refusal,
        List<Said.Call> calls,
        String finish,
        long prompt,
        long completion,
        long cached) {

    /** Of calls as they came; each has an id of its own. */
    static List<Said.Call> calls(List<Said.Call> came) {
        assertThat(came).extracting(Said.Call::id).doesNotContain("").doesNotHaveDuplicates();
        return spelled(came);
    }

    /** What there is to be told. */
    static Told of(Said said, String finish, boolean tellsCached) {
        return new Told(
                said.text(),
                said.reasoning(),
                said.refusal(),
                spelled(said.calls()),
                finish,
                Said.PROMPT_TOKENS,
                Said.COMPLETION_TOKENS,
                tellsCached ? Said.CACHED_TOKENS : 0);
    }

    /** A refusal as any other text. */
    Told refusingInText() {
        return new Told(text + refusal, reasoning, "", calls, finish, prompt, completion, cached);
    }

    private static List<Said.Call> spelled(List<Said.Call> calls) {
        return calls.stream()
                .map(call -> new Said.Call("", call.name(), spelled(call.arguments())))
                .toList();
    }

    private static String spelled(String json) {
        return Objects.requireNonNull(Json.read(json.getBytes(StandardCharsets.UTF_8)), json)
                .toString();
    }
}
