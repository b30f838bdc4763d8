package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.ServiceTier;
import io.dromedary.config.TierSettings.LaneSettings;
import io.dromedary.config.TierSettings.OnStoreFailure;
import io.dromedary.config.TierSettings.Report;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code config/tiers.yaml} as a record: what the file leaves out is as in {@link TierSettings#DEFAULT}. */
record TiersFile(YamlFile file, List<Problem> problems) {

    TierSettings read() {
        var violations = SchemaCheck.TIERS.check(file, file.tree(), Set.of());
        problems.addAll(violations);
        var standard = TierSettings.DEFAULT;
        if (!violations.isEmpty()) {
            return standard;
        }
        var tree = file.tree();
        var report = report(tree.path("report"));
        return new TierSettings(
                lanes(tree.path("lanes"), standard.lanes()),
                tree.has("auto") ? ladder(tree.path("auto")) : standard.auto(),
                report == null ? standard.report() : report,
                onStoreFailure(tree.path("onStoreFailure"), standard.onStoreFailure()));
    }

    /** What a project or the whole gateway says about the tiers in its answers, or null when it says nothing. */
    static @Nullable Report report(JsonNode word) {
        return word.isTextual() ? Trees.choice(Report.class, word) : null;
    }

    private static OnStoreFailure onStoreFailure(JsonNode word, OnStoreFailure standard) {
        return word.isTextual() ? Trees.choice(OnStoreFailure.class, word) : standard;
    }

    private List<ServiceTier> ladder(JsonNode list) {
        var rungs = new Ladder(file, FieldPath.of("auto"), problems).read(list);
        return rungs.isEmpty() ? TierSettings.DEFAULT.auto() : rungs;
    }

    private static Map<Lane, LaneSettings> lanes(JsonNode tree, Map<Lane, LaneSettings> standard) {
        var lanes = new EnumMap<>(standard);
        lanes.replaceAll((lane, settings) -> lane(tree.path(lane.word()), settings));
        return Collections.unmodifiableMap(lanes);
    }

    private static LaneSettings lane(JsonNode tree, LaneSettings standard) {
        return new LaneSettings(
                tree.path("queue").asInt(standard.queue()),
                Trees.duration(tree.path("deadline"), standard.deadline()),
                tree.path("keepFree").asDouble(standard.keepFree()));
    }
}
