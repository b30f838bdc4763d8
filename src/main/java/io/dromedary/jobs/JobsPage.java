package io.dromedary.jobs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Reply;
import io.dromedary.api.json.Json;
import io.dromedary.jobs.Known.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;

/** What {@code /observe/jobs} says: the jobs that this gateway is at or could be at, the oldest first. */
record JobsPage(
        String run, boolean draining, long leaseLosses, Map<String, Duration> silences, Collection<Known> known) {
    private static final int MOST = 1000;
    private static final double MILLIS = 1000;

    Reply reply(boolean projects, Instant now) {
        var page = JsonNodeFactory.instance.objectNode();
        page.put("run", run);
        page.put("draining", draining);
        page.put("lease_losses", leaseLosses);
        var others = page.putArray("other_runs");
        silences.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(other ->
                        others.addObject().put("run", other.getKey()).put("silent_seconds", seconds(other.getValue())));
        var counts = page.putArray("counts");
        for (var figure : JobFigures.of(known, now).all()) {
            if (figure.count() > 0) {
                counts.addObject()
                        .put("kind", figure.kind().word())
                        .put("state", figure.state().word())
                        .put("count", figure.count())
                        .put("oldest_seconds", seconds(figure.oldest()));
            }
        }
        var jobs = page.putArray("jobs");
        known.stream()
                .filter(job -> !(job.phase() instanceof Phase.Elsewhere))
                .sorted(Comparator.comparing(Known::created).thenComparing(Known::id))
                .limit(MOST)
                .forEach(job -> job(jobs.addObject(), job, projects, now));
        return Reply.Whole.json(200, Json.bytes(page));
    }

    private static void job(ObjectNode json, Known job, boolean projects, Instant now) {
        json.put("id", job.id()).put("kind", job.kind().word());
        if (projects) {
            json.put("project", job.project());
        }
        json.put("state", JobFigures.State.of(job).word());
        json.put("age_seconds", seconds(Duration.between(job.created(), now)));
        if (job.phase() instanceof Phase.Here here) {
            json.put("attempts", here.attempt().record().attempts());
            json.put("running_seconds", seconds(here.attempt().age()));
        }
        if (job.phase() instanceof Phase.Waiting waiting && waiting.notBefore().isAfter(job.created())) {
            json.put("not_before", waiting.notBefore().toString());
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / MILLIS;
    }
}
