package io.dromedary.backend.dialect.responses;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** One output item, and how much of each of its texts was sent: what comes at its end beyond that is still to be sent. */
final class SentItem {
    /** Number of its tool call, or -1 where it has begun none. */
    int call = -1;

    /** It was told that it is over. */
    boolean done;

    private final Map<String, Integer> lengths = new HashMap<>();
    private final Map<String, Long> starts = new HashMap<>();
    private final Set<String> withTokens = new HashSet<>();

    /** Nothing of any text was sent yet. */
    boolean isSilent() {
        return lengths.isEmpty();
    }

    boolean hasBegun(String text) {
        return lengths.containsKey(text);
    }

    void sent(String text, String piece) {
        lengths.merge(text, piece.length(), Integer::sum);
    }

    /** What of the whole text was not sent. */
    String rest(String text, String whole) {
        return whole.substring(Math.min(whole.length(), lengths.getOrDefault(text, 0)));
    }

    /** @param characters of the whole answer's content that come before this text */
    void startsAfter(String text, long characters) {
        starts.putIfAbsent(text, characters);
    }

    long startOf(String text, long otherwise) {
        return starts.getOrDefault(text, otherwise);
    }

    void sentTokens(String text) {
        withTokens.add(text);
    }

    boolean hasTokens(String text) {
        return withTokens.contains(text);
    }
}
