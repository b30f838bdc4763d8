package io.dromedary.steps;

import io.dromedary.api.Reply;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.call.Call;
import io.dromedary.call.Call.Ending;
import io.dromedary.http.RequestHeaders;
import io.dromedary.jobs.deferred.DeferredCompletions;
import io.dromedary.jobs.deferred.Found;
import io.dromedary.jobs.deferred.Result;
import io.dromedary.routing.Planner;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The steps of completions that are fetched later, by the names that the routes use. */
public final class DeferredSteps implements NamedSteps {
    private static final CompletionStage<Optional<Reply>> GOES_ON = CompletableFuture.completedStage(Optional.empty());
    private static final Reply LATER = new Reply.Whole(202, "", new byte[0]);

    private final Supplier<DeferredCompletions> completions;
    private final Planner planner;

    /** @param completions asked at each call: routes are also looked at where there is no store */
    public DeferredSteps(Supplier<DeferredCompletions> completions, Planner planner) {
        this.completions = completions;
        this.planner = planner;
    }

    @Override
    public Map<String, Processor> byName() {
        var steps = new LinkedHashMap<String, Processor>();
        steps.put(
                "defer",
                new AwaitStep<>(
                        this::defer,
                        (exchange, call, reply) -> reply.ifPresent(told -> {
                            exchange.getMessage().setBody(told);
                            exchange.setRouteStop(true);
                        })));
        steps.put("fetch-deferred", AwaitStep.reply(this::fetch));
        return steps;
    }

    /** Where the answer is to be fetched later, it is promised, and the route ends; else it goes on. */
    private CompletionStage<Optional<Reply>> defer(Exchange exchange, Call call) {
        var chat = call.chat();
        if (!chat.deferred()) {
            return GOES_ON;
        }
        var caller = call.caller();
        // who asks for what is not there is told now
        planner.plan(call.snapshot().catalogue(), caller, chat);
        return completions
                .get()
                .promise(caller.project().name(), caller.key(), asked(call, chat))
                .thenApply(id -> Optional.of(
                        Reply.Whole.json(200, ("{\"request_id\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8))));
    }

    /** The request as it is run later: by the tier that such work has, where it does not say it itself. */
    private static byte[] asked(Call call, ChatRequest chat) {
        var edits = chat.members().edit(chat.body()).remove("deferred");
        var usual = call.snapshot().settings().gateway().jobs().tiers().deferred();
        if (usual != null && chat.serviceTier() == null && mayUse(call, usual)) {
            edits.set("service_tier", "\"" + usual.word() + "\"");
        }
        return edits.toBytes();
    }

    private static boolean mayUse(Call call, ServiceTier tier) {
        return call.caller().project().mayUse(tier);
    }

    private CompletionStage<Reply> fetch(Exchange exchange, Call call) {
        var project = call.caller().project().name();
        var given = RequestHeaders.parameter(exchange, "request_id");
        var id = given == null ? "" : given;
        var found = call.arrival().method().equals("HEAD")
                ? completions.get().look(project, id)
                : completions.get().fetch(project, id);
        return found.thenCompose(there -> reply(there, call));
    }

    private static CompletionStage<Reply> reply(Found found, Call call) {
        return switch (found) {
            case Found.Nothing nothing -> {
                call.replyHeaders().set("x-should-retry", "false");
                yield CompletableFuture.failedStage(new RefusedException(new Refusal.NotFound(
                        "No deferred completion could be found with the given request_id.",
                        null,
                        "deferred_completion_not_found")));
            }
            case Found.Later later -> {
                call.replyHeaders().set("retry-after", "1");
                yield CompletableFuture.completedStage(LATER);
            }
            case Found.Seen seen -> CompletableFuture.completedStage(reply(seen.result(), call));
            case Found.Handed handed ->
                // on the call's loop: its client may have left meanwhile
                CompletableFuture.supplyAsync(
                        () -> {
                            call.whenClosed(
                                    how -> handed.handover().ended(isWritten(handed.result(), how, call.status())));
                            return reply(handed.result(), call);
                        },
                        call.loop());
        };
    }

    /**
     * The caller has the result, and not an error that a step after this one has made of it.
     *
     * @param status that was sent
     */
    static boolean isWritten(Result result, Ending how, int status) {
        return (how == Ending.ANSWERED || how == Ending.REFUSED) && status == result.status();
    }

    private static Reply reply(Result result, Call call) {
        var headers = call.replyHeaders();
        result.headers().forEach(headers::set);
        if (result.status() >= 400) {
            // it is told once: a client that asked again by itself would be told that there is nothing
            headers.set("x-should-retry", "false");
        }
        return new Reply.Whole(result.status(), result.contentType(), result.body());
    }
}
