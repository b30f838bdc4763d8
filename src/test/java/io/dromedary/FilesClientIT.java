package io.dromedary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.MultipartField;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileListParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.NodeClients;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OpenAI's own clients upload, list, fetch and delete, checking every answer against their types. */
@Timeout(300)
final class FilesClientIT {
    private static GatewayProcess gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with().backend("simulator", """
                        dialect: simulator
                        models:
                          simulated: { upstream: simulator }
                        """).start();
        client = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(GatewayProcess.KEY)
                .maxRetries(0)
                .responseValidation(true)
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
    }

    private static FileCreateParams.Builder upload(String name, String content) {
        return FileCreateParams.builder()
                .file(MultipartField.<InputStream>builder()
                        .value(new ByteArrayInputStream(content.getBytes(UTF_8)))
                        .filename(name)
                        .build())
                .purpose(FilePurpose.USER_DATA);
    }

    @Test
    void openais_java_client_is_content() throws Exception {
        var file = client.files().create(upload("a.txt", "one two").build());
        assertThat(file.filename()).isEqualTo("a.txt");
        assertThat(file.bytes()).isEqualTo(7);
        assertThat(file.expiresAt()).isPresent();
        assertThat(client.files().retrieve(file.id())).isEqualTo(file);
        try (var content = client.files().content(file.id())) {
            assertThat(new String(content.body().readAllBytes(), UTF_8)).isEqualTo("one two");
        }
        assertThat(client.files().delete(file.id()).deleted()).isTrue();
        assertThatThrownBy(() -> client.files().retrieve(file.id())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> client.files().content(file.id())).isInstanceOf(NotFoundException.class);
    }

    @Test
    void openais_java_client_says_when_a_file_expires() {
        var file = client.files()
                .create(upload("a.txt", "x")
                        .expiresAfter(FileCreateParams.ExpiresAfter.builder()
                                .seconds(7200)
                                .build())
                        .build());
        assertThat(file.expiresAt().orElseThrow() - file.createdAt()).isEqualTo(7200);
        assertThatThrownBy(() -> client.files()
                        .create(upload("a.txt", "x")
                                .purpose(FilePurpose.of("fun"))
                                .build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        refused -> assertThat(refused.param()).hasValue("purpose"));
    }

    @Test
    void openais_java_client_reads_lists_page_by_page() {
        var made = new HashSet<String>();
        for (var i = 0; i < 5; i++) {
            made.add(client.files().create(upload("p" + i, "x").build()).id());
        }
        var listed = new ArrayList<FileObject>();
        client.files()
                .list(FileListParams.builder().limit(2).build())
                .autoPager()
                .forEach(listed::add);
        assertThat(listed).extracting(FileObject::id).containsAll(made).doesNotHaveDuplicates();
        assertThat(listed)
                .isSortedAccordingTo(Comparator.comparing(FileObject::createdAt).reversed());
    }

    @Test
    void openais_node_client_is_content() throws Exception {
        NodeClients.assertContent("files.mjs", gateway, GatewayProcess.KEY, "simulated");
    }
}
