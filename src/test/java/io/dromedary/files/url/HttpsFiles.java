package io.dromedary.files.url;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.dromedary.testing.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A server of files at {@code https://localhost:PORT}, with a certificate that its {@link #trust} trusts. */
public final class HttpsFiles implements AutoCloseable {
    /** Answers one request. */
    public interface Page {
        void answer(HttpExchange exchange) throws IOException;
    }

    private final HttpsServer server;
    private final SSLContext trust;
    private final Map<String, Page> pages = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();

    public HttpsFiles(Path folder) throws Exception {
        var signed = SelfSigned.in(folder);
        trust = SSLContext.getInstance("TLS");
        var trusts = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusts.init(signed.trusted());
        trust.init(null, trusts.getTrustManagers(), null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setHttpsConfigurator(new HttpsConfigurator(own(folder)));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            try (exchange) {
                pages.getOrDefault(exchange.getRequestURI().getPath(), missing -> missing.sendResponseHeaders(404, -1))
                        .answer(exchange);
            }
        });
        server.start();
    }

    private static SSLContext own(Path folder) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(folder.resolve("store.p12"))) {
            store.load(in, SelfSigned.PASSWORD.toCharArray());
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, SelfSigned.PASSWORD.toCharArray());
        var own = SSLContext.getInstance("TLS");
        own.init(keys.getKeyManagers(), null, null);
        return own;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url(String path) {
        return "https://localhost:" + port() + path;
    }

    public SSLContext trust() {
        return trust;
    }

    public int requests() {
        return requests.get();
    }

    public HttpsFiles page(String path, Page page) {
        pages.put(path, page);
        return this;
    }

    public HttpsFiles file(String path, byte[] content) {
        return page(path, exchange -> {
            exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
        });
    }

    public HttpsFiles redirect(String path, String location) {
        return page(path, exchange -> {
            exchange.getResponseHeaders().set("location", location);
            exchange.sendResponseHeaders(302, -1);
        });
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
