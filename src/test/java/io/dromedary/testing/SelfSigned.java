package io.dromedary.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** A key and a certificate for 127.0.0.1 and localhost, made with the JDK's keytool. */
public final class SelfSigned {
    /** Of the stores. */
    public static final String PASSWORD = "changeit";

    private final Path folder;
    private final KeyStore store;

    private SelfSigned(Path folder, KeyStore store) {
        this.folder = folder;
        this.store = store;
    }

    /** Makes them in a folder of the caller's. */
    public static SelfSigned in(Path folder) throws Exception {
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
                PASSWORD);
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        var store = KeyStore.getInstance("PKCS12");
        try (var in = new FileInputStream(file.toFile())) {
            store.load(in, PASSWORD.toCharArray());
        }
        var made = new SelfSigned(folder, store);
        made.pem(
                "tls.key",
                "PRIVATE KEY",
                store.getKey("front", PASSWORD.toCharArray()).getEncoded());
        made.pem("tls.crt", "CERTIFICATE", store.getCertificate("front").getEncoded());
        return made;
    }

    /** The line of {@code gateway.yaml} with which a gateway serves it. */
    public String gatewayLine() {
        return "tls: { certificate: %s, key: %s }%n".formatted(folder.resolve("tls.crt"), folder.resolve("tls.key"));
    }

    /** A store that trusts the certificate. */
    public KeyStore trusted() throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("front", store.getCertificate("front"));
        return trusted;
    }

    /** A file with {@link #trusted()}. */
    public Path trustedFile() throws Exception {
        var file = folder.resolve("trusted.p12");
        try (var out = Files.newOutputStream(file)) {
            trusted().store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    private void pem(String name, String type, byte[] content) throws Exception {
        var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                folder.resolve(name), "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n");
    }
}
