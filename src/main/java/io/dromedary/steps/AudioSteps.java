package io.dromedary.steps;

import io.dromedary.api.CallTimeout;
import io.dromedary.api.FormSource;
import io.dromedary.api.GuardHeaders;
import io.dromedary.api.Guards;
import io.dromedary.api.audio.Recording;
import io.dromedary.api.audio.SpeechTask;
import io.dromedary.api.audio.SpokenLine;
import io.dromedary.api.audio.TranscriptionRequest;
import io.dromedary.api.audio.TranscriptionRequestReader;
import io.dromedary.call.Call;
import io.dromedary.files.SpokenFiles;
import io.dromedary.files.Spool;
import io.dromedary.http.RequestHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** The steps of the endpoints that take speech, by the names that the routes use. */
public final class AudioSteps implements NamedSteps {
    private static final String UNKNOWN = "application/octet-stream";

    private final Spool spool;
    private final Supplier<SpokenFiles> files;
    private final LongSupplier most;

    /**
     * For all calls.
     *
     * @param files asked at each call that names one: routes are also looked at where there is no store
     * @param most bytes of a recording, as it is at the time
     */
    public AudioSteps(Spool spool, Supplier<SpokenFiles> files, LongSupplier most) {
        this.spool = spool;
        this.files = files;
        this.most = most;
    }

    @Override
    public Map<String, Processor> byName() {
        var steps = new LinkedHashMap<String, Processor>();
        steps.put("read-transcription", reading(SpeechTask.TRANSCRIBE));
        steps.put("read-translation", reading(SpeechTask.TRANSLATE));
        return steps;
    }

    private Processor reading(SpeechTask task) {
        return new AwaitStep<>(
                (exchange, call) -> read(task, exchange, call), (exchange, call, request) -> call.read(request));
    }

    private CompletionStage<TranscriptionRequest> read(SpeechTask task, Exchange exchange, Call call) {
        call.waiting(CallTimeout.of(RequestHeaders.get(exchange, CallTimeout.HEADER)));
        var guards = GuardHeaders.read(name -> RequestHeaders.get(exchange, name));
        var body = exchange.getMessage().getBody();
        if (body instanceof FormSource form) {
            return spool.take(form, most.getAsLong(), call.loop()).thenApply(received -> {
                var type = received.contentType();
                return request(
                        task,
                        new Recording(received.filename(), type == null ? UNKNOWN : type, received.content()),
                        received.fields(),
                        guards,
                        call);
            });
        }
        if (call.innerOrNull() == null || !(body instanceof byte[] json)) {
            throw new IllegalStateException("the route needs useStreaming: true, and the body as it came");
        }
        var line = SpokenLine.read(json);
        return files.get()
                .find(call.caller().project().name(), line.file(), line.param(), most.getAsLong())
                .thenApplyAsync(recording -> request(task, recording, line.fields(), line.guards(), call), call.loop());
    }

    /** Whatever becomes of the call, the recording goes with it. */
    private static TranscriptionRequest request(
            SpeechTask task,
            Recording recording,
            Map<String, List<String>> fields,
            @Nullable Guards guards,
            Call call) {
        call.whenClosed(ending -> recording.content().close());
        return TranscriptionRequestReader.read(task, recording, fields, guards);
    }
}
