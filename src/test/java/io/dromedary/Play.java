package io.dromedary;

import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import java.time.Duration;
import java.util.Map;

/** How a scripted backend behaves, whether it is asked for a stream or for a whole answer. */
@FunctionalInterface
interface Play {
    /** How an answer breaks off. */
    enum Break {
        /** A TCP reset. */
        RESET,
        /** The connection closes, the body is not ended. */
        CLOSE,
        /** The body ends in order. */
        END,
        /** {@code [DONE]} comes without a finish reason. */
        DONE,
        /** An error takes the place of a chunk. */
        ERROR,
        /** The connection closes in the middle of an event. */
        HALF_EVENT,
        /** Nothing more is said. */
        SILENCE
    }

    /** @param attempt how often this backend was asked before */
    Script on(Received request, int attempt);

    /** Does this once, and then the other. */
    default Play then(Play later) {
        return (request, attempt) -> attempt == 0 ? on(request, 0) : later.on(request, attempt - 1);
    }

    static Play says(ModelAnswer answer) {
        return (request, attempt) -> answer.to(request);
    }

    /** Goes on where the last message of the assistant ends. */
    static Play continues(ModelAnswer answer) {
        return (request, attempt) -> answer.after(Seen.lastOfAssistant(request)).to(request);
    }

    static Play says(Script script) {
        return (request, attempt) -> script;
    }

    static Play error(int status, String code) {
        return error(status, Map.of(), code);
    }

    /** OpenAI's error shape, with what a provider may say in it that is nobody's business. */
    static Play error(int status, Map<String, String> headers, String code) {
        return says(Script.json(status, headers, errorBody(code)));
    }

    /** An error that comes with a 200, in the body or as the first event. */
    static Play errorInside200(String code) {
        return (request, attempt) -> Seen.wantsStream(request)
                ? Script.stream(errorBody(code), ChatEvents.DONE)
                : Script.json(200, errorBody(code));
    }

    private static String errorBody(String code) {
        return """
                {"error":{"message":"scripted %s at http://127.0.0.1:1/v1 with %s","type":"%s","param":null,"code":"%s"}}""".formatted(code, FailoverTable.UPSTREAM_KEY, code, code);
    }

    /** An error that is the caller's own. */
    static Play callersFault(int status, String code, String param) {
        return says(Script.json(status, """
                {"error":{"message":"the reason is %s","type":"invalid_request_error","param":"%s","code":"%s"}}""".formatted(code, param, code)));
    }

    /** Takes the request and says nothing, not even a status. */
    static Play silent() {
        return says(Script.nothing().stall());
    }

    /** The status and headers of a stream, and then nothing. */
    static Play headersOnly() {
        return says(Script.stream().stall());
    }

    /** As {@link #headersOnly()}, and speaks after all. */
    static Play headersAnd(Duration pause, ModelAnswer answer) {
        return (request, attempt) -> {
            if (!Seen.wantsStream(request)) {
                return Script.head(200, Map.of("content-type", "application/json"))
                        .pause(pause)
                        .raw(answer.whole(request));
            }
            var script = Script.stream().pause(pause);
            for (var event : answer.beginningEvents(request)) {
                script = script.event(event);
            }
            for (var event : answer.finishEvents(request)) {
                script = script.event(event);
            }
            return script.event(ChatEvents.DONE);
        };
    }

    /** So many chunks of an answer and then a break; of a whole answer, as large a part. */
    static Play breaks(ModelAnswer answer, int chunks, Break how) {
        return (request, attempt) -> {
            var stream = Seen.wantsStream(request);
            var script = stream ? answer.first(chunks).beginning(request) : half(answer.whole(request), chunks);
            return switch (how) {
                // what a reset overtakes is lost: the pause lets the chunks arrive
                case RESET -> script.pause(Duration.ofMillis(60)).reset();
                case CLOSE -> script.closeEarly();
                case END -> script;
                case DONE -> stream ? script.event(ChatEvents.DONE) : script;
                case ERROR -> stream ? script.event(ChatEvents.error("the engine died")) : script;
                case HALF_EVENT ->
                    stream ? script.halfEvent(ChatEvents.text("never told")).closeEarly() : script.closeEarly();
                case SILENCE -> script.stall();
            };
        };
    }

    private static Script half(String body, int chunks) {
        return Script.head(200, Map.of("content-type", "application/json"))
                .raw(chunks == 0 ? "" : body.substring(0, body.length() / 2));
    }
}
