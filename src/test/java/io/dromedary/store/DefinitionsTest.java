package io.dromedary.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import org.infinispan.configuration.cache.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator may write into {@code config/infinispan.xml}, and what may not stand there. */
final class DefinitionsTest {
    private static final Path SHIPPED = Path.of("config/infinispan.xml");

    @TempDir
    Path folder;

    private Path file;
    private String xml;

    @BeforeEach
    void copy() throws IOException {
        file = folder.resolve("infinispan.xml");
        xml = Files.readString(SHIPPED);
    }

    @Test
    void where_there_is_no_file_the_shipped_one_holds() {
        assertThat(Definitions.of(settings()).xml()).isEqualTo(xml);
        assertThat(Definitions.of(settings()).parsed(settings()).getNamedConfigurationBuilders())
                .containsKey("responses");
    }

    @Test
    void the_file_of_an_operator_holds() throws IOException {
        Files.writeString(file, xml.replace("max-size=\"16MB\"", "max-size=\"7MB\""));
        assertThat(jobs(settings()).memory().maxSize()).isEqualTo("7MB");
    }

    @Test
    void the_folder_and_fsync_are_what_the_gateway_says() {
        for (var fsync : new boolean[] {true, false}) {
            var settings = new StoreSettings.Local(folder.resolve("data"), fsync, file);
            var store = jobs(settings).persistence().stores().getFirst();
            assertThat(store.toString())
                    .contains("sync-writes=" + fsync)
                    .contains(folder.resolve("data").toString());
        }
    }

    @Test
    void a_file_that_is_no_xml_says_which() throws IOException {
        refused("<infinispan", "infinispan.xml");
    }

    @Test
    void an_element_that_infinispan_does_not_know_says_which() throws IOException {
        refused(xml.replace("<memory ", "<memoir "), "memoir");
    }

    @Test
    void a_cache_that_is_missing_says_which() throws IOException {
        refused(xml.replace("<local-cache name=\"jobs\"", "<local-cache name=\"chores\""), "no cache for jobs");
    }

    @Test
    void a_durable_cache_without_a_store_is_refused() throws IOException {
        refused(
                xml.replace("<local-cache name=\"jobs\" configuration=\"durable\"/>", "<local-cache name=\"jobs\"/>"),
                "jobs loses what was acknowledged");
    }

    @Test
    void passivation_is_refused() throws IOException {
        refused(xml.replace("passivation=\"false\"", "passivation=\"true\""), "loses what was acknowledged");
    }

    @Test
    void a_store_that_is_emptied_at_the_start_is_refused() throws IOException {
        refused(xml.replace("purge=\"false\"", "purge=\"true\""), "loses what was acknowledged");
    }

    @Test
    void a_store_that_is_written_later_is_refused() throws IOException {
        refused(xml.replace("</file-store>", "<write-behind/></file-store>"), "loses what was acknowledged");
    }

    @Test
    void a_clustered_cache_is_refused() throws IOException {
        refused(
                xml.replace(
                        "<local-cache name=\"files\" configuration=\"durable\"/>",
                        "<replicated-cache name=\"files\"/>"),
                "files is clustered");
    }

    private void refused(String text, String because) throws IOException {
        Files.writeString(file, text);
        assertThatThrownBy(() -> Store.open(settings(), InstantSource.system()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(because);
        assertThat(folder.resolve("data")).doesNotExist();
    }

    private static Configuration jobs(StoreSettings.Local settings) {
        var caches = Definitions.of(settings).parsed(settings).getNamedConfigurationBuilders();
        return Objects.requireNonNull(caches.get("jobs")).build();
    }

    private StoreSettings.Local settings() {
        return new StoreSettings.Local(folder.resolve("data"), false, file);
    }
}
