package io.dromedary.steps;

import io.dromedary.call.Call;
import io.dromedary.guard.CallGuard;
import io.dromedary.guard.HttpJudge;
import io.dromedary.guard.Judge;
import io.dromedary.guard.Question;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultExchange;

/** The steps of guards, by the names that the routes use. */
public final class GuardSteps implements NamedSteps {
    /** Where the verdict of a guard that is a route comes from, and by which switches it judges. */
    private static final String ROUTE = "guardRoute";

    private static final String SWITCHES = "guardSwitches";
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    private final RandomGenerator random;

    /** Made when the first guard outside is asked: most gateways have none. */
    private static final class Http {
        static final HttpClient CLIENT = HttpClient.newBuilder()
                // an upgrade that is offered in clear text confuses more than one server
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    public GuardSteps(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public Map<String, Processor> byName() {
        var steps = new LinkedHashMap<String, Processor>();
        steps.put("guard", new GuardStep(random));
        steps.put("guard-pii", looked((exchange, call) -> guard(call).findPersonalData()));
        steps.put("guard-outside", looked((exchange, call) -> askOutside(call)));
        steps.put("guard-by-route", looked(GuardSteps::askRoute));
        return steps;
    }

    private static AwaitStep<Void> looked(AwaitStep.Question<Void> question) {
        return new AwaitStep<>(question, (exchange, call, done) -> {});
    }

    private static CallGuard guard(Call call) {
        var guard = call.guardOrNull();
        if (guard == null) {
            throw new IllegalStateException("guards are steps of the route `guard`, which the step `guard` begins");
        }
        return guard;
    }

    private static CompletionStage<Void> askOutside(Call call) {
        var hook = call.snapshot().settings().gateway().guards().hook();
        return hook == null ? DONE : guard(call).ask(new HttpJudge(Http.CLIENT, hook), hook.switches());
    }

    private static CompletionStage<Void> askRoute(Exchange exchange, Call call) {
        var route = exchange.getProperty(ROUTE, String.class);
        var switches = exchange.getProperty(SWITCHES, String.class);
        if (route == null || switches == null) {
            throw new IllegalStateException("the step `guard-by-route` needs the exchange properties `" + ROUTE
                    + "` and `" + SWITCHES + "`, as `direct:my-guard` and `toxicity`");
        }
        return guard(call)
                .ask(
                        new RouteJudge(exchange.getContext(), route),
                        Set.of(switches.trim().split("\\s*,\\s*")));
    }

    /** A guard that is a route of the operator's: it gets the question as its body, and leaves the verdict there. */
    private record RouteJudge(CamelContext camel, String uri) implements Judge {
        @Override
        public CompletionStage<byte[]> ask(Question question) {
            return CompletableFuture.supplyAsync(() -> answer(question), Thread::startVirtualThread);
        }

        private byte[] answer(Question question) {
            var exchange = new DefaultExchange(camel);
            exchange.getMessage().setBody(new String(question.json(), StandardCharsets.UTF_8));
            try (var template = camel.createProducerTemplate()) {
                var done = template.send(uri, exchange);
                if (done.getException() != null) {
                    throw new IllegalStateException(done.getException());
                }
                var verdict = done.getMessage().getBody(byte[].class);
                return verdict == null ? new byte[0] : verdict;
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
