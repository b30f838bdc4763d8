package io.dromedary.jobs.batch;

import io.dromedary.api.ServiceTier;
import io.dromedary.api.json.Json;
import io.dromedary.api.json.JsonText;
import io.dromedary.call.InnerCalls.Ask;
import io.dromedary.config.GatewaySettings.JobTiers;
import io.dromedary.jobs.Job;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the requests of a batch: each line's own body, with what holds for the whole batch spliced in. */
final class LineAsks {
    private static final String TIER = "service_tier";
    private static final String MOST_TOKENS = "max_tokens";

    private final Job job;
    private final Function<Executor, @Nullable CompletionStage<Boolean>> asks;
    private final Work work;
    private final @Nullable ServiceTier tier;

    /** @param asks said when a backend is about to be asked for a line */
    LineAsks(Job job, Function<Executor, @Nullable CompletionStage<Boolean>> asks, Work work, JobTiers tiers) {
        this.job = job;
        this.asks = asks;
        this.work = work;
        this.tier = tiers.batch();
    }

    /** What a line asks for. */
    byte[] body(BatchLine line) {
        var edits = line.members().edit(line.body());
        if (tier != null && !line.has(TIER)) {
            edits.set(TIER, JsonText.quote(tier.word()));
        }
        work.batch().path("override_settings").properties().forEach(setting -> {
            var name = setting.getKey();
            if (name.equals(MOST_TOKENS)) {
                name = mostTokens();
                // the older name says the same, and both at once are refused
                edits.remove(MOST_TOKENS);
            }
            edits.set(name, Json.bytes(setting.getValue()));
        });
        return edits.toBytes();
    }

    private String mostTokens() {
        return BatchEndpoint.isResponses(work.endpoint()) ? "max_output_tokens" : "max_completion_tokens";
    }

    Ask ask(LineTask task) {
        return new Ask(task.requestId, work.endpoint(), task.body, job.project(), job.key(), null, asks);
    }
}
