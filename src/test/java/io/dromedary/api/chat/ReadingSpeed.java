package io.dromedary.api.chat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;

/**
 * Measures what reading a request costs. Not a test: run its main method. Arguments: seconds of processor time per round (2), rounds
 * (5).
 */
final class ReadingSpeed {
    private static final byte[] SMALL = """
            {"model":"gpt-4o-mini","messages":[{"role":"system","content":"You are a helpful assistant that answers in one \
            short sentence."},{"role":"user","content":"What is the capital of France, and how many people live there \
            today?"}],"temperature":0.7,"max_tokens":256,"stream":true,"stream_options":{"include_usage":true},"user":\
            "user-1234567890"}""".getBytes(StandardCharsets.UTF_8);

    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private ReadingSpeed() {}

    public static void main(String[] args) {
        var seconds = args.length > 0 ? Double.parseDouble(args[0]) : 2;
        var rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        var sum = 0L;
        for (var round = 0; round < rounds; round++) {
            var count = 0L;
            var start = CLOCK.getCurrentThreadCpuTime();
            var elapsed = 0L;
            while (elapsed < seconds * 1e9) {
                for (var i = 0; i < 1000; i++) {
                    sum += ChatRequestReader.read(SMALL).members().size();
                }
                count += 1000;
                elapsed = CLOCK.getCurrentThreadCpuTime() - start;
            }
            System.out.printf(
                    "%d bytes: %.0f ns of processor time per request%n", SMALL.length, (double) elapsed / count);
        }
        System.out.println("(" + sum + ")");
    }
}
