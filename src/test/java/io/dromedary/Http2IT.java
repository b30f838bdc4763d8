package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.Chat;
import io.dromedary.testing.GatewayProcess;
import java.io.FileInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 in clear text and over TLS, beside HTTP/1.1. */
@Timeout(120)
final class Http2IT {
    private static final char[] PASSWORD = "changeit".toCharArray();
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
        var store = selfSigned();
        try (var gateway = GatewayProcess.with()
                        .config(
                                "gateway.yaml",
                                "tls: { certificate: %s, key: %s }%n"
                                        .formatted(folder.resolve("tls.crt"), folder.resolve("tls.key")))
                        .start();
                var two = client(store, Version.HTTP_2);
                var one = client(store, Version.HTTP_1_1)) {
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

    /** Makes a key and a certificate for 127.0.0.1 with the JDK's keytool, and writes them as PEM. */
    private KeyStore selfSigned() throws Exception {
        var file = folder.resolve("store.p12");
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "front",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        var store = KeyStore.getInstance("PKCS12");
        try (var in = new FileInputStream(file.toFile())) {
            store.load(in, PASSWORD);
        }
        pem("tls.key", "PRIVATE KEY", store.getKey("front", PASSWORD).getEncoded());
        pem("tls.crt", "CERTIFICATE", store.getCertificate("front").getEncoded());
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("front", store.getCertificate("front"));
        return trusted;
    }

    private void pem(String name, String type, byte[] content) throws Exception {
        var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                folder.resolve(name), "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n");
    }
}
