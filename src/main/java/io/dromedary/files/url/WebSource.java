package io.dromedary.files.url;

import io.dromedary.api.error.RefusedException;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** Reads public files over HTTPS. Every connection is a new one, and every hop of a redirect is checked like the first. */
final class WebSource implements Closeable {
    private static final int MOST_REDIRECTS = 5;

    private final Supplier<Permits> permits;
    private final Times times;
    private final CloseableHttpClient client;

    // without a bound the head of an answer could fill the memory: only its body is counted
    private static final int LONGEST_LINE = 16_384;
    private static final int MOST_HEADERS = 200;

    /**
     * How long it may take.
     *
     * @param connect until a connection is there, twice: once more for TLS
     * @param silence between two pieces of an answer
     * @param whole from the request to the last byte
     */
    record Times(Duration connect, Duration silence, Duration whole) {
        static final Times USUAL = new Times(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(15));
    }

    WebSource(Supplier<Permits> permits, Names names, SSLContext tls, Times times) {
        this.permits = permits;
        this.times = times;
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxLineLength(LONGEST_LINE)
                                .setMaxHeaderCount(MOST_HEADERS)
                                .build())
                        .build())
                .setDnsResolver(new CheckedNames(names, permits))
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                .setMaxConnTotal(Integer.MAX_VALUE)
                .setMaxConnPerRoute(Integer.MAX_VALUE)
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(times.connect()))
                        .setSocketTimeout(Timeout.of(times.silence()))
                        .build())
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setSoTimeout(Timeout.of(times.silence()))
                        .build())
                .setDefaultTlsConfig(TlsConfig.custom()
                        .setHandshakeTimeout(Timeout.of(times.connect()))
                        .build())
                .build();
        this.client = HttpClients.custom()
                .setConnectionManager(connections)
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.of(times.silence()))
                        .build())
                .setUserAgent("dromedary")
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableAutomaticRetries()
                .build();
    }

    /**
     * Copies a file. Waits.
     *
     * @param most bytes; more are refused
     * @throws RefusedException 400 that says why it is not there
     * @throws io.dromedary.files.UnsteadyException where it may be there another time
     */
    <T> T read(HttpsUrl url, long most, Copy<T> copy) throws IOException {
        var at = url;
        var over = new CompletableFuture<Boolean>();
        over.orTimeout(times.whole().toMillis(), TimeUnit.MILLISECONDS);
        try {
            for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
                permits.get().check(at);
                var request = new HttpGet(at.toString());
                over.exceptionally(late -> request.cancel());
                try (var response = client.executeOpen(new HttpHost("https", at.host(), at.port()), request, null)) {
                    try {
                        var next = redirect(at, response);
                        if (next == null) {
                            return content(response, most, copy);
                        }
                        at = next;
                    } finally {
                        // to close an answer is to read it to its end, however far that is: the rest is cut off before
                        request.cancel();
                    }
                }
            }
            throw Unfetchable.because("redirects more than " + MOST_REDIRECTS + " times.");
        } catch (IOException e) {
            throw over.isCompletedExceptionally() ? late() : told(e);
        } finally {
            over.complete(true);
        }
    }

    private static @Nullable HttpsUrl redirect(HttpsUrl at, ClassicHttpResponse response) {
        return switch (response.getCode()) {
            case HttpStatus.SC_MOVED_PERMANENTLY,
                    HttpStatus.SC_MOVED_TEMPORARILY,
                    HttpStatus.SC_SEE_OTHER,
                    HttpStatus.SC_TEMPORARY_REDIRECT,
                    HttpStatus.SC_PERMANENT_REDIRECT -> {
                var location = response.getFirstHeader(HttpHeaders.LOCATION);
                if (location == null || location.getValue() == null) {
                    throw Unfetchable.because("redirects to nowhere.");
                }
                yield at.follow(location.getValue());
            }
            default -> null;
        };
    }

    private static <T> T content(ClassicHttpResponse response, long most, Copy<T> copy) throws IOException {
        var status = response.getCode();
        if (status != HttpStatus.SC_OK) {
            var why = "is answered with the status " + status + ".";
            throw isPassing(status) ? Unfetchable.forNow(why) : Unfetchable.because(why);
        }
        var entity = response.getEntity();
        if (entity == null) {
            throw Unfetchable.because("is answered with nothing.");
        }
        var encoding = entity.getContentEncoding();
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw Unfetchable.because("is answered with compressed content, which is not taken.");
        }
        if (entity.getContentLength() > most) {
            throw Copy.tooLong(most);
        }
        return copy.of(entity.getContent(), most);
    }

    private static boolean isPassing(int status) {
        return status >= HttpStatus.SC_SERVER_ERROR
                || status == HttpStatus.SC_TOO_MANY_REQUESTS
                || status == HttpStatus.SC_REQUEST_TIMEOUT;
    }

    private static RuntimeException told(IOException failure) {
        if (failure instanceof UnknownHostException) {
            return Unfetchable.forNow("names a host that cannot be found.");
        }
        if (failure instanceof SSLException) {
            return Unfetchable.because("names a host whose certificate does not hold.");
        }
        if (failure instanceof ConnectTimeoutException || !(failure instanceof SocketTimeoutException)) {
            return Unfetchable.forNow("cannot be read: the connection fails or breaks.");
        }
        return late();
    }

    private static RuntimeException late() {
        return Unfetchable.forNow("takes too long to answer.");
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
