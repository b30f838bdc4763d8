package io.dromedary.api.responses;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names the items of one response or conversation, one after the other. An item's id has the random part of its owner in
 * it, so that the owner is found by it without an index: {@code msg_<hex digits>r0} is the first one of {@code
 * resp_<the same>}.
 */
public final class ItemIds {
    private static final String RESPONSE = "resp_";
    private static final String CONVERSATION = "conv_";
    private static final Pattern ITEM =
            Pattern.compile("[a-z]{1,8}_((?:[0-9a-f]{12})?[0-9a-f]{32})([rc])[0-9a-z]{1,7}");

    private final String middle;
    private int next;

    private ItemIds(String owner, String prefix, char kind, int next) {
        if (!owner.startsWith(prefix)) {
            throw new IllegalArgumentException(owner + " does not begin with " + prefix);
        }
        this.middle = owner.substring(prefix.length()) + kind;
        this.next = next;
    }

    /** @param response its id, {@code resp_} and 44 hexadecimal digits, or 32 without a date */
    public static ItemIds ofResponse(String response) {
        return new ItemIds(response, RESPONSE, 'r', 0);
    }

    /**
     * Of a response of which others have named items before.
     *
     * @param next how many at most
     */
    public static ItemIds ofResponse(String response, int next) {
        return new ItemIds(response, RESPONSE, 'r', next);
    }

    /**
     * Of a conversation.
     *
     * @param conversation its id, {@code conv_} and 32 hexadecimal digits
     * @param next how many items it has named so far
     */
    public static ItemIds ofConversation(String conversation, int next) {
        return new ItemIds(conversation, CONVERSATION, 'c', next);
    }

    /** @param prefix with its separator, e.g. {@code msg_}, {@code fc_}, {@code rs_} */
    public String next(String prefix) {
        return prefix + middle + Integer.toString(next++, Character.MAX_RADIX);
    }

    /** How many it has named, those included that were named before it was made. */
    public int named() {
        return next;
    }

    /** The id of the response or conversation that named an item, or null where the gateway made up no such id. */
    public static @Nullable String owner(String item) {
        var parts = ITEM.matcher(item);
        if (!parts.matches()) {
            return null;
        }
        return (parts.group(2).equals("r") ? RESPONSE : CONVERSATION) + parts.group(1);
    }
}
