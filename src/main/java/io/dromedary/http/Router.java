package io.dromedary.http;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request by method and path. Besides the path as it is written, {@code /chat/completions} without
 * {@code /v1} and {@code /PROJECT/v1/...} are served, as some providers' clients send them.
 */
final class Router {
    /** What was found; {@code consumer} is null when the path is known and the method is not. */
    record Match(
            @Nullable RouteConsumer consumer, Map<String, String> parameters, String project, Set<String> allowed) {}

    private final Map<String, Map<String, RouteConsumer>> literal = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<RouteConsumer> patterns = new CopyOnWriteArrayList<>();

    void add(RouteConsumer consumer) {
        if (consumer.pattern().literal()) {
            var methods = literal.computeIfAbsent(consumer.pattern().text(), path -> new ConcurrentHashMap<>());
            consumer.methods().forEach(method -> methods.put(method, consumer));
        } else {
            patterns.add(consumer);
        }
    }

    void remove(RouteConsumer consumer) {
        patterns.remove(consumer);
        literal.computeIfPresent(consumer.pattern().text(), (path, methods) -> {
            methods.values().removeIf(consumer::equals);
            return methods.isEmpty() ? null : methods;
        });
    }

    /** What serves this, or null where nothing has such a path. */
    @Nullable
    Match match(String method, String path) {
        var direct = exact(method, path, "");
        if (direct != null || path.startsWith("/v1/")) {
            return direct;
        }
        var unversioned = exact(method, "/v1" + path, "");
        if (unversioned != null) {
            return unversioned;
        }
        var slash = path.indexOf('/', 1);
        return slash > 1 && path.startsWith("/v1/", slash)
                ? exact(method, path.substring(slash), path.substring(1, slash))
                : null;
    }

    private @Nullable Match exact(String method, String path, String project) {
        var methods = literal.get(path);
        if (methods != null) {
            var consumer = methods.get(method);
            return new Match(
                    consumer, Map.of(), project, consumer == null ? new TreeSet<>(methods.keySet()) : Set.of());
        }
        Set<String> allowed = new TreeSet<>();
        for (var consumer : patterns) {
            var parameters = consumer.pattern().match(path);
            if (parameters == null) {
                continue;
            }
            if (consumer.methods().contains(method)) {
                return new Match(consumer, parameters, project, Set.of());
            }
            allowed.addAll(consumer.methods());
        }
        return allowed.isEmpty() ? null : new Match(null, Map.of(), project, allowed);
    }
}
