package io.dromedary.guard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.EventSource;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has one side of a call looked at by a guard outside. While that does not answer, nothing goes on. */
final class OutsideGuard implements AnswerGuard {
    private static final Logger LOG = LoggerFactory.getLogger(OutsideGuard.class);

    private final Judge judge;
    private final Question question;
    private final Executor loop;

    /**
     * For one side of a call.
     *
     * @param question without its texts
     * @param loop of the call
     */
    OutsideGuard(Judge judge, Question question, Executor loop) {
        this.judge = judge;
        this.question = question;
        this.loop = loop;
    }

    /**
     * Has texts looked at.
     *
     * @param paths where each stands
     * @return what stands instead of those that must not stay; fails with {@link RefusedException} where they must not go on,
     *     400, and where nobody says whether they may, 503
     */
    CompletionStage<Map<String, String>> look(Map<String, String> paths) {
        if (paths.isEmpty()) {
            return CompletableFuture.completedStage(Map.of());
        }
        var passages = new ArrayList<Question.Passage>(paths.size());
        paths.forEach((text, path) -> passages.add(new Question.Passage(path, text)));
        return asked(question.with(passages)).thenApply(verdict -> {
            return switch (verdict) {
                case Verdict.Pass pass -> Map.of();
                case Verdict.Block block -> throw blocked(block);
                case Verdict.Replace replace -> {
                    var instead = new HashMap<String, String>();
                    for (var i = 0; i < passages.size(); i++) {
                        instead.put(passages.get(i).text(), replace.texts().get(i));
                    }
                    yield instead;
                }
            };
        });
    }

    private CompletionStage<Verdict> asked(Question whole) {
        CompletionStage<byte[]> answer;
        try {
            answer = judge.ask(whole);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedStage(e);
        }
        return answer.handle((json, failure) -> {
            var verdict = failure == null ? Verdict.read(json, whole.texts().size()) : null;
            if (verdict == null) {
                LOG.warn("a guard outside gives no verdict: {}", failure == null ? "it is none" : reason(failure));
                throw new RefusedException(new Refusal.Unavailable(
                        "A guard that the request asks for does not answer now, and the request must not run unguarded. Try"
                                + " again a little later.",
                        "guard_unavailable"));
            }
            return verdict;
        });
    }

    private static String reason(Throwable failure) {
        return String.valueOf(
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
    }

    private RefusedException blocked(Verdict.Block block) {
        var check = block.check();
        var side = question.input() ? "input" : "output";
        var known =
                check != null && (question.checks().contains(check) || question.pii() != null && check.equals("pii"));
        var reason = block.reason();
        return RefusedException.badRequest(
                known ? side + "." + check : side,
                "The " + (question.input() ? "request" : "answer") + " was blocked by a guard"
                        + (known ? " ('" + check + "')" : "") + (reason == null ? "." : ": " + reason),
                known ? code(check) : "guard_blocked");
    }

    private static String code(@Nullable String check) {
        return switch (String.valueOf(check)) {
            case "block_prompt_injection" -> "prompt_injection_detected";
            case "factuality" -> "factuality_failed";
            default -> check + "_detected";
        };
    }

    @Override
    public CompletionStage<byte[]> whole(byte[] body) {
        if (!(Json.read(body) instanceof ObjectNode answer)) {
            return CompletableFuture.failedStage(Unreadable.answer());
        }
        var pieces = new AnswerPieces(answer);
        var told = new TextsOfAnswer();
        pieces.through(told.reading());
        var paths = new LinkedHashMap<String, String>();
        JsonTexts.visit(answer, "", (path, text, json) -> {
            if (!text.isBlank()) {
                paths.putIfAbsent(text, path);
            }
            return text;
        });
        told.all().forEach(paths::putIfAbsent);
        return look(paths).thenApply(instead -> {
            if (instead.isEmpty()) {
                return body;
            }
            JsonTexts.visit(answer, "", (path, text, json) -> instead.getOrDefault(text, text));
            pieces.through(told.replacing(instead));
            pieces.putBack();
            return Json.bytesOfAny(answer);
        });
    }

    @Override
    public CompletionStage<String> text(String text) {
        return look(text.isBlank() ? Map.of() : Map.of(text, "text"))
                .thenApply(instead -> instead.getOrDefault(text, text));
    }

    @Override
    public EventSource stream(EventSource events, Consumer<Refusal> blocked) {
        return new HeldEvents(events, this, loop, blocked);
    }
}
