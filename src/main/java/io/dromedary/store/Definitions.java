package io.dromedary.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.infinispan.commons.CacheException;
import org.infinispan.configuration.cache.Configuration;
import org.infinispan.configuration.parsing.ConfigurationBuilderHolder;
import org.infinispan.configuration.parsing.ParserRegistry;

/** How the caches of a local store are defined: an operator's file, or the one that comes with the gateway. */
record Definitions(String source, String xml) {
    private static final String SHIPPED = "infinispan.xml";

    static Definitions of(StoreSettings.Local settings) {
        var file = settings.definitions();
        try {
            return file == null || Files.notExists(file) ? shipped() : new Definitions(file.toString(), text(file));
        } catch (IOException e) {
            throw new StoreException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Definitions shipped() throws IOException {
        try (var in = Definitions.class.getResourceAsStream(SHIPPED)) {
            if (in == null) {
                throw new UncheckedIOException(new IOException(SHIPPED + " is missing from the gateway's jar"));
            }
            return new Definitions("the built-in " + SHIPPED, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file);
    }

    /** @throws StoreException where they are no definitions of what the gateway keeps */
    ConfigurationBuilderHolder parsed(StoreSettings.Local settings) {
        var properties = new Properties();
        properties.setProperty(
                "dromedary.data", settings.folder().toAbsolutePath().toString());
        properties.setProperty("dromedary.fsync", Boolean.toString(settings.fsync()));
        try {
            var holder = new ParserRegistry(Definitions.class.getClassLoader(), false, properties).parse(xml);
            for (var shelf : ShelfName.values()) {
                if (shelf.durable()) {
                    check(shelf, holder);
                }
            }
            return holder;
        } catch (CacheException | IllegalArgumentException | IllegalStateException e) {
            throw new StoreException(source + ": " + e.getMessage(), e);
        }
    }

    private void check(ShelfName shelf, ConfigurationBuilderHolder holder) {
        var builder = holder.getNamedConfigurationBuilders().get(shelf.cache());
        if (builder == null) {
            throw new StoreException(source + ": there is no cache for " + shelf + "; add <local-cache name=\"" + shelf
                    + "\"> as in the file that comes with the gateway");
        }
        var cache = builder.build();
        if (cache.clustering().cacheMode().isClustered()) {
            throw new StoreException(source + ": the cache " + shelf
                    + " is clustered; a local store is not. For several gateways use store.mode: remote");
        }
        if (!writesThrough(cache)) {
            throw new StoreException(source + ": the cache " + shelf + " loses what was acknowledged; give it a store"
                    + " in <persistence passivation=\"false\"> without write-behind, purge or read-only");
        }
    }

    private static boolean writesThrough(Configuration cache) {
        var persistence = cache.persistence();
        return !persistence.passivation()
                && persistence.stores().stream()
                        .anyMatch(store -> !store.async().enabled()
                                && !store.ignoreModifications()
                                && !store.writeOnly()
                                && !store.purgeOnStartup());
    }
}
