package io.dromedary.tier;

import io.dromedary.api.ServiceTier;
import io.dromedary.config.ProjectSettings;
import io.dromedary.config.TierSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request's {@code service_tier} stands for: the tiers that may serve it, in the order in which they are tried. */
final class Ladders {
    private static final List<ServiceTier> DEFAULT = List.of(ServiceTier.DEFAULT);

    private Ladders() {}

    /**
     * Never empty of a sound configuration, but perhaps of what its project may not have.
     *
     * @param asked the request's word, or null; one that is none of ours is a provider's, and served as {@code default}
     */
    static List<ServiceTier> of(@Nullable String asked, ProjectSettings project, TierSettings settings) {
        var tier = asked == null ? ServiceTier.AUTO : ServiceTier.of(asked);
        if (tier == null) {
            return DEFAULT;
        }
        if (tier != ServiceTier.AUTO) {
            return List.of(tier);
        }
        var ladder = project.auto() == null ? settings.auto() : project.auto();
        for (var rung : ladder) {
            if (!project.mayUse(rung)) {
                return ladder.stream().filter(project::mayUse).toList();
            }
        }
        return ladder;
    }
}
