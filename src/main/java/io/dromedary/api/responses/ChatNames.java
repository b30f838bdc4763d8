package io.dromedary.api.responses;

import io.dromedary.api.error.Refusal;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Members of chat requests by the names that they have in the Responses API. What is refused, or left out, further on is
 * told by chat's names, and the caller knows only the others.
 */
public final class ChatNames {
    private static final Map<String, String> NAMES = Map.of(
            "messages", "input",
            "max_completion_tokens", "max_output_tokens",
            "max_tokens", "max_output_tokens",
            "response_format", "text.format",
            "verbosity", "text.verbosity",
            "reasoning_effort", "reasoning.effort",
            "logprobs", "top_logprobs");

    private ChatNames() {}

    /**
     * What the caller knows a member as. Places within messages are not told apart, for a message is made of several items.
     *
     * @param chat a member, or a path that begins with one
     */
    public static String asked(String chat) {
        var end = 0;
        while (end < chat.length() && chat.charAt(end) != '.' && chat.charAt(end) != '[') {
            end++;
        }
        var member = chat.substring(0, end);
        if (member.equals("input") || member.equals("output") && isOfBoth(chat.substring(end))) {
            return "safeguards" + chat.substring(end);
        }
        if (member.equals("output")) {
            return "safeguards." + chat;
        }
        var name = NAMES.get(member);
        if (name == null) {
            return chat;
        }
        return name.equals("input") ? name : name + chat.substring(end);
    }

    /** Switches of guards that need not say of which side they are. */
    private static boolean isOfBoth(String name) {
        return name.equals(".toxicity") || name.equals(".factuality");
    }

    /** The same refusal with the caller's name for what is wrong, in its message too where that has it in quotes. */
    public static Refusal refusal(Refusal refusal) {
        return refusal(refusal, ChatNames::asked);
    }

    /** The same for another API that is a front of chat. */
    public static Refusal refusal(Refusal refusal, UnaryOperator<String> names) {
        var param = refusal.param();
        if (param == null || names.apply(param).equals(param)) {
            return refusal;
        }
        var asked = names.apply(param);
        var message = said(refusal.message(), param, asked);
        return switch (refusal) {
            case Refusal.BadRequest bad -> new Refusal.BadRequest(message, asked, bad.code());
            case Refusal.Rejected theirs ->
                new Refusal.Rejected(theirs.status(), message, theirs.type(), asked, theirs.code());
            default -> refusal;
        };
    }

    private static String said(String message, String param, String asked) {
        return message.replace("`" + param + "`", "`" + asked + "`").replace("'" + param + "'", "'" + asked + "'");
    }
}
