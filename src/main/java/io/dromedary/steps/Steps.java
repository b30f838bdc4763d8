package io.dromedary.steps;

import io.dromedary.access.Entitlements;
import io.dromedary.api.CallTimeout;
import io.dromedary.api.Reply;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.http.CallProperty;
import io.dromedary.http.RequestHeaders;
import io.dromedary.http.SocketOpening;
import io.dromedary.responses.Turn;
import io.dromedary.routing.Failover;
import io.dromedary.routing.LimitPages;
import io.dromedary.routing.ModelPages;
import io.dromedary.routing.Planner;
import io.dromedary.tier.Tiers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps that every route has, and those of the pages. */
public final class Steps implements NamedSteps {
    private static final Logger LOG = LoggerFactory.getLogger(Steps.class);
    private static final int ANSWER_COPY_BYTES = 1 << 20;
    private static final int MOST_NAMES = 32;
    private static final Pattern HEADER_WORD = Pattern.compile("[A-Za-z0-9_.\\[\\]-]{1,64}");

    private final Planner planner;
    private final Tiers tiers;
    private final Failover failover;
    private final ModelPages models;
    private final LimitPages limits;
    private final Operations operations;

    public Steps(
            Planner planner,
            Tiers tiers,
            Failover failover,
            ModelPages models,
            LimitPages limits,
            Operations operations) {
        this.planner = planner;
        this.tiers = tiers;
        this.failover = failover;
        this.models = models;
        this.limits = limits;
        this.operations = operations;
    }

    @Override
    public Map<String, Processor> byName() {
        var steps = new LinkedHashMap<String, Processor>();
        steps.put("identify", Steps::identify);
        steps.put("read-chat", Steps::readChat);
        steps.put("entitle", Steps::entitle);
        steps.put("plan", this::plan);
        steps.put("reserve", new ReserveStep(tiers));
        steps.put("dispatch", new DispatchStep(failover));
        steps.put("reply", Steps::reply);
        steps.put("refuse", Steps::refuse);
        steps.put("list-models", this::listModels);
        steps.put("show-model", this::showModel);
        steps.put("show-limits", new LimitsStep(limits));
        steps.putAll(ReadSteps.byName());
        steps.put("open-socket", Steps::openSocket);
        steps.put("keep-answer", exchange -> CallProperty.of(exchange).keepAnswer(ANSWER_COPY_BYTES));
        steps.put("answer-to-body", Steps::answerToBody);
        steps.put("live", exchange -> exchange.getMessage().setBody(operations.live()));
        steps.put("ready", exchange -> exchange.getMessage().setBody(operations.ready()));
        steps.put("health", exchange -> exchange.getMessage().setBody(operations.health()));
        steps.put("metrics", new BlockingStep(exchange -> exchange.getMessage().setBody(operations.metrics())));
        steps.put("jobs", AwaitStep.reply((exchange, call) -> operations.jobs()));
        steps.put("console", exchange -> exchange.getMessage().setBody(operations.console()));
        return steps;
    }

    private static void identify(Exchange exchange) {
        var call = CallProperty.of(exchange);
        var keyring = call.snapshot().keyring();
        var inner = call.innerOrNull();
        if (inner != null) {
            call.identified(keyring.owner(inner.project(), inner.key()));
            return;
        }
        var caller = keyring.identify(
                RequestHeaders.get(exchange, "authorization"), RequestHeaders.get(exchange, "x-api-key"));
        call.identified(caller);
        Entitlements.checkProject(
                caller,
                RequestHeaders.get(exchange, "openai-project"),
                call.arrival().project(),
                RequestHeaders.query(exchange, "ai_project_id"));
    }

    /** The connection of a caller that is known becomes a WebSocket. */
    private static void openSocket(Exchange exchange) {
        var call = CallProperty.of(exchange);
        // nobody gets in whose key was not looked at
        call.caller();
        var serves = exchange.getProperty("serves", String.class);
        exchange.getMessage()
                .setBody(new SocketOpening(serves == null ? call.arrival().endpoint() : serves));
    }

    private static void readChat(Exchange exchange) {
        var call = CallProperty.of(exchange);
        call.read(ChatRequestReader.read(exchange.getMessage().getBody(byte[].class)));
        call.waiting(CallTimeout.of(RequestHeaders.get(exchange, CallTimeout.HEADER)));
    }

    private static void entitle(Exchange exchange) {
        var call = CallProperty.of(exchange);
        Entitlements.check(call.caller(), call.asked());
    }

    private void plan(Exchange exchange) {
        var call = CallProperty.of(exchange);
        call.planned(planner.plan(call.snapshot().catalogue(), call.caller(), call.asked()));
    }

    /** Tells the caller how the answer came to be. */
    private static void reply(Exchange exchange) {
        var call = CallProperty.of(exchange);
        var dispatch = Objects.requireNonNull(call.dispatchOrNull(), "dispatch");
        var headers = call.replyHeaders();
        call.serving().describe(headers);
        var served = dispatch.served();
        if (served != null) {
            headers.set("x-dromedary-backend", served.backend().value());
            headers.set("x-dromedary-attempts", String.valueOf(dispatch.sent()));
            if (!served.upstream().equals(served.model().value())) {
                headers.set("x-dromedary-upstream-model", served.upstream());
            }
        }
        var dropped = dropped(call.turnOrNull(), dispatch.dropped());
        if (!dropped.isEmpty()) {
            headers.set("x-dromedary-dropped-params", shown(dropped));
        }
    }

    /** A call of another API is one of chat in the middle only: its caller knows members by other names. */
    private static List<String> dropped(@Nullable Turn turn, List<String> ofChat) {
        if (turn == null || ofChat.isEmpty() && turn.dropped().isEmpty()) {
            return ofChat;
        }
        return Stream.concat(turn.dropped().stream(), ofChat.stream().map(turn::asked))
                .toList();
    }

    /** Names of members are the caller's own words: only those that may stand in a header do, and not too many. */
    private static String shown(List<String> names) {
        return names.stream()
                .map(name -> HEADER_WORD.matcher(name).matches() ? name : "?")
                .distinct()
                .limit(MOST_NAMES)
                .collect(Collectors.joining(", "));
    }

    /** Turns what went wrong into the answer. */
    private static void refuse(Exchange exchange) {
        var call = CallProperty.of(exchange);
        var cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Refusal refusal;
        if (cause instanceof RefusedException refused) {
            refusal = refused.refusal();
        } else {
            LOG.error("request {} failed", call.arrival().requestId(), cause);
            refusal = new Refusal.Internal();
        }
        var serving = call.servingOrNull();
        if (serving != null) {
            serving.describeRefused(call.replyHeaders());
        }
        if (refusal instanceof Refusal.Limited limited && limited.retryAfterSeconds() > 0) {
            call.replyHeaders().set("retry-after", String.valueOf(limited.retryAfterSeconds()));
        }
        if (refusal instanceof Refusal.BackendsFailed failed) {
            if (failed.retryAfterSeconds() > 0) {
                call.replyHeaders().set("retry-after", String.valueOf(failed.retryAfterSeconds()));
            }
            var dispatch = call.dispatchOrNull();
            call.replyHeaders().set("x-dromedary-attempts", String.valueOf(dispatch == null ? 0 : dispatch.sent()));
        }
        call.status(refusal.status(), refusal.code());
        exchange.getMessage().setBody(call.errorReply(refusal));
    }

    private void listModels(Exchange exchange) {
        var call = CallProperty.of(exchange);
        exchange.getMessage()
                .setBody(Reply.Whole.json(
                        200, models.list(call.snapshot().catalogue(), call.caller(), verbose(exchange))));
    }

    private void showModel(Exchange exchange) {
        var call = CallProperty.of(exchange);
        var id = exchange.getMessage().getHeader("id", "", String.class);
        exchange.getMessage()
                .setBody(Reply.Whole.json(
                        200, models.show(call.snapshot().catalogue(), call.caller(), id, verbose(exchange))));
    }

    private static boolean verbose(Exchange exchange) {
        return "true".equals(RequestHeaders.query(exchange, "verbose"));
    }

    /** For routes that look at a finished call: the body becomes the answer, the headers its summary. */
    private static void answerToBody(Exchange exchange) {
        var call = CallProperty.of(exchange);
        var copy = call.answerCopyOrNull();
        var message = exchange.getMessage();
        message.removeHeaders("*");
        call.summary().forEach((name, value) -> message.setHeader("dromedary_" + name, value));
        message.setBody(copy == null ? new byte[0] : copy.bytes());
    }
}
