package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.ServiceTier;
import io.dromedary.config.GatewaySettings.JobTiers;
import io.dromedary.config.GatewaySettings.Jobs;
import io.dromedary.config.GatewaySettings.Limits;
import io.dromedary.config.GatewaySettings.Observe;
import io.dromedary.config.GatewaySettings.Responses;
import io.dromedary.config.GatewaySettings.Sockets;
import io.dromedary.config.GatewaySettings.Timeouts;
import io.dromedary.config.GatewaySettings.Tls;
import io.dromedary.config.GatewaySettings.Urls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code config/gateway.yaml} as a record: what the file leaves out is as in {@link GatewaySettings#DEFAULT}. */
record GatewayFile(YamlFile file, References references, List<Problem> problems) {

    GatewaySettings read() {
        var before = problems.size();
        var resolved = references.resolve(file.tree());
        var tree = resolved.tree();
        problems.addAll(SchemaCheck.GATEWAY.check(file, tree, resolved.missing().keySet()));
        var store = new StoreBlock(file, resolved, problems);
        var s3 = new S3Block(file, resolved, problems);
        var guards = new GuardsBlock(file, resolved, problems);
        if (problems.size() == before) {
            store.check();
            s3.check();
            guards.check();
        }
        resolved.missing().forEach((place, why) -> {
            if (!store.isUnused(place, why)) {
                problems.add(file.problem(place, why, References.remedy(why)));
            }
        });
        if (problems.size() > before) {
            return GatewaySettings.DEFAULT;
        }
        var standard = GatewaySettings.DEFAULT;
        return new GatewaySettings(
                limits(tree.path("limits"), standard.limits()),
                timeouts(tree.path("timeouts"), standard.timeouts()),
                Trees.duration(tree.path("shutdown").path("grace"), standard.shutdownGrace()),
                tls(tree.path("tls")),
                observe(tree.path("observe"), standard.observe()),
                store.read(standard.store()),
                responses(tree.path("responses"), standard.responses()),
                sockets(tree.path("sockets"), standard.sockets()),
                jobs(tree.path("jobs"), standard.jobs()),
                files(tree.path("files"), s3, standard.files()),
                guards.read());
    }

    private static Responses responses(JsonNode tree, Responses standard) {
        return new Responses(
                Trees.duration(tree.path("retention"), standard.retention()),
                Trees.duration(tree.path("events"), standard.events()));
    }

    private static Sockets sockets(JsonNode tree, Sockets standard) {
        return new Sockets(
                Trees.duration(tree.path("ping"), standard.ping()),
                Trees.duration(tree.path("life"), standard.life()),
                tree.path("queue").asInt(standard.queue()));
    }

    private static Jobs jobs(JsonNode tree, Jobs standard) {
        var tiers = tree.path("tiers");
        return new Jobs(
                Trees.duration(tree.path("lease"), standard.lease()),
                tree.path("inFlight").asInt(standard.inFlight()),
                tree.path("waiting").asInt(standard.waiting()),
                tree.path("batchLines").asInt(standard.batchLines()),
                tree.path("batchMaxLines").asInt(standard.batchMaxLines()),
                tree.path("batchBytes").asLong(standard.batchBytes()),
                new JobTiers(
                        tier(tiers.path("batch"), standard.tiers().batch()),
                        tier(tiers.path("deferred"), standard.tiers().deferred()),
                        tier(tiers.path("background"), standard.tiers().background())));
    }

    private static @Nullable ServiceTier tier(JsonNode word, @Nullable ServiceTier standard) {
        return word.isTextual() ? ServiceTier.of(word.textValue()) : standard;
    }

    private static GatewaySettings.Files files(JsonNode tree, S3Block s3, GatewaySettings.Files standard) {
        var folder = tree.path("folder").textValue();
        return new GatewaySettings.Files(
                tree.path("bytes").asLong(standard.bytes()),
                Trees.duration(tree.path("retention"), standard.retention()),
                folder == null ? standard.folder() : Path.of(folder),
                new Urls(Trees.strings(tree.path("urls").path("allow"))),
                s3.read());
    }

    private static Observe observe(JsonNode tree, Observe standard) {
        return new Observe(
                tree.path("accessLog").asBoolean(standard.accessLog()),
                tree.path("projectLabels").asBoolean(standard.projectLabels()));
    }

    private static Limits limits(JsonNode tree, Limits standard) {
        return new Limits(
                tree.path("jsonBytes").asInt(standard.jsonBytes()),
                tree.path("headerBytes").asInt(standard.headerBytes()),
                tree.path("lineBytes").asInt(standard.lineBytes()),
                tree.path("audioBytes").asLong(standard.audioBytes()));
    }

    private static Timeouts timeouts(JsonNode tree, Timeouts standard) {
        return new Timeouts(
                Trees.duration(tree.path("headers"), standard.headers()),
                Trees.duration(tree.path("body"), standard.body()),
                Trees.duration(tree.path("idle"), standard.idle()),
                Trees.duration(tree.path("keepAlive"), standard.keepAlive()));
    }

    private @Nullable Tls tls(JsonNode tree) {
        if (!tree.isObject()) {
            return null;
        }
        return new Tls(pem(tree, "certificate"), pem(tree, "key"));
    }

    private Path pem(JsonNode tree, String field) {
        var path = Path.of(tree.path(field).asText());
        if (!Files.isReadable(path)) {
            problems.add(file.problem(
                    FieldPath.of("tls", field),
                    "names a file that cannot be read",
                    "Write the path of a PEM file, absolute or from where the gateway is started"));
        }
        return path;
    }
}
