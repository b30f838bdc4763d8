package io.dromedary.steps;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.CallTimeout;
import io.dromedary.api.EventSource;
import io.dromedary.api.Reply;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Faults;
import io.dromedary.api.responses.ChatNames;
import io.dromedary.api.responses.PromptFill;
import io.dromedary.api.responses.ResponseRequest;
import io.dromedary.api.responses.ResponseRequestReader;
import io.dromedary.call.Call;
import io.dromedary.http.CallProperty;
import io.dromedary.http.RequestHeaders;
import io.dromedary.jobs.Jobs;
import io.dromedary.responses.BackgroundRun;
import io.dromedary.responses.CompactionTurn;
import io.dromedary.responses.ConversationPages;
import io.dromedary.responses.ItemPages;
import io.dromedary.responses.PageRequest;
import io.dromedary.responses.Recall;
import io.dromedary.responses.ResponseMemory;
import io.dromedary.responses.ResponseTurn;
import io.dromedary.responses.StoredResponse;
import io.dromedary.routing.PublicModel;
import io.dromedary.tier.Tiers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** The steps of the Responses API and of conversations, by the names that the routes use. */
public final class ResponseSteps implements NamedSteps {
    /** What keeps something. */
    public record Rooms(Recall recall, ResponseMemory memory, ConversationPages conversations) {}

    private final Supplier<Rooms> rooms;
    private final Tiers tiers;
    private final BackgroundSteps background;

    /**
     * The steps.
     *
     * @param rooms asked at each call: routes are also looked at where there is no store
     * @param jobs the same
     */
    public ResponseSteps(Supplier<Rooms> rooms, Tiers tiers, Supplier<Jobs> jobs) {
        this.rooms = rooms;
        this.tiers = tiers;
        this.background = new BackgroundSteps(rooms, jobs);
    }

    private Recall recall() {
        return rooms.get().recall();
    }

    private ResponseMemory memory() {
        return rooms.get().memory();
    }

    private ConversationPages conversations() {
        return rooms.get().conversations();
    }

    @Override
    public Map<String, Processor> byName() {
        var steps = new LinkedHashMap<String, Processor>();
        steps.put("read-response", ResponseSteps::readResponse);
        steps.put("read-whole", ResponseSteps::readWhole);
        steps.put("recall", new AwaitStep<>(this::recall, (exchange, call, turn) -> call.turn(turn)));
        steps.put("recall-compaction", new AwaitStep<>(this::compaction, (exchange, call, turn) -> call.turn(turn)));
        steps.put("answer", AwaitStep.reply(ResponseSteps::answer));
        steps.put("keep-failure", AwaitStep.reply(ResponseSteps::keepFailure));
        steps.put("recall-count", new AwaitStep<>(this::counted, (exchange, call, chat) -> call.read(chat)));
        steps.put("count-input", this::count);
        steps.put("show-response", AwaitStep.reply(this::show));
        steps.putAll(background.byName());
        steps.put("list-input-items", AwaitStep.reply(this::inputItems));
        steps.put("create-conversation", page((e, project) -> conversations().create(project, body(e))));
        steps.put("show-conversation", page((e, project) -> conversations().get(project, id(e))));
        steps.put("update-conversation", page((e, project) -> conversations().update(project, id(e), body(e))));
        steps.put("delete-conversation", page((e, project) -> conversations().delete(project, id(e))));
        steps.put("add-items", page((e, project) -> conversations().addItems(project, id(e), body(e))));
        steps.put("list-items", page((e, project) -> conversations().listItems(project, id(e), wanted(e))));
        steps.put("show-item", page((e, project) -> conversations().getItem(project, id(e), item(e))));
        steps.put("delete-item", page((e, project) -> conversations().deleteItem(project, id(e), item(e))));
        return steps;
    }

    private interface Page {
        CompletionStage<byte[]> of(Exchange exchange, String project);
    }

    private static AwaitStep<Reply.Whole> page(Page page) {
        return AwaitStep.reply(
                (exchange, call) -> page.of(exchange, project(call)).thenApply(body -> Reply.Whole.json(200, body)));
    }

    private static void readResponse(Exchange exchange) {
        read(exchange, ResponseRequestReader.read(body(exchange)));
    }

    /** For what is answered at once. */
    private static void readWhole(Exchange exchange) {
        readResponse(exchange);
        var request = CallProperty.of(exchange).responseRequest();
        if (request.stream()) {
            throw Faults.at("stream", "unsupported_value", "Unsupported value for '%s': this is never streamed.");
        }
        if (request.background()) {
            throw Faults.at(
                    "background", "unsupported_value", "Unsupported value for '%s': this is always answered at once.");
        }
    }

    private static void read(Exchange exchange, ResponseRequest request) {
        var call = CallProperty.of(exchange);
        call.asks(PromptFill.fill(request, call.snapshot().settings().prompts()));
        call.waiting(CallTimeout.of(RequestHeaders.get(exchange, CallTimeout.HEADER)));
    }

    private CompletionStage<ResponseTurn> recall(Exchange exchange, Call call) {
        return away(
                call,
                start -> call.errandOrNull() instanceof BackgroundRun run
                        ? recall().attempt(call.responseRequest(), start, run)
                        : recall().response(call.responseRequest(), start));
    }

    /** A long history takes its time to read and to put together: that is not for an event loop, which has others to serve. */
    private static <T> CompletionStage<T> away(Call call, Function<Recall.Start, CompletionStage<T>> work) {
        var request = call.responseRequest();
        var start = start(call);
        if (request.previousResponseId() == null && request.conversationId() == null) {
            return work.apply(start);
        }
        return CompletableFuture.supplyAsync(() -> work.apply(start), Thread::startVirtualThread)
                .thenCompose(Function.identity());
    }

    private CompletionStage<CompactionTurn> compaction(Exchange exchange, Call call) {
        return away(call, start -> recall().compaction(call.responseRequest(), start));
    }

    private static Recall.Start start(Call call) {
        var connection = call.connectionMemoryOrNull();
        var previous = call.responseRequest().previousResponseId();
        var local = connection == null || previous == null ? null : connection.recall(previous);
        return new Recall.Start(
                project(call),
                local instanceof ResponseTurn turn ? turn : null,
                windowBytes(call),
                isNativelyServed(call),
                call.loop());
    }

    /** Somebody who may answer speaks the Responses API itself; also where nobody may, of which the plan tells. */
    private static boolean isNativelyServed(Call call) {
        var name = call.responseRequest().model();
        var family = name == null
                ? List.<PublicModel>of()
                : call.snapshot().catalogue().family(name, call.caller());
        return family.stream().allMatch(model -> model.candidates().isEmpty())
                || family.stream().anyMatch(PublicModel::isServedNatively);
    }

    /** What the largest context window among the model's backends leaves for the input; 0 where nobody knows. */
    private static long windowBytes(Call call) {
        var request = call.responseRequest();
        var name = request.model();
        var model = name == null ? null : call.snapshot().catalogue().find(name);
        var window = model == null ? 0 : model.contextWindow();
        var output = request.body().path("max_output_tokens").asLong();
        return window == 0 ? 0 : Math.max(1, window - output) * Usage.BYTES_PER_TOKEN;
    }

    private static CompletionStage<Reply> answer(Exchange exchange, Call call) {
        var turn = call.turn();
        var connection = call.connectionMemoryOrNull();
        if (connection != null && turn instanceof ResponseTurn response && !response.stored()) {
            response.whenWhole(() -> connection.remember(response.id(), response));
        }
        return turn.answered(exchange.getMessage().getBody(Reply.class));
    }

    /** A call that was no turn, and a turn that never began, have nothing to keep. */
    private static CompletionStage<? extends @Nullable Object> keepFailure(Exchange exchange, Call call) {
        var body = exchange.getMessage().getBody();
        var turn = call.turnOrNull();
        // what an operator's own step has made of a failure stays so
        if (turn == null || !(body instanceof Reply.Whole told)) {
            return CompletableFuture.completedStage(body);
        }
        var cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        var refusal = cause instanceof RefusedException refused ? refused.refusal() : new Refusal.Internal();
        // what happened since the turn began is told in terms of chat
        var asked = ChatNames.refusal(refusal, turn::asked);
        return turn.refused(asked, asked.equals(refusal) ? told : call.errorReply(asked), call.begun());
    }

    private CompletionStage<ChatRequest> counted(Exchange exchange, Call call) {
        return away(call, start -> recall().counted(call.responseRequest(), start));
    }

    private void count(Exchange exchange) {
        exchange.getMessage()
                .setBody(json(JsonNodeFactory.instance
                        .objectNode()
                        .put("object", "response.input_tokens")
                        .put(
                                "input_tokens",
                                tiers.promptTokensOf(CallProperty.of(exchange).chat()))));
    }

    private CompletionStage<Reply> show(Exchange exchange, Call call) {
        var id = id(exchange);
        if ("true".equals(RequestHeaders.query(exchange, "stream"))) {
            return memory().events()
                    .follow(project(call), id, startingAfter(exchange), call.loop())
                    .thenCompose(events -> events == null
                            ? found(call, id).thenApply(response -> {
                                throw unstreamed(response);
                            })
                            : CompletableFuture.completedStage(events(events)));
        }
        return found(call, id).thenApply(response -> json(response.response()));
    }

    static Reply events(EventSource source) {
        return new Reply.Events(source);
    }

    private static RefusedException unstreamed(StoredResponse response) {
        return RefusedException.badRequest(
                "stream",
                "The response '" + response.id() + "' cannot be streamed: it was not made as a stream, or too long ago."
                        + " Retrieve it without 'stream'.",
                "response_not_streamable");
    }

    private static int startingAfter(Exchange exchange) {
        var after = RequestHeaders.query(exchange, "starting_after");
        if (after == null) {
            return -1;
        }
        try {
            return Math.max(-1, Integer.parseInt(after));
        } catch (NumberFormatException e) {
            throw Faults.at(
                    "starting_after",
                    "invalid_type",
                    "Invalid '%s': expected the sequence number of the last event that was received.");
        }
    }

    private CompletionStage<Reply> inputItems(Exchange exchange, Call call) {
        var wanted = wanted(exchange);
        return found(call, id(exchange)).thenApply(response -> json(ItemPages.page(response.input(), wanted)));
    }

    private CompletionStage<StoredResponse> found(Call call, String id) {
        return memory().find(project(call), id).thenApply(response -> {
            if (response == null) {
                throw notFound(id);
            }
            return response;
        });
    }

    static RefusedException notFound(String id) {
        return new RefusedException(
                new Refusal.NotFound("Response with id '" + shown(id) + "' not found.", null, "response_not_found"));
    }

    private static String shown(String id) {
        return id.length() > 100 ? id.substring(0, 100) + "..." : id;
    }

    static Reply json(ObjectNode body) {
        return Reply.Whole.json(200, Json.bytes(body));
    }

    private static PageRequest wanted(Exchange exchange) {
        return PageRequest.of(
                RequestHeaders.query(exchange, "limit"),
                RequestHeaders.query(exchange, "order"),
                RequestHeaders.query(exchange, "after"));
    }

    static String project(Call call) {
        return call.caller().project().name();
    }

    static byte[] body(Exchange exchange) {
        return exchange.getMessage().getBody(byte[].class);
    }

    static String id(Exchange exchange) {
        return parameter(exchange, "id");
    }

    private static String item(Exchange exchange) {
        return parameter(exchange, "item");
    }

    private static String parameter(Exchange exchange, String name) {
        @Nullable String value = exchange.getMessage().getHeader(name, String.class);
        return value == null ? "" : value;
    }
}
