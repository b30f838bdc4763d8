package io.dromedary.steps.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A server that speaks as much of S3 as the gateway needs, with objects in its memory. */
public final class ScriptedS3 implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final Map<String, Map<Integer, byte[]>> uploads = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile int failures;
    private volatile int cutAfter = Integer.MAX_VALUE;
    private volatile boolean endless;

    public ScriptedS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                answer(exchange);
            }
        });
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Method and path of each request, with what comes after. */
    public List<String> requests() {
        return requests;
    }

    /** By {@code /bucket/key}. */
    public Map<String, byte[]> objects() {
        return objects;
    }

    /** Multi-part uploads that were begun and have not ended. */
    public int openUploads() {
        return uploads.size();
    }

    /** The next requests are answered with 503. */
    public void fail(int next) {
        failures = next;
    }

    /** Bodies break off after so many bytes. */
    public void cutAfter(int bytes) {
        cutAfter = bytes;
    }

    /** Bodies come byte by byte, and do not end. */
    public void trickle() {
        endless = true;
    }

    private void answer(HttpExchange exchange) throws IOException {
        var uri = exchange.getRequestURI();
        var signed = String.valueOf(exchange.getRequestHeaders().getFirst("authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=key/");
        var body = exchange.getRequestBody().readAllBytes();
        requests.add(exchange.getRequestMethod() + " " + uri);
        if (failures > 0) {
            failures--;
            error(exchange, 503, "SlowDown");
        } else if (!signed) {
            error(exchange, 403, "AccessDenied");
        } else if (uri.getPath().startsWith("/closed/")) {
            error(exchange, 403, "AccessDenied");
        } else {
            answer(exchange, uri.getPath(), query(uri), body);
        }
    }

    private void answer(HttpExchange exchange, String path, Map<String, String> query, byte[] body) throws IOException {
        var upload = query.get("uploadId");
        switch (exchange.getRequestMethod()) {
            case "GET" -> get(exchange, path);
            case "PUT" -> {
                if (upload == null) {
                    objects.put(path, body);
                } else {
                    Objects.requireNonNull(uploads.get(upload)).put(Integer.parseInt(query.get("partNumber")), body);
                }
                exchange.getResponseHeaders().set("etag", "\"e" + body.length + "\"");
                exchange.sendResponseHeaders(200, -1);
            }
            case "POST" -> {
                if (upload == null) {
                    uploads.put("u1", new TreeMap<>());
                    xml(
                            exchange,
                            200,
                            "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>");
                } else {
                    var whole = new ByteArrayOutputStream();
                    Objects.requireNonNull(uploads.remove(upload)).values().forEach(whole::writeBytes);
                    objects.put(path, whole.toByteArray());
                    xml(exchange, 200, "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>");
                }
            }
            case "DELETE" -> {
                uploads.remove(String.valueOf(upload));
                exchange.sendResponseHeaders(204, -1);
            }
            default -> error(exchange, 405, "MethodNotAllowed");
        }
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        var content = objects.get(path);
        if (content == null) {
            error(exchange, 404, "NoSuchKey");
            return;
        }
        if (endless) {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write('.');
                exchange.getResponseBody().flush();
            }
        }
        exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
        exchange.getResponseBody().write(content, 0, Math.min(content.length, cutAfter));
        exchange.getResponseBody().flush();
        if (content.length > cutAfter) {
            throw new IOException("cut");
        }
    }

    private static Map<String, String> query(URI uri) {
        var query = new TreeMap<String, String>();
        for (var part : String.valueOf(uri.getQuery()).split("&")) {
            var equals = part.indexOf('=');
            query.put(equals < 0 ? part : part.substring(0, equals), equals < 0 ? "" : part.substring(equals + 1));
        }
        return query;
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        xml(exchange, status, "<Error><Code>" + code + "</Code><Message>no</Message></Error>");
    }

    private static void xml(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/xml");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
