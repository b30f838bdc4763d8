package io.dromedary.observe;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Reply;
import io.dromedary.api.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What {@code /observe/health} says. Live: the process answers. Ready: it takes calls, because it is not draining and at
 * least one backend is in use. A configuration that was refused does not make it unready: the older one serves on.
 */
public final class Health {
    private final Sources sources;
    private final InstantSource clock;
    private final Instant started;

    /**
     * What is asked at each request.
     *
     * @param backends in the order of their files
     * @param problems what is wrong with the configuration files as they are now; empty when they are in force
     * @param draining the gateway was told to stop
     */
    public record Sources(
            Supplier<List<BackendHealth>> backends, Supplier<List<String>> problems, BooleanSupplier draining) {}

    /** @param clock its time now is the start of the uptime */
    public Health(Sources sources, InstantSource clock) {
        this.sources = sources;
        this.clock = clock;
        this.started = clock.instant();
    }

    /** {@code /observe/health/live}: 200 for as long as anything answers at all. */
    public Reply.Whole live() {
        var body = JsonNodeFactory.instance.objectNode();
        body.put("status", "live");
        return Reply.Whole.json(200, Json.bytes(body));
    }

    /** {@code /observe/health/ready}: 200, or 503 while no call should be sent here. */
    public Reply.Whole ready() {
        var status = status(sources.backends().get());
        var body = JsonNodeFactory.instance.objectNode();
        body.put("status", status.word);
        return Reply.Whole.json(status.code, Json.bytes(body));
    }

    /** {@code /observe/health}: the status of {@link #ready()}, and everything that an operator asks next. */
    public Reply.Whole report() {
        var backends = sources.backends().get();
        var status = status(backends);
        var body = JsonNodeFactory.instance.objectNode();
        body.put("status", status.word);
        body.put("uptime_seconds", Duration.between(started, clock.instant()).toSeconds());
        config(body.putObject("config"));
        var list = body.putArray("backends");
        backends.forEach(backend -> backend(list.addObject(), backend));
        return Reply.Whole.json(status.code, Json.bytes(body));
    }

    private void config(ObjectNode json) {
        var problems = sources.problems().get();
        json.put("status", problems.isEmpty() ? "ok" : "refused");
        var list = json.putArray("problems");
        problems.forEach(list::add);
    }

    private static void backend(ObjectNode json, BackendHealth backend) {
        json.put("name", backend.name());
        json.put("dialect", backend.dialect());
        json.put("state", backend.state().label());
        json.put("reason", backend.reason());
        var models = json.putArray("models");
        backend.models().forEach(models::add);
        if (!backend.reported().isEmpty()) {
            backend.reported().forEach(json.putObject("reported")::put);
        }
        if (backend.gate() != null) {
            gate(json.putObject("gate"), backend.gate());
        }
    }

    private static void gate(ObjectNode json, GateState gate) {
        if (gate.limit() == 0) {
            json.putNull("limit");
        } else {
            json.put("limit", gate.limit());
        }
        json.put("in_flight", gate.inFlight());
        json.put("queued", gate.queued());
    }

    private Status status(List<BackendHealth> backends) {
        if (sources.draining().getAsBoolean()) {
            return Status.DRAINING;
        }
        return backends.stream().anyMatch(backend -> backend.state() == BackendHealth.State.ON)
                ? Status.READY
                : Status.NO_BACKEND;
    }

    private enum Status {
        READY(200, "ready"),
        DRAINING(503, "draining"),
        NO_BACKEND(503, "no backend is usable");

        private final int code;
        private final String word;

        Status(int code, String word) {
            this.code = code;
            this.word = word;
        }
    }
}
