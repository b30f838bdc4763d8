package io.dromedary.steps;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Reply;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.JsonText;
import io.dromedary.api.read.Cursor;
import io.dromedary.call.Call;
import io.dromedary.jobs.Jobs;
import io.dromedary.jobs.Kind;
import io.dromedary.responses.BackgroundRun;
import io.dromedary.responses.ResponseTurn;
import io.dromedary.responses.StoredResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of responses that nobody waits for, and those that end one. */
final class BackgroundSteps {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundSteps.class);
    private static final CompletionStage<Optional<Reply>> NOW = CompletableFuture.completedStage(Optional.empty());

    private static final CompletionStage<Boolean> DONE = CompletableFuture.completedStage(true);

    private final Supplier<ResponseSteps.Rooms> rooms;
    private final Supplier<Jobs> jobs;

    BackgroundSteps(Supplier<ResponseSteps.Rooms> rooms, Supplier<Jobs> jobs) {
        this.rooms = rooms;
        this.jobs = jobs;
    }

    Map<String, Processor> byName() {
        var steps = new LinkedHashMap<String, Processor>();
        steps.put("defer-response", new AwaitStep<>(this::defer, BackgroundSteps::deferred));
        steps.put("cancel-response", AwaitStep.reply(this::cancel));
        steps.put("delete-response", AwaitStep.reply(this::delete));
        return steps;
    }

    /** Nothing where somebody waits for the answer, or this is the call that makes it. */
    private CompletionStage<Optional<Reply>> defer(Exchange exchange, Call call) {
        if (!call.responseRequest().background()
                || call.errandOrNull() instanceof BackgroundRun
                || !(call.turn() instanceof ResponseTurn turn)) {
            return NOW;
        }
        var model = call.chat().model();
        if (call.snapshot().catalogue().family(model, call.caller()).isEmpty()) {
            throw new RefusedException(Refusal.NotFound.model(model.value()));
        }
        var tier = call.snapshot().settings().gateway().jobs().tiers().background();
        var order = new Jobs.Order(
                turn.id(),
                Kind.BACKGROUND,
                ResponseSteps.project(call),
                call.caller().key(),
                work(ResponseSteps.body(exchange), tier));
        jobs.get().admit(order.project());
        return turn.queue().thenCompose(queued -> submitted(order).thenCompose(done -> told(call, order, queued)));
    }

    /** The request as it is sent when its turn has come: streamed, so that whoever follows sees it grow. */
    private static String work(byte[] body, @Nullable ServiceTier tier) {
        try (var at = Cursor.open(body)) {
            var members = at.members();
            var text = at.body();
            var edits = members.edit(text).set("stream", "true");
            var asked = members.find("service_tier");
            if (tier != null && (asked < 0 || text[members.valueStart(asked)] == 'n')) {
                edits = edits.set("service_tier", JsonText.quote(tier.word()));
            }
            return new String(edits.toBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What cannot be done later is not left there as if it could. */
    private CompletionStage<?> submitted(Jobs.Order order) {
        return jobs.get().submit(order).whenComplete((done, failure) -> {
            if (failure != null) {
                rooms.get().memory().delete(order.project(), order.id()).whenComplete((deleted, failed) -> {
                    if (failed != null) {
                        LOG.warn("{} was not accepted, and is left on its shelf", order.id(), failed);
                    }
                });
            }
        });
    }

    private CompletionStage<Optional<Reply>> told(Call call, Jobs.Order order, ObjectNode queued) {
        if (!call.responseRequest().stream()) {
            return CompletableFuture.completedStage(Optional.of(ResponseSteps.json(queued)));
        }
        return rooms.get()
                .memory()
                .events()
                .follow(order.project(), order.id(), -1, call.loop())
                .thenApply(events -> {
                    if (events == null) {
                        throw ResponseSteps.notFound(order.id());
                    }
                    return Optional.of(ResponseSteps.events(events));
                });
    }

    private static void deferred(Exchange exchange, Call call, Optional<Reply> reply) {
        reply.ifPresent(now -> {
            exchange.getMessage().setBody(now);
            exchange.setRouteStop(true);
        });
    }

    private CompletionStage<Reply> cancel(Exchange exchange, Call call) {
        var id = ResponseSteps.id(exchange);
        var project = ResponseSteps.project(call);
        return rooms.get().memory().find(project, id).thenCompose(found -> {
            if (found == null) {
                throw ResponseSteps.notFound(id);
            }
            if (!found.isBackground()) {
                throw RefusedException.badRequest(
                        null,
                        "Cannot cancel a synchronous response. Only responses that were made with 'background' set to"
                                + " true can be cancelled.",
                        "response_not_cancellable");
            }
            return found.isRunning()
                    ? rooms.get()
                            .recall()
                            .background()
                            .cancel(project, id)
                            .thenCompose(ended -> stopped(id).thenApply(any -> shown(id, ended)))
                    : CompletableFuture.completedStage(shown(id, found));
        });
    }

    private static Reply shown(String id, @Nullable StoredResponse response) {
        if (response == null) {
            throw ResponseSteps.notFound(id);
        }
        return ResponseSteps.json(response.response());
    }

    /** The response has ended: whoever still works on it finds that out by itself, if later. */
    private CompletionStage<Boolean> stopped(String id) {
        return jobs.get().cancel(id).exceptionally(failure -> {
            LOG.warn("the job of {} cannot be told that it is cancelled", id, failure);
            return false;
        });
    }

    private CompletionStage<Reply> delete(Exchange exchange, Call call) {
        var id = ResponseSteps.id(exchange);
        return rooms.get()
                .memory()
                .take(ResponseSteps.project(call), id)
                .thenCompose(taken -> {
                    if (taken == null) {
                        throw ResponseSteps.notFound(id);
                    }
                    return taken.isBackground() && taken.isRunning() ? stopped(id) : DONE;
                })
                .thenApply(done -> ResponseSteps.json(JsonNodeFactory.instance
                        .objectNode()
                        .put("id", id)
                        .put("object", "response")
                        .put("deleted", true)));
    }
}
