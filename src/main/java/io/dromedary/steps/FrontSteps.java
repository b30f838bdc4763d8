package io.dromedary.steps;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dromedary.api.CallTimeout;
import io.dromedary.api.Ids;
import io.dromedary.api.completions.CompletionFront;
import io.dromedary.api.front.Front;
import io.dromedary.api.messages.MessagesFront;
import io.dromedary.api.messages.MessagesRequest;
import io.dromedary.api.messages.MessagesRequestReader;
import io.dromedary.call.Call;
import io.dromedary.fronts.FrontTurn;
import io.dromedary.http.CallProperty;
import io.dromedary.http.RequestHeaders;
import io.dromedary.routing.PublicModel;
import io.dromedary.tier.Tiers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The steps of APIs that are fronts of chat and keep nothing, by the names that the routes use. */
public final class FrontSteps implements NamedSteps {
    private final Tiers tiers;
    private final Ids ids;

    public FrontSteps(Tiers tiers, Ids ids) {
        this.tiers = tiers;
        this.ids = ids;
    }

    @Override
    public Map<String, Processor> byName() {
        var steps = new LinkedHashMap<String, Processor>();
        steps.put("speak-messages", FrontSteps::speak);
        steps.put("read-message", exchange -> message(exchange, MessagesRequestReader.read(body(exchange))));
        steps.put("read-message-count", exchange -> message(exchange, MessagesRequestReader.readCount(body(exchange))));
        steps.put("count-message", this::count);
        steps.put("read-completion", exchange -> asks(exchange, CompletionFront.read(body(exchange), ids)));
        return steps;
    }

    /**
     * Anthropic's clients look for the id of their request under a name of their own. Whatever anthropic-version they send is
     * taken: the one shape that is served is what the clients of each read.
     */
    private static void speak(Exchange exchange) {
        var call = CallProperty.of(exchange);
        call.replyHeaders().set("request-id", call.arrival().requestId());
    }

    private void message(Exchange exchange, MessagesRequest request) {
        var call = CallProperty.of(exchange);
        asks(
                exchange,
                MessagesFront.of(
                        request, isServedInBlocks(call, request), call.arrival().requestId(), ids));
    }

    private static boolean isServedInBlocks(Call call, MessagesRequest request) {
        var family = call.snapshot().catalogue().family(request.model(), call.caller());
        return !family.isEmpty() && family.stream().allMatch(PublicModel::isServedInBlocks);
    }

    private static void asks(Exchange exchange, Front front) {
        var call = CallProperty.of(exchange);
        call.turn(new FrontTurn(front));
        call.waiting(CallTimeout.of(RequestHeaders.get(exchange, CallTimeout.HEADER)));
    }

    private void count(Exchange exchange) {
        var tokens = tiers.promptTokensOf(CallProperty.of(exchange).chat());
        exchange.getMessage()
                .setBody(
                        ResponseSteps.json(JsonNodeFactory.instance.objectNode().put("input_tokens", tokens)));
    }

    private static byte[] body(Exchange exchange) {
        return ResponseSteps.body(exchange);
    }
}
