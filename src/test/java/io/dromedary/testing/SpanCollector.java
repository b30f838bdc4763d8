package io.dromedary.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** An endpoint of OpenTelemetry's protocol over HTTP that keeps the spans which it is sent. */
public final class SpanCollector implements AutoCloseable {
    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
    private final List<String> services = new CopyOnWriteArrayList<>();

    private SpanCollector(HttpServer server) {
        this.server = server;
    }

    public static SpanCollector start() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var collector = new SpanCollector(server);
        server.createContext("/v1/traces", collector::take);
        server.start();
        return collector;
    }

    /** {@code http://127.0.0.1:PORT}: what {@code OTEL_EXPORTER_OTLP_ENDPOINT} is set to. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Every span so far, in the order in which they came. */
    public List<Span> spans() {
        return spans;
    }

    /** Those of one trace. */
    public List<Span> spans(String traceId) {
        return spans.stream()
                .filter(span -> id(span.getTraceId()).equals(traceId))
                .toList();
    }

    /** The header of that name of every request, by lower-case name. */
    public List<Map<String, String>> headers() {
        return headers;
    }

    /** {@code service.name} of whoever sent each batch. */
    public List<String> services() {
        return services;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            headers.add(exchange.getRequestHeaders().entrySet().stream()
                    .collect(Collectors.toMap(
                            header -> header.getKey().toLowerCase(java.util.Locale.ROOT),
                            header -> header.getValue().getFirst())));
            var zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("content-encoding"));
            try (InputStream body =
                    zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
                for (var resource : ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
                    services.add(text(resource.getResource().getAttributesList(), "service.name"));
                    resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
                }
            }
            var answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
            exchange.getResponseHeaders().set("content-type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    /** As headers and logs write it. */
    public static String id(com.google.protobuf.ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    /** A textual attribute of a span, or empty. */
    public static String text(Span span, String name) {
        return text(span.getAttributesList(), name);
    }

    private static String text(List<KeyValue> attributes, String name) {
        return attributes.stream()
                .filter(attribute -> attribute.getKey().equals(name))
                .map(attribute -> attribute.getValue().getStringValue())
                .findFirst()
                .orElse("");
    }
}
