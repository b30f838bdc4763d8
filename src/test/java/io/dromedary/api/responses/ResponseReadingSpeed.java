package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;

/**
 * Measures what reading a request and making its chat form cost, for inputs that double. Not a test: run its main method.
 */
final class ResponseReadingSpeed {
    private static final String TURN = """
            {"role":"user","content":"What is the capital of France?"},{"type":"function_call","call_id":"c1","name":"f",\
            "arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"Paris"},{"type":"message","role":\
            "assistant","content":[{"type":"output_text","text":"Paris.","annotations":[]}]}""";

    private ResponseReadingSpeed() {}

    public static void main(String[] args) {
        var clock = ManagementFactory.getThreadMXBean();
        for (var turns = 1; turns <= 4096; turns *= 4) {
            var body = ("{\"model\":\"m\",\"input\":[" + String.join(",", Collections.nCopies(turns, TURN)) + "]}")
                    .getBytes(UTF_8);
            var rounds = Math.max(3, 40_000 / turns);
            var reading = 0L;
            var chat = 0L;
            for (var round = 0; round < 2 * rounds; round++) {
                var start = clock.getCurrentThreadCpuTime();
                var request = ResponseRequestReader.read(body);
                var read = clock.getCurrentThreadCpuTime();
                CallIds.check(List.of(), request.input());
                ChatForm.of(request, request.input());
                if (round >= rounds) {
                    reading += read - start;
                    chat += clock.getCurrentThreadCpuTime() - read;
                }
            }
            System.out.printf(
                    "%9d bytes: read %.1f ns a byte, chat form %.1f ns a byte%n",
                    body.length, (double) reading / rounds / body.length, (double) chat / rounds / body.length);
        }
    }
}
