package io.dromedary.api;

import org.jspecify.annotations.Nullable;

/**
 * A request that a model answers, over whichever endpoint it came: as much of it as is needed to find out who may serve it
 * and what it costs. It was read once and found sound, and does not change.
 */
public interface ModelRequest {
    Endpoint endpoint();

    /** The model that the caller named. */
    ModelName model();

    /** The caller waits for server-sent events. */
    default boolean stream() {
        return false;
    }

    /** The tier that the caller asks for, or null. Whether it may have it is decided elsewhere. */
    @Nullable
    String serviceTier();

    /** The guard switches that are on, or null where none is. */
    default @Nullable Guards guards() {
        return null;
    }

    /** What ties calls together that are better served by the same backend, for the sake of its cache; null for nothing. */
    default @Nullable String session() {
        return null;
    }

    /** Bytes of text that the model reads, what is around it included; its {@link #media()} and {@link #countedTokens()} are not. */
    long textBytes();

    /** What the model reads beside text. */
    default Media media() {
        return Media.NONE;
    }

    /** Tokens that came as such, so that nobody has to guess how many they are. */
    default long countedTokens() {
        return 0;
    }

    /** How many answers the model writes, 0 where it writes nothing. */
    default int choices() {
        return 0;
    }

    /** As how many requests it counts: as many as it could have been sent in. */
    default int calls() {
        return 1;
    }

    /** The most tokens that one answer may have, 0 for unset. */
    default int maxTokens() {
        return 0;
    }
}
