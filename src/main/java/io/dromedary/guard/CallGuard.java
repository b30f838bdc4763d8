package io.dromedary.guard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dromedary.api.Guards;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.Reply;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The guards of one call: takes each switch that is on to somebody who honours it, for what is asked at once, and for the
 * answer when it comes. Lives on the event loop of the call.
 */
public final class CallGuard {
    private static final String PII = "pii";
    private static final List<String> SIDES = List.of("input", "output");

    private final Guards asked;
    private final String project;
    private final Executor loop;
    private final Replacements replacements;
    private final Set<String> open = new LinkedHashSet<>();
    private final List<AnswerGuard> answer = new ArrayList<>(1);
    private ModelRequest request;

    /**
     * Nothing is guarded yet.
     *
     * @param project that asks
     * @param loop of the call
     * @throws RefusedException 400 where a switch is on for what no guard can look at
     */
    public CallGuard(ModelRequest request, Guards asked, String project, Executor loop, RandomGenerator random) {
        this.request = request;
        this.asked = asked;
        this.project = project;
        this.loop = loop;
        this.replacements = new Replacements(random);
        open("input", asked.input());
        open("output", asked.output());
        checkReadable();
    }

    private void open(String side, Guards.Side on) {
        if (on.pii() != null) {
            open.add(side + "." + PII);
        }
        on.checks().stream().sorted().forEach(check -> open.add(side + "." + check));
    }

    /** Guards read text. What is said in another way would pass them by. */
    private void checkReadable() {
        var first = open.iterator().next();
        if (!(request instanceof ChatRequest chat)) {
            if (asked.input().isOn()) {
                throw unguarded(first);
            }
            if (request.stream()) {
                throw RefusedException.badRequest(
                        "stream",
                        "'" + first
                                + "' is on, and no guard can look at this answer while it arrives. Leave 'stream' out.",
                        "unsupported_parameter");
            }
            return;
        }
        var traits = chat.traits();
        if (traits.images() || traits.audio() || traits.files()) {
            throw RefusedException.badRequest(
                    first,
                    "'" + first
                            + "' is on, but the request has images, audio or files, which no guard can look into. Leave"
                            + " them out, or the switch.",
                    "unsupported_parameter");
        }
        if (asked.output().isOn() && "true".equals(chat.rawValue("logprobs"))) {
            throw RefusedException.badRequest(
                    "logprobs",
                    "'logprobs' spell the answer a second time, past the guard of the output. Leave them out.",
                    "unsupported_parameter");
        }
    }

    /** What the backends are asked, as far as it has been looked at. */
    public ModelRequest request() {
        return request;
    }

    /** Looks for personal data, where that is asked for. */
    public CompletionStage<Void> findPersonalData() {
        var after = asked.output().pii();
        if (after != null && open.remove("output." + PII)) {
            answer.add(new PiiGuard(after, replacements, false));
        }
        var before = asked.input().pii();
        if (before == null || !(request instanceof ChatRequest chat) || !open.remove("input." + PII)) {
            // not on the event loop, when the first pieces of an answer are there
            return CallingCodes.isLoaded()
                    ? CompletableFuture.completedStage(null)
                    : CompletableFuture.runAsync(CallingCodes::load, Thread::startVirtualThread);
        }
        var guard = new PiiGuard(before, replacements, true);
        return Away.from(bytes(chat), () -> all(chat, guard::text)).thenAccept(rewritten -> request = rewritten);
    }

    private static long bytes(ChatRequest chat) {
        var form = chat.nativeForm();
        return chat.textBytes() + chat.media().bytes() + (form == null ? 0L : form.length);
    }

    private static ChatRequest all(ChatRequest chat, JsonTexts.Visitor visitor) {
        if (chat.calls() == 1) {
            return rewritten(chat, visitor);
        }
        var rewritten = chat.conversations().stream()
                .map(conversation -> rewritten(conversation, visitor))
                .toList();
        return rewritten.getFirst().besides(rewritten.subList(1, rewritten.size()));
    }

    private static ChatRequest rewritten(ChatRequest chat, JsonTexts.Visitor visitor) {
        var tree = chat.tree();
        var switches = JsonNodeFactory.instance.objectNode();
        for (var side : SIDES) {
            var on = tree.remove(side);
            if (on != null) {
                switches.set(side, on);
            }
        }
        var changed = JsonTexts.visit(tree, "", visitor);
        // a completion that is made later is guarded later, too
        tree.setAll(switches);
        var form = chat.nativeForm();
        if (form != null) {
            var whole = Json.object(form);
            if (JsonTexts.visit(whole, "", visitor)) {
                form = Json.bytesOfAny(whole);
                changed = true;
            }
        }
        if (!changed) {
            return chat;
        }
        var rewritten = ChatRequestReader.read(Json.bytesOfAny(tree));
        return form == null ? rewritten : rewritten.withNativeForm(form, chat.beyondChat());
    }

    /**
     * Has a guard outside look at what it can judge of what is asked for.
     *
     * @param switches that it honours, e.g. {@code toxicity}; others are left to others
     */
    public CompletionStage<Void> ask(Judge judge, Set<String> switches) {
        var after = question("output", asked.output(), switches);
        if (after != null) {
            answer.add(new OutsideGuard(judge, after, loop));
        }
        var before = question("input", asked.input(), switches);
        if (before == null || !(request instanceof ChatRequest chat)) {
            return CompletableFuture.completedStage(null);
        }
        var texts = new LinkedHashMap<String, String>();
        all(chat, (path, text, json) -> {
            if (!text.isBlank()) {
                texts.putIfAbsent(text, path);
            }
            return text;
        });
        return new OutsideGuard(judge, before, loop)
                .look(texts)
                .thenAccept(instead -> request =
                        instead.isEmpty() ? chat : all(chat, (path, text, json) -> instead.getOrDefault(text, text)));
    }

    /** What is left to be judged on one side, and is judged from now on; null where that is nothing. */
    private @Nullable Question question(String side, Guards.Side on, Set<String> switches) {
        var pii = switches.contains(PII) && open.remove(side + "." + PII) ? on.pii() : null;
        var checks = new LinkedHashSet<String>();
        for (var check : on.checks()) {
            if (switches.contains(check) && open.remove(side + "." + check)) {
                checks.add(check);
            }
        }
        return pii == null && checks.isEmpty()
                ? null
                : new Question(
                        side.equals("input"),
                        checks,
                        pii,
                        project,
                        request.model().value(),
                        List.of());
    }

    /**
     * Every switch that is on was taken by somebody.
     *
     * @throws RefusedException 400 with the first that was not
     */
    public void verify() {
        for (var left : open) {
            throw unguarded(left);
        }
    }

    /**
     * Nothing honours a switch.
     *
     * @param name e.g. {@code output.toxicity}
     */
    public static RefusedException unguarded(String name) {
        return RefusedException.badRequest(
                name,
                "'" + name + "' is on, but no guard is configured that could honour it, and the request must not run"
                        + " unguarded. Leave it out.",
                "unsupported_parameter");
    }

    /** A switch that is on. */
    public static String first(Guards guards) {
        var side = guards.input().isOn() ? guards.input() : guards.output();
        var name = side.pii() != null
                ? PII
                : side.checks().stream().sorted().findFirst().orElse("");
        return (guards.input().isOn() ? "input." : "output.") + name;
    }

    /**
     * Looks at the answer.
     *
     * @param blocked told why, when a stream ends here
     * @return as it may go out; fails with {@link RefusedException} where it may not; complete on any thread
     */
    public CompletionStage<Reply> answered(Reply reply, Consumer<Refusal> blocked) {
        return switch (reply) {
            case Reply.Whole whole -> {
                CompletionStage<byte[]> body = CompletableFuture.completedStage(whole.body());
                for (var guard : answer) {
                    body = body.thenCompose(bytes -> isJson(whole)
                            ? guard.whole(bytes)
                            : guard.text(new String(bytes, StandardCharsets.UTF_8))
                                    .thenApply(text -> text.getBytes(StandardCharsets.UTF_8)));
                }
                yield body.thenApply(seen -> new Reply.Whole(whole.status(), whole.contentType(), seen));
            }
            case Reply.Events events -> {
                var source = events.source();
                for (var guard : answer) {
                    source = guard.stream(source, blocked);
                }
                yield CompletableFuture.completedStage(new Reply.Events(source));
            }
            case Reply.Content content ->
                CompletableFuture.failedStage(
                        new IllegalStateException("a model's answer is neither whole nor events"));
        };
    }

    private static boolean isJson(Reply.Whole whole) {
        return whole.contentType().startsWith(Reply.Whole.JSON);
    }
}
