package io.dromedary.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Reply;
import io.dromedary.api.json.Json;
import io.dromedary.call.Call;
import io.dromedary.call.InnerCalls;
import io.dromedary.http.RequestHeaders;
import io.dromedary.jobs.batch.Batches;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** The steps of batches, by the names that the routes use. */
public final class BatchSteps implements NamedSteps {
    private final Supplier<Batches> batches;
    private final InnerCalls inner;

    /** @param batches asked at each call: routes are also looked at where there is no store */
    public BatchSteps(Supplier<Batches> batches, InnerCalls inner) {
        this.batches = batches;
        this.inner = inner;
    }

    @Override
    public Map<String, Processor> byName() {
        var steps = new LinkedHashMap<String, Processor>();
        steps.put("create-batch", page(this::create));
        steps.put("show-batch", page((exchange, call) -> batches.get().get(project(call), id(exchange))));
        steps.put("list-batches", page(this::list));
        steps.put("cancel-batch", page((exchange, call) -> batches.get().cancel(project(call), id(exchange))));
        steps.put("run-line", new RunLineStep(inner));
        return steps;
    }

    private interface Page {
        CompletionStage<ObjectNode> of(Exchange exchange, Call call);
    }

    private static AwaitStep<Reply.Whole> page(Page page) {
        return AwaitStep.reply((exchange, call) ->
                page.of(exchange, call).thenApply(shown -> Reply.Whole.json(200, Json.bytes(shown))));
    }

    private CompletionStage<ObjectNode> create(Exchange exchange, Call call) {
        return batches.get()
                .create(
                        project(call),
                        call.caller().key(),
                        exchange.getMessage().getBody(byte[].class));
    }

    private CompletionStage<ObjectNode> list(Exchange exchange, Call call) {
        return batches.get()
                .list(project(call), RequestHeaders.query(exchange, "limit"), RequestHeaders.query(exchange, "after"));
    }

    private static String project(Call call) {
        return call.caller().project().name();
    }

    private static String id(Exchange exchange) {
        @Nullable String id = exchange.getMessage().getHeader("id", String.class);
        return id == null ? "" : id;
    }
}
