package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.Chat;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.SelfSigned;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 in clear text and over TLS, beside HTTP/1.1. */
@Timeout(120)
final class Http2IT {
    private static final String WHOLE = "{\"model\":\"dromedary-sim\",\"messages\":\"say:over two\"}";
    private static final String STREAM = "{\"model\":\"dromedary-sim\",\"stream\":true,\"messages\":\"say:over two\"}";

    @TempDir
    private Path folder;

    @Test
    void clear_text_is_upgraded() throws Exception {
        try (var gateway = GatewayProcess.with().start();
                var client = HttpClient.newBuilder().version(Version.HTTP_2).build()) {
            assertServes(client, gateway.url(), Version.HTTP_2);
        }
    }

    @Test
    void over_tls_the_version_is_negotiated() throws Exception {
        var certificate = SelfSigned.in(folder);
        try (var gateway = GatewayProcess.with()
                        .config("gateway.yaml", certificate.gatewayLine())
                        .start();
                var two = client(certificate.trusted(), Version.HTTP_2);
                var one = client(certificate.trusted(), Version.HTTP_1_1)) {
            assertThat(gateway.url()).startsWith("https://");
            assertServes(two, gateway.url(), Version.HTTP_2);
            assertServes(one, gateway.url(), Version.HTTP_1_1);
        }
    }

    private static void assertServes(HttpClient client, String url, Version version) throws Exception {
        for (var i = 0; i < 3; i++) {
            var whole = client.send(Chat.request(url, WHOLE), BodyHandlers.ofString());
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(whole.version()).isEqualTo(version);
            assertThat(whole.body()).contains("over two");
            var stream = client.send(Chat.request(url, STREAM), BodyHandlers.ofString());
            assertThat(stream.body()).contains("\" two\"").endsWith("data: [DONE]\n\n");
            var refused = client.send(Chat.request(url, "{"), BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(400);
        }
    }

    private static HttpClient client(KeyStore store, Version version) throws Exception {
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().version(version).sslContext(tls).build();
    }
}
