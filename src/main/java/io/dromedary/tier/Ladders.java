package io.dromedary.tier;

import io.dromedary.api.ServiceTier;
import io.dromedary.api.error.RefusedException;
import io.dromedary.config.ProjectSettings;
import io.dromedary.config.TierSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request's {@code service_tier} stands for: the tiers that may serve it, in the order in which they are tried. */
final class Ladders {
    private static final List<ServiceTier> DEFAULT = List.of(ServiceTier.DEFAULT);

    private Ladders() {}

    /**
     * Never empty.
     *
     * @param asked the request's word, or null; one that is none of ours is a provider's, and served as {@code default}
     * @throws RefusedException 400 where the project may use nothing of what {@code auto} stands for
     */
    static List<ServiceTier> of(@Nullable String asked, ProjectSettings project, TierSettings settings) {
        var tier = asked == null ? ServiceTier.AUTO : ServiceTier.of(asked);
        if (tier == null) {
            return DEFAULT;
        }
        if (tier != ServiceTier.AUTO) {
            return List.of(tier);
        }
        var ladder = auto(project, settings);
        if (ladder.isEmpty()) {
            throw RefusedException.badRequest(
                    "service_tier",
                    "The project " + project.name() + " may use none of the service tiers that auto stands for here."
                            + " Use default or flex.",
                    "invalid_service_tier");
        }
        return ladder;
    }

    /** What {@code auto} stands for; empty where the project may use nothing of it. */
    static List<ServiceTier> auto(ProjectSettings project, TierSettings settings) {
        var ladder = project.auto() == null ? settings.auto() : project.auto();
        for (var i = 0; i < ladder.size(); i++) {
            if (!project.mayUse(ladder.get(i))) {
                return ladder.stream().filter(project::mayUse).toList();
            }
        }
        return ladder;
    }
}
