package io.dromedary.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.jobs.Job.Claim;
import io.dromedary.responses.VersionedJson;
import io.dromedary.store.Codec;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stands on its shelf, as an object of JSON. See {@link Job} for what has the same name there.
 *
 * @param order of whoever submitted it: tells its record from another's under the same id
 * @param text the work, or the last part of the key where it stands, since it is long
 * @param pause whoever has to wait waits no longer than this, whatever clocks say
 * @param attempts that count, with the one that is under way, which counts from when a backend is asked
 * @param vain claims that came to nothing, since their gateways died before anybody was asked
 * @param begun whoever has claimed it asks a backend
 * @param spent it has had all its attempts: whoever claims it is to write that it failed
 */
record JobRecord(
        String id,
        Kind kind,
        String project,
        String key,
        String order,
        Text text,
        Instant created,
        Instant notBefore,
        Duration pause,
        int attempts,
        int vain,
        boolean begun,
        boolean spent,
        @Nullable Claim claim,
        boolean cancelled) {
    /** That count. */
    static final int MOST_ATTEMPTS = 2;

    /**
     * In a row: what kills gateways before they come to ask anybody is not tried for ever. Far more than the times that a
     * gateway is killed for other reasons before it comes to the last of what it has claimed.
     */
    static final int MOST_VAIN = 30;

    /** Where the work is. */
    sealed interface Text {
        record Here(String work) implements Text {}

        record Apart(String part) implements Text {}
    }

    private static final VersionedJson JSON = new VersionedJson(1);

    static final Codec<JobRecord> CODEC = new Codec<>() {
        @Override
        public String encode(JobRecord job) {
            return job.json();
        }

        @Override
        public JobRecord decode(String text) {
            return read(text);
        }
    };

    /** Works on their own: {@code {"v":1,"work":…}}. */
    static final Codec<String> WORK = new Codec<>() {
        @Override
        public String encode(String work) {
            return VersionedJson.text(JSON.begin().put("work", work));
        }

        @Override
        public String decode(String text) {
            return VersionedJson.text(JSON.read(text), "work");
        }
    };

    /** For somebody to work on, or to give up. */
    JobRecord claimed(Claim by) {
        var inVain = claim != null && !begun && !spent;
        var count = inVain ? attempts - 1 : attempts;
        var came = inVain ? vain + 1 : vain;
        var last = spent || count >= MOST_ATTEMPTS || came >= MOST_VAIN;
        return new JobRecord(
                id,
                kind,
                project,
                key,
                order,
                text,
                created,
                notBefore,
                pause,
                last ? count : count + 1,
                came,
                false,
                last,
                by,
                cancelled);
    }

    /** By the same run, which does not know of its claim: its answer was lost, and nobody has begun. */
    JobRecord claimedAgain(Claim by) {
        return with(text, notBefore, pause, attempts, vain, by, cancelled);
    }

    /** A backend is about to be asked. */
    JobRecord begin() {
        return begun
                ? this
                : new JobRecord(
                        id, kind, project, key, order, text, created, notBefore, pause, attempts, vain, true, spent,
                        claim, cancelled);
    }

    /** For whoever wants it, after a pause. */
    JobRecord released(boolean counted, Instant until, Duration wait) {
        return with(text, until, wait, counted || spent ? attempts : attempts - 1, vain, null, cancelled);
    }

    /** Nobody wants it any more: whoever writes that need not wait. */
    JobRecord cancelled(Instant now) {
        return with(
                text,
                claim == null ? now : notBefore,
                claim == null ? Duration.ZERO : pause,
                attempts,
                vain,
                claim,
                true);
    }

    /** It came so far in the attempt that is under way. */
    JobRecord saved(Text work) {
        return with(work, notBefore, pause, Math.min(attempts, 1), 0, claim, cancelled);
    }

    private JobRecord with(
            Text work, Instant until, Duration wait, int count, int came, @Nullable Claim by, boolean unwanted) {
        var going = begun && by != null && by.equals(claim);
        return new JobRecord(
                id, kind, project, key, order, work, created, until, wait, count, came, going, spent, by, unwanted);
    }

    boolean isClaimedWith(String token) {
        return claim != null && claim.token().equals(token);
    }

    Job job(String work) {
        return new Job(id, kind, project, key, work, created, notBefore, attempts, claim, cancelled);
    }

    private String json() {
        var object = JSON.begin()
                .put("id", id)
                .put("kind", kind.word())
                .put("project", project)
                .put("key", key)
                .put("order", order)
                .put("created", created.toString())
                .put("not_before", notBefore.toString())
                .put("pause_ms", pause.toMillis())
                .put("attempts", attempts);
        switch (text) {
            case Text.Here here -> object.put("work", here.work());
            case Text.Apart apart -> object.put("work_part", apart.part());
        }
        if (vain > 0) {
            object.put("vain", vain);
        }
        if (begun) {
            object.put("begun", true);
        }
        if (spent) {
            object.put("spent", true);
        }
        if (claim != null) {
            object.putObject("claim").put("run", claim.run()).put("token", claim.token());
        }
        if (cancelled) {
            object.put("cancelled", true);
        }
        return VersionedJson.text(object);
    }

    private static JobRecord read(String json) {
        var object = JSON.read(json);
        try {
            return new JobRecord(
                    VersionedJson.text(object, "id"),
                    Kind.valueOf(VersionedJson.text(object, "kind").toUpperCase(Locale.ROOT)),
                    VersionedJson.text(object, "project"),
                    VersionedJson.text(object, "key"),
                    VersionedJson.text(object, "order"),
                    object.has("work_part")
                            ? new Text.Apart(VersionedJson.text(object, "work_part"))
                            : new Text.Here(VersionedJson.text(object, "work")),
                    Instant.parse(VersionedJson.text(object, "created")),
                    Instant.parse(VersionedJson.text(object, "not_before")),
                    Duration.ofMillis(VersionedJson.number(object, "pause_ms")),
                    (int) VersionedJson.number(object, "attempts"),
                    object.path("vain").asInt(),
                    object.path("begun").asBoolean(),
                    object.path("spent").asBoolean(),
                    object.has("claim") ? claim(object.path("claim")) : null,
                    object.path("cancelled").asBoolean());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Claim claim(JsonNode object) {
        return new Claim(VersionedJson.text(object, "run"), VersionedJson.text(object, "token"));
    }
}
