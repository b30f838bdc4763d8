package io.dromedary.responses;

import static io.dromedary.responses.Trees.message;
import static io.dromedary.responses.Trees.texts;
import static io.dromedary.responses.Trees.there;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Ids;
import io.dromedary.store.Store;
import io.dromedary.store.StoreSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations in files. Several gateways are only played: one process uses a folder. */
final class LocalConversationsTest extends ConversationsContract {
    @TempDir
    static Path folder;

    private Store store;

    @BeforeAll
    void start() {
        store = Store.open(new StoreSettings.Local(folder, false, null), InstantSource.system());
    }

    @AfterAll
    void stop() {
        store.close();
    }

    @Override
    Conversations open() {
        return conversations(store);
    }

    @Test
    void they_are_there_after_a_restart(@TempDir Path another) {
        String id;
        try (var first = Store.open(new StoreSettings.Local(another, false, null), InstantSource.system())) {
            var conversations = conversations(first);
            id = conversation(conversations, "one");
            assertThat(there(conversations.append(PROJECT, id, "resp_1", List.of(message("two")))))
                    .hasSize(1);
        }
        try (var second = Store.open(new StoreSettings.Local(another, false, null), InstantSource.system())) {
            assertThat(texts(there(conversations(second).items(PROJECT, id)))).containsExactly("one", "two");
        }
    }

    private static Conversations conversations(Store store) {
        return new Conversations(
                store,
                Ids.random(new SecureRandom(), InstantSource.system()),
                InstantSource.system(),
                Duration.ofHours(1));
    }
}
