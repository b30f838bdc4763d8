package io.dromedary.store;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where things are kept. */
public sealed interface StoreSettings {
    /**
     * In this process, with files in a folder of its own.
     *
     * @param folder made where it is not there; one process uses it at a time
     * @param fsync a write is complete only once it would outlive the machine, too
     * @param definitions an Infinispan configuration with a local cache for each shelf; where it is null or no file is
     *     there, the one that comes with the gateway
     */
    record Local(Path folder, boolean fsync, @Nullable Path definitions) implements StoreSettings {}

    /**
     * On Infinispan servers.
     *
     * @param servers at least one, each as {@code host:port} or {@code host}
     * @param login null where the servers ask for none
     */
    record Remote(List<String> servers, @Nullable Login login) implements StoreSettings {
        public Remote {
            servers = List.copyOf(servers);
            if (servers.isEmpty()) {
                throw new IllegalArgumentException("a remote store needs a server");
            }
        }
    }

    record Login(String username, String password) {
        @Override
        public String toString() {
            return username;
        }
    }
}
