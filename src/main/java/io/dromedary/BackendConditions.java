package io.dromedary;

import io.dromedary.backend.BackendName;
import io.dromedary.config.BackendSettings;
import io.dromedary.observe.BackendHealth;
import io.dromedary.observe.BackendHealth.State;
import io.dromedary.observe.ModelCondition;
import io.dromedary.routing.Condition;
import io.dromedary.routing.Standings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How a backend is, put together from its file and from how its models did of late. */
final class BackendConditions {
    private BackendConditions() {}

    static BackendHealth of(BackendSettings backend, Standings standings) {
        var models = List.copyOf(backend.models().keySet());
        if (backend.off() != null) {
            return new BackendHealth(backend.name(), backend.dialect(), State.OFF, backend.off(), models);
        }
        var conditions = new LinkedHashMap<String, Condition>();
        backend.models().forEach((name, served) -> {
            var condition = standings
                    .of(new BackendName(backend.name()), served.upstream())
                    .condition();
            if (condition.kind() != Condition.Kind.CLOSED) {
                conditions.put(name, condition);
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
                models);
    }

    /** For each model of each backend that is in use every condition there is: one of them holds. */
    static List<ModelCondition> all(Collection<BackendSettings> configured, Standings standings) {
        var all = new ArrayList<ModelCondition>();
        for (var backend : configured) {
            if (backend.off() == null) {
                backend.models().values().stream()
                        .map(BackendSettings.ServedModel::upstream)
                        .distinct()
                        .forEach(model -> all.addAll(of(new BackendName(backend.name()), model, standings)));
            }
        }
        return all;
    }

    private static List<ModelCondition> of(BackendName backend, String upstreamModel, Standings standings) {
        var now = standings.of(backend, upstreamModel).condition().kind();
        return Arrays.stream(Condition.Kind.values())
                .map(kind -> new ModelCondition(backend.value(), upstreamModel, kind.label(), kind == now))
                .toList();
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
