package io.dromedary.api.front;

import io.dromedary.api.Reply;
import io.dromedary.api.chat.ChatRequest;
import java.util.List;

/** One request of an API other than chat, and how the answer to its chat request is told in that API. */
public interface Front {
    /** What the backends are asked. */
    ChatRequest chat();

    /** What the caller knows a member of the chat request as, e.g. {@code stop_sequences} for {@code stop}. */
    String asked(String chat);

    /** Members, by the caller's names, that chat has no words for and that do not change what the answer means. */
    List<String> dropped();

    /**
     * A whole answer.
     *
     * @param completion UTF-8 JSON of a chat completion
     */
    byte[] whole(byte[] completion);

    /** A writer of the events of one streamed answer. */
    Events events();

    /** A refusal as an event of a stream whose status line is out. */
    byte[] failed(Reply.Whole told);

    /** Turns the chunks of one answer into framed events, each possibly empty. Belongs to one event loop. */
    interface Events {
        /** @param json data of one chunk */
        byte[] chunk(byte[] json);

        /**
         * The last events.
         *
         * @param whole the stream ended as it should; else it broke off, and the caller is told, unless it was already
         */
        byte[] end(boolean whole);
    }
}
