package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * One answer for tests, to be cut into chunks in any way.
 *
 * @param choices by their index
 */
record StreamedAnswer(List<Choice> choices) {
    /**
     * @param texts in the order in which they are said
     * @param finishReason how it ends
     */
    record Choice(List<Text> texts, String finishReason) {}

    /** A text of one kind. */
    sealed interface Text {
        String text();

        /** A text member of the delta. */
        record Member(String name, String text) implements Text {}

        /** A tool call, whose text is its arguments. */
        record Call(int index, String name, String text) implements Text {}
    }

    /** How an answer is cut, and who gives it. */
    record Style(String attempt, int longest, boolean interleaved, boolean escaped, RandomGenerator random) {
        static Style of(String attempt, RandomGenerator random) {
            var longest = List.of(1, 2, 5, 40).get(random.nextInt(4));
            return new Style(attempt, longest, random.nextBoolean(), random.nextBoolean(), random);
        }

        static Style plain(String attempt, int longest) {
            return new Style(attempt, longest, false, false, new Random(1));
        }
    }

    static StreamedAnswer of(String content) {
        return new StreamedAnswer(List.of(new Choice(List.of(new Text.Member("content", content)), "stop")));
    }

    static StreamedAnswer of(Text... texts) {
        return new StreamedAnswer(List.of(new Choice(List.of(texts), "stop")));
    }

    static StreamedAnswer random(RandomGenerator random, int choices) {
        var list = new ArrayList<Choice>();
        for (var i = 0; i < choices; i++) {
            list.add(new Choice(randomTexts(random), random.nextBoolean() ? "stop" : "length"));
        }
        return new StreamedAnswer(list);
    }

    private static List<Text> randomTexts(RandomGenerator random) {
        var texts = new ArrayList<Text>();
        for (var name : List.of("reasoning_content", "refusal", "content")) {
            if (random.nextInt(3) == 0 || name.equals("content") && random.nextInt(4) > 0) {
                texts.add(new Text.Member(name, randomText(random)));
            }
        }
        for (var call = random.nextInt(3) - 1; call >= 0; call--) {
            texts.add(new Text.Call(
                    (int) texts.stream().filter(Text.Call.class::isInstance).count(),
                    "f" + call,
                    "{\"a\":\"" + randomText(random) + "\"}"));
        }
        return texts;
    }

    static String randomText(RandomGenerator random) {
        var text = new StringBuilder();
        for (var i = random.nextInt(20); i > 0; i--) {
            text.append(
                    List.of("a", "b", "é", "😀", "\"", "\\", "\n", "\u0000", "漢", "word ", "</x>", "\u2028", "👩‍👩‍👧")
                            .get(random.nextInt(13)));
        }
        return text.toString();
    }

    /** The same answer with one text replaced. */
    StreamedAnswer with(int choice, int at, Text text) {
        var changed = new ArrayList<>(choices);
        var texts = new ArrayList<>(choices.get(choice).texts());
        texts.set(at, text);
        changed.set(choice, new Choice(texts, choices.get(choice).finishReason()));
        return new StreamedAnswer(changed);
    }

    /** Its chunks, each as JSON, the last with usage. */
    List<String> chunks(Style style) {
        var waiting = new ArrayList<List<String>>();
        for (var i = 0; i < choices.size(); i++) {
            waiting.add(new ArrayList<>(choiceChunks(i, style)));
        }
        var chunks = new ArrayList<String>();
        while (!waiting.isEmpty()) {
            var next = style.interleaved ? style.random.nextInt(waiting.size()) : 0;
            chunks.add(chunk(style, "[" + waiting.get(next).removeFirst() + "]", "null"));
            waiting.removeIf(List::isEmpty);
        }
        var usage = "{\"prompt_tokens\":7,\"completion_tokens\":%d,\"total_tokens\":%d}"
                .formatted(chunks.size(), 7 + chunks.size());
        chunks.add(chunk(style, "[]", usage));
        return chunks;
    }

    private static String chunk(Style style, String choices, String usage) {
        return """
                {"id":"chatcmpl-%s","object":"chat.completion.chunk","created":%d,"model":"%s-model","choices":%s,"usage":%s}""".formatted(style.attempt, style.attempt.hashCode(), style.attempt, choices, usage);
    }

    private List<String> choiceChunks(int index, Style style) {
        var choice = choices.get(index);
        var deltas = new ArrayList<String>();
        deltas.add("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}");
        var calls = new ArrayList<List<String>>();
        for (var text : choice.texts()) {
            switch (text) {
                case Text.Member member -> {
                    for (var piece : pieces(member.text(), style)) {
                        deltas.add("{\"" + member.name() + "\":" + piece + "}");
                    }
                }
                case Text.Call call -> calls.add(callDeltas(call, index, style));
            }
        }
        deltas.addAll(woven(calls, style));
        var chunks = new ArrayList<String>();
        for (var delta : deltas) {
            chunks.add("{\"index\":" + index + ",\"delta\":" + delta + ",\"finish_reason\":null,\"logprobs\":null}");
        }
        chunks.add("{\"index\":" + index + ",\"delta\":{},\"finish_reason\":\"" + choice.finishReason() + "\"}");
        return chunks;
    }

    private static List<String> callDeltas(Text.Call call, int choice, Style style) {
        var deltas = new ArrayList<String>();
        deltas.add("""
                {"tool_calls":[{"index":%d,"id":"%s-%d-%d","type":"function","function":{"name":"%s","arguments":""}}]}""".formatted(call.index(), style.attempt, choice, call.index(), call.name()));
        for (var piece : pieces(call.text(), style)) {
            deltas.add(
                    "{\"tool_calls\":[{\"index\":" + call.index() + ",\"function\":{\"arguments\":" + piece + "}}]}");
        }
        return deltas;
    }

    /** Calls begin in order; where they are interleaved, their arguments come at the same time. */
    private static List<String> woven(List<List<String>> calls, Style style) {
        var deltas = new ArrayList<String>();
        if (style.interleaved) {
            calls.forEach(call -> deltas.add(call.removeFirst()));
        }
        calls.removeIf(List::isEmpty);
        while (!calls.isEmpty()) {
            var next = style.interleaved ? style.random.nextInt(calls.size()) : 0;
            deltas.add(calls.get(next).removeFirst());
            calls.removeIf(List::isEmpty);
        }
        return deltas;
    }

    /** The text as JSON strings, cut between any two UTF-16 units. */
    private static List<String> pieces(String text, Style style) {
        if (text.isEmpty()) {
            return Collections.emptyList();
        }
        var pieces = new ArrayList<String>();
        for (var at = 0; at < text.length(); ) {
            var end = Math.min(text.length(), at + 1 + style.random.nextInt(style.longest));
            pieces.add(quoted(text.substring(at, end), style));
            at = end;
        }
        return pieces;
    }

    private static String quoted(String text, Style style) {
        var json = new StringBuilder("\"");
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            var half = Character.isSurrogate(c) && !paired(text, i);
            if (half || c < 0x20 || c > 0x7e && style.escaped) {
                json.append("\\u%04x".formatted((int) c));
            } else if (c == '"' || c == '\\' || c == '/' && style.escaped) {
                json.append('\\').append(c);
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    private static boolean paired(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }

    /** What chunks say together, put into one. */
    static String assembled(List<String> chunks) {
        var completion = new AssembledCompletion();
        for (var chunk : chunks) {
            var bytes = ("??" + chunk + "?").getBytes(UTF_8);
            completion.add(bytes, 2, bytes.length - 3);
        }
        return new String(completion.toBytes(), UTF_8);
    }
}
