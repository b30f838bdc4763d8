package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.Chat;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.SelfSigned;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A backend over TLS: another gateway, with a certificate of its own making. */
@Timeout(120)
final class TlsUpstreamIT {
    private static final String STREAM = "{\"model\":\"m\",\"stream\":true,\"messages\":\"say:over two\"}";

    @TempDir
    private Path folder;

    @Test
    void a_certificate_that_is_trusted_opens_the_way_and_any_other_keeps_the_credential_here() throws Exception {
        var certificate = SelfSigned.in(folder);
        try (var upstream = GatewayProcess.with()
                        .config("gateway.yaml", certificate.gatewayLine())
                        .start();
                var trusting = GatewayProcess.with()
                        .jvm("-Djavax.net.ssl.trustStore=" + certificate.trustedFile())
                        .jvm("-Djavax.net.ssl.trustStorePassword=" + SelfSigned.PASSWORD)
                        .backend("tls", backend(upstream.url()))
                        .start();
                var doubting = GatewayProcess.with()
                        .backend("tls", backend(upstream.url()))
                        .start();
                var client = HttpClient.newHttpClient()) {
            for (var i = 0; i < 3; i++) {
                var answer = client.send(Chat.request(trusting.url(), STREAM), BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).contains("\" two\"").endsWith("data: [DONE]\n\n");
            }

            var refused = client.send(Chat.request(doubting.url(), STREAM), BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(502);
            assertThat(refused.body()).contains("TLS failed").doesNotContain("127.0.0.1");
        }
    }

    private static String backend(String url) {
        return """
                dialect: openai
                url: %s/v1
                auth: ${env:TLS_KEY:-%s}
                models: { m: { upstream: dromedary-sim } }
                """.formatted(url, GatewayProcess.KEY);
    }
}
