package io.dromedary.backend;

import io.dromedary.api.Reply;
import java.util.List;

/**
 * A request for an endpoint other than chat as one upstream takes it: as one upstream request, or in parts, where a list is
 * longer than the upstream takes at once. Made for one attempt and used by it alone, on one event loop.
 */
public interface Task {
    /** How many upstream requests it takes, at least 1. It succeeds and fails as a whole. */
    int parts();

    /** How many of them may be under way at once. */
    default int atOnce() {
        return 1;
    }

    /**
     * One of the requests, made when it is about to be sent.
     *
     * @param part from 0; each is asked for once, in order
     */
    Sending sending(int part);

    /**
     * What reads the answer to that request, and keeps what {@link #reply()} needs of it. What it gives as the client's is
     * used where the answer is a stream, which only a task of one part can have; otherwise it is looked at for being there.
     *
     * @param part from 0; each is asked for once, after its {@link #sending}
     */
    ChatAnswer reader(int part);

    /** The answer for the client, of parts that were all read: in one, or piece by piece where it is large. Called once. */
    Reply reply();

    /** Members of the request that were left out and do not change what the answer means; the caller is told. */
    default List<String> dropped() {
        return List.of();
    }
}
