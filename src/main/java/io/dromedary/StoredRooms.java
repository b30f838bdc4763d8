package io.dromedary;

import io.dromedary.api.Ids;
import io.dromedary.config.GatewaySettings;
import io.dromedary.config.GatewaySettings.StoreMode;
import io.dromedary.responses.Compaction;
import io.dromedary.responses.CompactionSeal;
import io.dromedary.responses.ConversationPages;
import io.dromedary.responses.Conversations;
import io.dromedary.responses.InputItems;
import io.dromedary.responses.Recall;
import io.dromedary.responses.ResponseMemory;
import io.dromedary.responses.Timer;
import io.dromedary.steps.ResponseSteps;
import io.dromedary.store.Store;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Supplier;

/** The rooms that keep something, over one store. */
final class StoredRooms {
    private StoredRooms() {}

    /**
     * Waits for the store.
     *
     * @param settings as they are at the time
     */
    static ResponseSteps.Rooms of(
            Store store, Supplier<GatewaySettings> settings, Timer timer, Ids ids, InstantSource clock) {
        var shared = settings.get().store().mode() == StoreMode.REMOTE;
        var memory = ResponseMemory.in(store, shared, () -> settings.get().responses(), timer);
        var retention = settings.get().responses().retention();
        var conversations = new Conversations(store, ids, clock, retention);
        var seal = CompactionSeal.of(store, new SecureRandom())
                .toCompletableFuture()
                .join();
        var recall = new Recall(memory, conversations, new Compaction(seal, ids, clock), ids, clock);
        return new ResponseSteps.Rooms(
                recall, memory, new ConversationPages(conversations, InputItems.USUAL, recall::find));
    }
}
