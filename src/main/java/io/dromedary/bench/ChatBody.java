package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The chat request that every load sends, and what the upstream reads of it again.
 *
 * @param model asked for
 * @param tier the word of its {@code service_tier}, or null for none
 * @param stream the answer is an event stream
 * @param tokens how many tokens it has
 * @param usage it ends with an event that carries the usage
 */
record ChatBody(String model, @Nullable String tier, boolean stream, int tokens, boolean usage) {

    static final String MODEL = "bench-model";

    private static final String TURN = """
            {"role":"system","content":"You are a careful assistant who answers in plain words and never guesses."},\
            {"role":"user","content":"Why can a dromedary go for a week without a drop of water, and what happens when it drinks?"}""";

    /** One of the usual model that leaves the tier to the gateway. */
    ChatBody(boolean stream, int tokens, boolean usage) {
        this(MODEL, null, stream, tokens, usage);
    }

    /** About 330 bytes. */
    String json() {
        return """
                {"model":"%s","messages":[%s],"temperature":0.2,"max_tokens":%d%s%s}""".formatted(
                        model,
                        TURN,
                        tokens,
                        stream ? ",\"stream\":true" : "",
                        tier == null ? "" : ",\"service_tier\":\"" + tier + "\"");
    }

    /** The whole request on the wire. */
    byte[] request(int port, String key) {
        return request("/v1/chat/completions", json(), port, key);
    }

    /** Of whatever asks for an answer with a body in JSON. */
    static byte[] request(String path, String json, int port, String key) {
        return """
                POST %s HTTP/1.1\r
                host: 127.0.0.1:%d\r
                authorization: Bearer %s\r
                content-type: application/json\r
                accept: */*\r
                content-length: %d\r
                \r
                %s""".formatted(path, port, key, json.length(), json).getBytes(ISO_8859_1);
    }

    /** Looks for the three members that matter, wherever a proxy has put them and however it has spaced them. */
    static ChatBody read(String json) {
        var tokens = value(json, "\"max_tokens\"");
        return new ChatBody(
                value(json, "\"stream\"").equals("true"),
                tokens.isEmpty() ? 1 : Integer.parseInt(tokens),
                value(json, "\"include_usage\"").equals("true"));
    }

    private static String value(String json, String name) {
        var at = json.indexOf(name);
        if (at < 0) {
            return "";
        }
        var from = at + name.length();
        while (from < json.length() && (json.charAt(from) == ':' || Character.isWhitespace(json.charAt(from)))) {
            from++;
        }
        var to = from;
        while (to < json.length() && Character.isLetterOrDigit(json.charAt(to))) {
            to++;
        }
        return json.substring(from, to).toLowerCase(Locale.ROOT);
    }
}
