package io.dromedary.responses;

import io.dromedary.api.Reply;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.responses.ChatNames;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What a caller asked of an API other than chat, of the Responses API for one, while it runs as a chat call in the middle.
 * Lives on the call's event loop.
 */
public interface Turn {
    /** What the backends are asked. */
    ChatRequest chat();

    /**
     * The caller's answer. What is to be kept is kept before it is told.
     *
     * @param answer that of the chat call: a whole completion, or chunks as they come
     * @return fails with {@link io.dromedary.api.error.RefusedException} where the answer cannot be kept; complete on any
     *     thread
     */
    CompletionStage<Reply> answered(Reply answer);

    /**
     * What the caller is told where there is no answer.
     *
     * @param told the refusal as an error
     * @param begun the status line is out, and with it that events will follow
     * @return never fails; complete on any thread
     */
    CompletionStage<Reply> refused(Refusal refusal, Reply.Whole told, boolean begun);

    /** What the caller knows a member of the chat request as. */
    default String asked(String chat) {
        return ChatNames.asked(chat);
    }

    /** Members of what the caller sent that were left out on the way to chat, and do not change what the answer means. */
    default List<String> dropped() {
        return List.of();
    }
}
