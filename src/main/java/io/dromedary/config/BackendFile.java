package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.ServiceTier;
import io.dromedary.config.BackendSettings.Api;
import io.dromedary.config.BackendSettings.ServedModel;
import io.dromedary.config.BackendSettings.Timeouts;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One file of {@code backends/} as a record.
 *
 * @param name of the backend
 * @param problems gets what is wrong
 */
record BackendFile(String name, YamlFile file, References references, List<Problem> problems) {
    private static final int CONCURRENCY = 64;
    private static final Set<String> OURS =
            Set.of("host", "content-length", "content-type", "transfer-encoding", "connection");

    /** The settings, or null when something is wrong. */
    @Nullable
    BackendSettings read() {
        var before = problems.size();
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            problems.add(file.problem(
                    FieldPath.ROOT,
                    "has a name that is not one word",
                    "Rename it to letters, digits, dots and dashes"));
        }
        var off = off(file.tree());
        var resolved = references.resolve(file.tree());
        var unresolved = resolved.missing().keySet();
        problems.addAll(SchemaCheck.BACKEND.check(file, resolved.tree(), unresolved));
        if (off == null) {
            resolved.missing().forEach((path, why) -> problems.add(missing(path, why)));
        }
        if (problems.size() > before) {
            return null;
        }
        var settings = settings(resolved.tree(), unresolved, off);
        return problems.size() > before ? null : settings;
    }

    private @Nullable String off(JsonNode tree) {
        if (tree.path("enabled").isBoolean() && !tree.path("enabled").booleanValue()) {
            return "enabled is false";
        }
        List<String> unset = new ArrayList<>();
        for (var variable : tree.path("requires")) {
            if (variable.isTextual() && !references.isSet(variable.textValue())) {
                unset.add(variable.textValue());
            }
        }
        return switch (unset.size()) {
            case 0 -> null;
            case 1 -> unset.getFirst() + " is not set";
            default -> String.join(", ", unset) + " are not set";
        };
    }

    private Problem missing(FieldPath path, String why) {
        var variable = why.endsWith(" is not set") ? why.substring(0, why.indexOf(' ')) : null;
        return file.problem(
                path,
                why,
                variable == null
                        ? References.REMEDY + " with something that is there"
                        : "Set it, or add `requires: [" + variable + "]` to leave this backend off until it is set");
    }

    private BackendSettings settings(JsonNode tree, Set<FieldPath> unresolved, @Nullable String off) {
        var dialect = tree.path("dialect").asText();
        var failover = failover(tree, FailoverSettings.DEFAULT);
        return new BackendSettings(
                name,
                dialect,
                url(tree, dialect, unresolved),
                auth(tree, unresolved),
                off,
                failover.timeouts(),
                tree.path("concurrency").asInt(CONCURRENCY),
                models(tree.path("models"), failover),
                Trees.plain(tree.path("capabilities")),
                headers(tree.path("headers"), unresolved),
                Trees.plain(tree.path("options")),
                tiers(tree.path("tiers")),
                api(tree, dialect));
    }

    private Api api(JsonNode tree, String dialect) {
        if (!tree.path("api").asText().equals("responses")) {
            return Api.CHAT;
        }
        if (!dialect.equals("openai")) {
            problems.add(file.problem(
                    FieldPath.of("api"),
                    "is `responses`, which the dialect " + dialect + " does not speak",
                    "Remove it, or write `dialect: openai` if the backend has /v1/responses as OpenAI has it"));
        }
        return Api.RESPONSES;
    }

    private @Nullable URI url(JsonNode tree, String dialect, Set<FieldPath> unresolved) {
        var path = FieldPath.of("url");
        if (!tree.has("url")) {
            if (!dialect.equals("simulator")) {
                problems.add(file.problem(path, "is missing", "Add `url: https://...`, up to and with /v1"));
            }
            return null;
        }
        if (unresolved.contains(path)) {
            return null;
        }
        var text = tree.path("url").asText();
        if (dialect.equals("tei") && text.matches(".*/v1/*")) {
            problems.add(file.problem(
                    path,
                    "ends in /v1, and the dialect tei wants the server's root",
                    "Write e.g. `http://localhost:8080`"));
        }
        // a variable may end in a slash that the text after it repeats
        text = text.replaceAll("(?<!:)/+", "/").replaceAll("/$", "");
        try {
            var url = new URI(text);
            var scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https"))
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // told below, without the text: it may come out of a secret
        }
        problems.add(file.problem(
                path,
                "is not an http or https address of a host, without user, query and fragment",
                "Write e.g. `https://api.openai.com/v1`; keys belong under `auth`"));
        return null;
    }

    private @Nullable Secret auth(JsonNode tree, Set<FieldPath> unresolved) {
        var path = FieldPath.of("auth");
        var value = tree.path("auth").asText();
        if (value.isBlank() || unresolved.contains(path)) {
            return null;
        }
        if (!isVisible(value)) {
            problems.add(file.problem(path, "has characters that no header can carry", References.REMEDY));
        }
        return new Secret(value);
    }

    private static FailoverSettings failover(JsonNode tree, FailoverSettings standard) {
        return new FailoverSettings(
                timeouts(tree.path("timeouts"), standard.timeouts()),
                breaker(tree.path("breaker"), standard.breaker()),
                retry(tree.path("retry"), standard.retry()),
                hedge(tree.path("hedge"), standard.hedge()));
    }

    private static BreakerSettings breaker(JsonNode tree, BreakerSettings standard) {
        return new BreakerSettings(
                Trees.duration(tree.path("window"), standard.window()),
                tree.path("failureRate").asInt(standard.failureRate()),
                tree.path("minimumCalls").asInt(standard.minimumCalls()),
                Trees.duration(tree.path("outageAfter"), standard.outageAfter()),
                Trees.duration(tree.path("openFor"), standard.openFor()),
                Trees.duration(tree.path("rampOver"), standard.rampOver()),
                Trees.duration(tree.path("markFor"), standard.markFor()),
                Trees.duration(tree.path("longestCooldown"), standard.longestCooldown()));
    }

    private static RetrySettings retry(JsonNode tree, RetrySettings standard) {
        return new RetrySettings(
                tree.path("attempts").asInt(standard.attempts()),
                Trees.duration(tree.path("longestWait"), standard.longestWait()),
                Trees.duration(tree.path("shortestPause"), standard.shortestPause()));
    }

    private static HedgeSettings hedge(JsonNode tree, HedgeSettings standard) {
        return new HedgeSettings(
                tree.path("share").asDouble(standard.share()),
                tree.path("inHand").asInt(standard.inHand()));
    }

    private static Timeouts timeouts(JsonNode tree, Timeouts standard) {
        return new Timeouts(
                Trees.duration(tree.path("connect"), standard.connect()),
                Trees.duration(tree.path("firstToken"), standard.firstToken()),
                Trees.duration(tree.path("betweenTokens"), standard.betweenTokens()),
                Trees.duration(tree.path("total"), standard.total()));
    }

    private static Map<String, ServedModel> models(JsonNode tree, FailoverSettings failover) {
        Map<String, ServedModel> models = new LinkedHashMap<>();
        tree.properties().forEach(entry -> {
            var model = entry.getValue();
            models.put(
                    entry.getKey(),
                    new ServedModel(
                            model.path("upstream").asText(entry.getKey()),
                            model.path("priority").asInt(1),
                            model.path("weight").asInt(1),
                            Trees.plain(model.path("capabilities")),
                            model.path("spill").asBoolean(),
                            failover(model, failover)));
        });
        return Trees.unmodifiable(models);
    }

    private static Map<ServiceTier, String> tiers(JsonNode tree) {
        Map<ServiceTier, String> words = new EnumMap<>(ServiceTier.class);
        tree.properties().forEach(entry -> {
            var tier = ServiceTier.of(entry.getKey());
            if (tier != null) {
                words.put(tier, entry.getValue().asText());
            }
        });
        return Collections.unmodifiableMap(words);
    }

    private Map<String, String> headers(JsonNode tree, Set<FieldPath> unresolved) {
        Map<String, String> headers = new LinkedHashMap<>();
        tree.properties().forEach(header -> {
            var path = FieldPath.of("headers", header.getKey());
            var value = header.getValue().asText();
            if (!header.getKey().matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
                problems.add(file.problem(path, "is not the name of a header", "Write e.g. `X-Title: dromedary`"));
            } else if (OURS.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                var ours = OURS.stream().sorted().collect(Collectors.joining(", "));
                problems.add(file.problem(path, "is set by the gateway itself", "Remove it; so are " + ours));
            } else if (!isVisible(value)) {
                problems.add(file.problem(path, "has characters that no header can carry", "Write plain ASCII"));
            } else if (!unresolved.contains(path)) {
                headers.put(header.getKey(), value);
            }
        });
        return Trees.unmodifiable(headers);
    }

    private static boolean isVisible(String value) {
        return value.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    }
}
