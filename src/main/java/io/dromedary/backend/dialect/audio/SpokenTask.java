package io.dromedary.backend.dialect.audio;

import io.dromedary.api.Ids;
import io.dromedary.api.Reply;
import io.dromedary.api.audio.Granularity;
import io.dromedary.api.audio.SpeechTask;
import io.dromedary.api.audio.TranscriptFormat;
import io.dromedary.api.audio.TranscriptionRequest;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Sending;
import io.dromedary.backend.Target;
import io.dromedary.backend.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request with speech in it, for one upstream. The recording is read from where it is kept, each time that it is sent. */
public final class SpokenTask implements Task {
    private static final Set<String> JSON_ALONE = Set.of(TranscriptFormat.JSON.word());
    private static final String GRANULARITIES = "timestamp_granularities";

    private final TranscriptionRequest request;
    private final Target target;
    private final SpeechWire wire;
    private final Ids ids;
    private final TranscriptFormat asked;
    private final boolean streams;
    private final List<String> kept = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>(0);
    private @Nullable TranscriptAnswer answer;

    private SpokenTask(TranscriptionRequest request, Target target, SpeechWire wire, Ids ids) {
        this.request = request;
        this.target = target;
        this.wire = wire;
        this.ids = ids;
        var fitting = new SpeechFitting(request, target, wire);
        this.streams = fitting.streams();
        this.asked = fitting.asked();
        for (var name : request.fields().keySet()) {
            (fitting.takes(name) ? kept : dropped).add(name);
        }
    }

    /**
     * Makes one.
     *
     * @param ids for boundaries of forms
     * @throws io.dromedary.api.error.RefusedException 400 with the {@code param} that this backend cannot honour, 413 for
     *     too large a file
     */
    public static Task of(TranscriptionRequest request, Target target, SpeechWire wire, Ids ids) {
        return new SpokenTask(request, target, wire, ids);
    }

    @Override
    public int parts() {
        return 1;
    }

    @Override
    public Sending sending(int part) {
        var form = new Form(ids.next("form-"));
        form.field("model", target.upstream());
        // what has JSON alone may not know that there is a choice
        if (!target.capabilities().transcripts().equals(JSON_ALONE)) {
            form.field("response_format", asked.word());
        }
        for (var name : kept) {
            for (var value : Objects.requireNonNull(request.fields().get(name))) {
                form.field(name, value);
            }
        }
        var stamps = target.capabilities().quirks().renamed().getOrDefault(GRANULARITIES, GRANULARITIES) + "[]";
        if (request.format() == TranscriptFormat.VERBOSE_JSON) {
            for (var granularity : request.granularities()) {
                form.field(stamps, granularity.word());
            }
        } else if (asked == TranscriptFormat.VERBOSE_JSON) {
            form.field(stamps, Granularity.SEGMENT.word());
        }
        if (streams) {
            form.field("stream", "true");
            wire.streamFields().forEach(form::field);
        }
        if (wire.translatesByField() && request.task() == SpeechTask.TRANSLATE) {
            form.field("translate", "true");
        }
        return form.with(request.recording(), wire.path(request.task()));
    }

    @Override
    public ChatAnswer reader(int part) {
        answer = new TranscriptAnswer(request, asked, wire.endsQuietly());
        return answer;
    }

    @Override
    public Reply reply() {
        return new Reply.Whole(
                200,
                request.format().contentType(),
                Objects.requireNonNull(answer, "reader").shown());
    }

    @Override
    public List<String> dropped() {
        return dropped.stream().map(TranscriptionRequest::base).distinct().toList();
    }
}
