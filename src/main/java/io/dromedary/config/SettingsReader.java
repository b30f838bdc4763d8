package io.dromedary.config;

import io.dromedary.api.responses.PromptTemplate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Turns one capture of the files into settings, and collects all that is wrong on the way. */
final class SettingsReader {
    private final Sources sources;
    private final References references;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    private final Set<String> served = new LinkedHashSet<>();
    private boolean everyBackendParsed = true;

    SettingsReader(Sources sources, UnaryOperator<@Nullable String> environment) {
        this.sources = sources;
        this.references = new References(environment, sources.secrets()::get);
    }

    Settings read() throws SettingsException {
        problems.addAll(sources.faults());
        var backends = backends();
        var gateway = gateway();
        var models = models();
        var tiers = tiers();
        var projects = projects(models, tiers);
        var prompts = prompts(models);
        if (!problems.isEmpty()) {
            var order = Comparator.comparing(Problem::file).thenComparingInt(Problem::line);
            throw new SettingsException(problems.stream().sorted(order).toList());
        }
        return new Settings(
                gateway, tiers, backends, models, projects, prompts, sources.fingerprint(), List.copyOf(warnings));
    }

    private Map<String, BackendSettings> backends() {
        Map<String, BackendSettings> backends = new LinkedHashMap<>();
        for (var source : sources.backends()) {
            var file = YamlFile.parse(source.path(), source.text(), problems);
            if (file == null) {
                everyBackendParsed = false;
                continue;
            }
            file.tree().path("models").fieldNames().forEachRemaining(served::add);
            var backend = new BackendFile(source.name(), file, references, problems).read();
            if (backend != null) {
                backends.put(source.name(), backend);
            }
        }
        if (sources.backends().isEmpty()) {
            backends.put(BackendSettings.SIMULATOR.name(), BackendSettings.SIMULATOR);
        }
        return Trees.unmodifiable(backends);
    }

    private GatewaySettings gateway() {
        var file = config(Sources.GATEWAY);
        return file == null ? GatewaySettings.DEFAULT : new GatewayFile(file, references, problems).read();
    }

    private Map<String, ModelSettings> models() {
        var file = config(Sources.MODELS);
        return file == null ? Map.of() : new ModelsFile(file, everyBackendParsed ? served : null, problems).read();
    }

    private TierSettings tiers() {
        var file = config(Sources.TIERS);
        return file == null ? TierSettings.DEFAULT : new TiersFile(file, problems).read();
    }

    private Map<String, ProjectSettings> projects(Map<String, ModelSettings> models, TierSettings tiers) {
        var file = config(Sources.KEYS);
        if (file == null) {
            return Map.of();
        }
        var projects = new KeysFile(file, references, tiers.auto(), problems, warnings).read();
        var names = new ModelNames(
                file, everyBackendParsed ? served : null, ModelNames.aliases(models), problems, warnings);
        projects.keySet().forEach(names::check);
        return projects;
    }

    private Map<String, PromptTemplate> prompts(Map<String, ModelSettings> models) {
        Map<String, PromptTemplate> prompts = new LinkedHashMap<>();
        Set<String> names = new LinkedHashSet<>(served);
        names.addAll(ModelNames.aliases(models).keySet());
        for (var source : sources.prompts()) {
            var file = YamlFile.parse(source.path(), source.text(), problems);
            if (file == null) {
                continue;
            }
            var prompt = new PromptFile(file, everyBackendParsed ? names : null, problems, warnings).read();
            if (prompt != null && prompts.putIfAbsent(prompt.id(), prompt) != null) {
                problems.add(file.problem(
                        FieldPath.of("id"),
                        "is the id of a prompt in another file too",
                        "Give each prompt its own id"));
            }
        }
        return Trees.unmodifiable(prompts);
    }

    private @Nullable YamlFile config(String name) {
        var source = sources.config(name);
        return source == null ? null : YamlFile.parse(source.path(), source.text(), problems);
    }
}
