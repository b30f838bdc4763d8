package io.dromedary;

import io.dromedary.backend.BackendName;
import io.dromedary.backend.SelfReport;
import io.dromedary.config.BackendSettings;
import io.dromedary.config.BackendSettings.ServedModel;
import io.dromedary.config.Lane;
import io.dromedary.observe.BackendHealth;
import io.dromedary.observe.BackendHealth.State;
import io.dromedary.observe.GateState;
import io.dromedary.observe.ModelCondition;
import io.dromedary.routing.Condition;
import io.dromedary.routing.Gates;
import io.dromedary.routing.Standings;
import io.dromedary.tier.gate.Gate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a backend is, put together from its file and from how its models did of late. */
final class BackendConditions {
    private static final double NANOS_PER_SECOND = 1e9;

    private BackendConditions() {}

    static BackendHealth of(BackendSettings backend, Standings standings, Gates gates) {
        var models = List.copyOf(backend.models().keySet());
        if (backend.off() != null) {
            return new BackendHealth(backend.name(), backend.dialect(), State.OFF, backend.off(), models);
        }
        var name = new BackendName(backend.name());
        var conditions = new LinkedHashMap<String, Condition>();
        backend.models().forEach((model, served) -> {
            var condition = condition(name, served, standings);
            if (condition.kind() != Condition.Kind.CLOSED) {
                conditions.put(model, condition);
            }
        });
        var down = conditions.size() == models.size()
                && !models.isEmpty()
                && conditions.values().stream().allMatch(BackendConditions::keepsAway);
        return new BackendHealth(
                backend.name(),
                backend.dialect(),
                down ? State.DOWN : State.ON,
                conditions.isEmpty() ? null : text(conditions),
                models,
                reported(standings.report(name)),
                gate(name, gates));
    }

    /** Of the backends that are in use. */
    static List<GateState> gates(Collection<BackendSettings> configured, Gates gates) {
        return configured.stream()
                .filter(backend -> backend.off() == null)
                .map(backend -> gate(new BackendName(backend.name()), gates))
                .toList();
    }

    private static GateState gate(BackendName backend, Gates gates) {
        var crowd = gates.of(backend).crowd();
        return new GateState(
                backend.value(),
                crowd.isLimited() ? crowd.limit() : 0,
                Arrays.stream(Lane.values())
                        .map(lane -> lane(lane, crowd.of(lane)))
                        .toList());
    }

    private static GateState.Lane lane(Lane lane, Gate.Share share) {
        return new GateState.Lane(
                lane.word(), share.inFlight(), share.queued(), share.oldestWaitNanos() / NANOS_PER_SECOND);
    }

    private static Map<String, String> reported(@Nullable SelfReport report) {
        var reported = new LinkedHashMap<String, String>();
        if (report != null) {
            put(reported, "model", report.model());
            put(reported, "version", report.version());
            put(reported, "context_window", report.contextWindow() == 0 ? null : report.contextWindow());
            put(reported, "concurrency", report.concurrency() == 0 ? null : report.concurrency());
        }
        return reported;
    }

    private static void put(Map<String, String> reported, String name, @Nullable Object value) {
        if (value != null) {
            reported.put(name, value.toString());
        }
    }

    /** For each model of each backend that is in use every condition there is: one of them holds. */
    static List<ModelCondition> all(Collection<BackendSettings> configured, Standings standings) {
        var all = new ArrayList<ModelCondition>();
        for (var backend : configured) {
            if (backend.off() == null) {
                var seen = new HashSet<String>();
                for (var served : backend.models().values()) {
                    if (seen.add(served.upstream())) {
                        all.addAll(of(new BackendName(backend.name()), served, standings));
                    }
                }
            }
        }
        return all;
    }

    private static List<ModelCondition> of(BackendName backend, ServedModel served, Standings standings) {
        var now = condition(backend, served, standings).kind();
        return Arrays.stream(Condition.Kind.values())
                .map(kind -> new ModelCondition(backend.value(), served.upstream(), kind.label(), kind == now))
                .toList();
    }

    private static Condition condition(BackendName backend, ServedModel served, Standings standings) {
        return standings
                .of(backend, served.upstream(), served.failover().breaker())
                .condition();
    }

    private static boolean keepsAway(Condition condition) {
        return switch (condition.kind()) {
            case MARKED, OPEN, HALF_OPEN -> true;
            case COOLING, RAMPING, CLOSED -> false;
        };
    }

    private static String text(Map<String, Condition> conditions) {
        return conditions.entrySet().stream()
                .map(entry -> entry.getKey() + " " + text(entry.getValue()))
                .collect(Collectors.joining("; "));
    }

    private static String text(Condition condition) {
        return condition.kind().label()
                + (condition.until() == null ? "" : " until " + condition.until())
                + (condition.reason() == null ? "" : ": " + condition.reason());
    }
}
