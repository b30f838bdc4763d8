package io.dromedary.routing;

import io.dromedary.access.Caller;
import io.dromedary.api.ModelName;
import io.dromedary.backend.Backend;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Target;
import io.dromedary.config.BackendSettings;
import io.dromedary.config.ModelSettings;
import io.dromedary.config.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Every public model and the backends behind it. Immutable; a reload makes a new one. */
public final class Catalogue {
    private final Map<String, PublicModel> models;
    private final Map<String, PublicModel> byAnyName;
    private final List<Backend> backends;
    private final List<BackendSettings> configured;

    private Catalogue(
            Map<String, PublicModel> models,
            Map<String, PublicModel> byAnyName,
            List<Backend> backends,
            List<BackendSettings> configured) {
        this.models = models;
        this.byAnyName = byAnyName;
        this.backends = backends;
        this.configured = configured;
    }

    /**
     * Everything that the settings name.
     *
     * @param backend makes a backend that is in use out of its settings
     * @param standings of the backends so far
     * @param gates in front of them
     */
    public static Catalogue of(
            Settings settings, Function<BackendSettings, Backend> backend, Standings standings, Gates gates) {
        var backends = new ArrayList<Backend>();
        var candidates = new LinkedHashMap<String, List<Candidate>>();
        for (var configured : settings.backends().values()) {
            var made = configured.off() == null ? backend.apply(configured) : null;
            if (made != null) {
                backends.add(made);
            }
            configured.models().forEach((name, served) -> {
                var group = candidates.computeIfAbsent(name, any -> new ArrayList<>());
                if (made != null) {
                    group.add(candidate(made, new ModelName(name), served, standings, gates));
                }
            });
        }
        var models = new LinkedHashMap<String, PublicModel>();
        var byAnyName = new LinkedHashMap<String, PublicModel>();
        candidates.forEach((name, group) -> {
            group.sort(Comparator.comparingInt(Candidate::priority));
            var extra = settings.models().getOrDefault(name, ModelSettings.DEFAULT);
            var model = new PublicModel(
                    new ModelName(name),
                    List.copyOf(group),
                    extra.fallback().stream().map(ModelName::new).toList(),
                    extra.attempts(),
                    extra.resume() == ModelSettings.Resume.CONTINUE,
                    extra.affinity());
            models.put(name, model);
            byAnyName.put(name, model);
        });
        settings.models().forEach((name, extra) -> {
            var model = models.get(name);
            if (model != null) {
                extra.aliases().forEach(alias -> byAnyName.put(alias, model));
            }
        });
        return new Catalogue(
                models,
                byAnyName,
                List.copyOf(backends),
                List.copyOf(settings.backends().values()));
    }

    private static Candidate candidate(
            Backend backend, ModelName name, BackendSettings.ServedModel served, Standings standings, Gates gates) {
        var capabilities = backend.capabilities().with(served.capabilities());
        var target = new Target(
                new BackendName(backend.settings().name()), name, served.upstream(), capabilities, served.failover());
        var standing = standings.of(
                target.backend(), target.upstream(), served.failover().breaker());
        return new Candidate(
                backend,
                target,
                served.priority(),
                served.weight(),
                standing,
                gates.of(target.backend()),
                served.spill());
    }

    /** A model by its name or by one of its aliases, or null. */
    public @Nullable PublicModel find(ModelName name) {
        return byAnyName.get(name.value());
    }

    /**
     * The model that a caller asks for and, each once, those that it falls back on as far as the caller may use them, in the
     * order in which they are asked.
     *
     * @return none where there is no such model for this caller
     */
    public List<PublicModel> family(ModelName asked, Caller caller) {
        var model = find(asked);
        if (model == null || !caller.mayUse(model.name())) {
            return List.of();
        }
        if (model.fallback().isEmpty()) {
            return List.of(model);
        }
        var family = new LinkedHashMap<ModelName, PublicModel>();
        collect(model, caller, family);
        return List.copyOf(family.values());
    }

    private void collect(PublicModel model, Caller caller, Map<ModelName, PublicModel> family) {
        if (family.putIfAbsent(model.name(), model) != null) {
            return;
        }
        for (var name : model.fallback()) {
            var fallback = find(name);
            if (fallback != null && caller.mayUse(fallback.name())) {
                collect(fallback, caller, family);
            }
        }
    }

    /** A model or an alias has this name. */
    public boolean knows(String name) {
        return byAnyName.containsKey(name);
    }

    /** Every model that at least one backend in use serves, in file order. */
    public List<PublicModel> served() {
        return models.values().stream()
                .filter(model -> !model.candidates().isEmpty())
                .toList();
    }

    /** How the backends in use did of late, by model. */
    public List<Standing> standings() {
        return models.values().stream()
                .flatMap(model -> model.candidates().stream())
                .map(Candidate::standing)
                .distinct()
                .toList();
    }

    /** The backends in use. */
    public Collection<Backend> backends() {
        return backends;
    }

    /** Every backend that is configured, those that are off included. */
    public List<BackendSettings> configured() {
        return configured;
    }
}
