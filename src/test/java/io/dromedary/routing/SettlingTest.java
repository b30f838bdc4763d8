package io.dromedary.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.access.Caller;
import io.dromedary.access.Keyring;
import io.dromedary.api.ModelName;
import io.dromedary.api.Reply;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.AttemptFailure.TimedOut.Deadline;
import io.dromedary.backend.Backend;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Backends;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.OpenAiDialect;
import io.dromedary.call.Arrival;
import io.dromedary.call.Call;
import io.dromedary.call.Snapshot;
import io.dromedary.config.BackendSettings;
import io.dromedary.config.BreakerSettings;
import io.dromedary.config.GatewaySettings;
import io.dromedary.config.ProjectSettings;
import io.dromedary.config.ProjectSettings.Limits;
import io.dromedary.config.Settings;
import io.dromedary.config.TierSettings;
import io.dromedary.config.TierSettings.OnStoreFailure;
import io.dromedary.routing.DispatchTest.Calls;
import io.dromedary.routing.DispatchTest.Told;
import io.dromedary.testing.ChatEvents;
import io.dromedary.tier.Accounts;
import io.dromedary.tier.Tiers;
import io.dromedary.tier.ledger.Estimate;
import io.dromedary.tier.ledger.Ledger;
import io.dromedary.tier.ledger.Settlement;
import io.dromedary.tier.ledger.TokenEstimator;
import io.dromedary.tier.ledger.Verdict;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a call costs its project, however it ends. */
final class SettlingTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
    private static final OpenAiDialect DIALECT = new OpenAiDialect(prefix -> prefix + "1", CLOCK);
    private static final ModelName MODEL = new ModelName("m");
    private static final Caller CALLER = new Caller(
            new ProjectSettings("acme", List.of(), List.of(), true, true, true, new Limits(0, 100_000, false)), "ci");
    private static final String STREAM = "{\"stream\":true,\"max_tokens\":1000}";
    private static final String WHOLE = "{\"max_tokens\":1000}";
    private static final AttemptFailure SILENT = new AttemptFailure.TimedOut(Deadline.FIRST_TOKEN);

    private final Ledger ledger = Ledger.alone("test", CLOCK);
    private final Tiers tiers = new Tiers(ledger, new TokenEstimator(TokenEstimator.Start.DEFAULT));
    private final Accounts accounts = new Accounts();
    private final Standings standings = new Standings(CLOCK, () -> 0, new SplittableRandom(7));
    private final Gates gates = new Gates(() -> 0, (wait, what) -> () -> {});
    private final Failover failover = new Failover(
            new RetryRule(new SplittableRandom(7)),
            new HedgeBudget(),
            new Memory(1 << 20),
            new Backends(
                            VERTX,
                            settings -> {
                                throw new IllegalStateException();
                            },
                            settings -> new Calls())
                    .watch(),
            new QueueLog());
    private final List<Calls> upstreams = new ArrayList<>();
    private final Told told = new Told();
    private long prompt;

    @AfterAll
    static void stop() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void an_answer_costs_what_its_backend_counted() {
        var call = call(STREAM, 1);
        says(0, ChatEvents.text("one"), ChatEvents.finish("stop"), ChatEvents.usage(7, 5), ChatEvents.DONE);
        told.read();
        call.close(Call.Ending.ANSWERED);
        assertThat(used()).isEqualTo(12);
    }

    @Test
    void a_whole_answer_that_nobody_counted_is_not_free() {
        var call = call(WHOLE, 1);
        var body = "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\","
                + "\"content\":\"" + "word ".repeat(400) + "\"}}]}";
        whole(0, body);
        call.sent(((Reply.Whole) told.all.getFirst()).body());
        call.close(Call.Ending.ANSWERED);
        assertThat(used()).isBetween(prompt + 500, prompt + 600);
    }

    @Test
    void a_stream_that_its_caller_left_costs_its_prompt_and_what_came() {
        var call = call(STREAM, 1);
        says(0, ChatEvents.text("one "), ChatEvents.text("two "), ChatEvents.text("three"));
        told.read();
        call.leave();
        assertThat(used()).isEqualTo(prompt + 3);
    }

    @Test
    void what_a_backend_counted_of_a_stream_that_was_left_at_its_end_is_paid_for() {
        var call = call(STREAM, 1);
        says(0, ChatEvents.text("one "), ChatEvents.finish("stop"), ChatEvents.usage(7, 500));
        told.read();
        call.leave();
        assertThat(used()).isEqualTo(Math.max(prompt, 7) + 500);
    }

    @Test
    void a_call_that_is_left_before_its_backend_speaks_costs_its_prompt() {
        call(STREAM, 1).leave();
        assertThat(used()).isEqualTo(prompt);
    }

    @Test
    void failed_attempts_cost_nothing() {
        var call = call(STREAM, 1);
        upstreams.getFirst().last().listener.failed(SILENT);
        call.close(Call.Ending.REFUSED);
        assertThat(used()).isZero();
    }

    @Test
    void a_call_that_is_left_between_two_attempts_costs_nothing() {
        var call = call(STREAM, 1);
        upstreams.getFirst().last().listener.failed(new AttemptFailure.Broken("connection reset"));
        call.leave();
        assertThat(told.all).containsExactly("left");
        assertThat(used()).isZero();
    }

    @Test
    void a_stream_that_is_mended_is_paid_for_once() {
        var call = call(STREAM, 2);
        says(0, ChatEvents.text("one "), ChatEvents.text("two "));
        told.read();
        upstreams.get(0).last().listener.failed(new AttemptFailure.Broken("connection reset"));
        says(1, ChatEvents.text("one "), ChatEvents.text("two "), ChatEvents.text("three"));
        call.leave();
        assertThat(used()).isEqualTo(prompt + 3);
    }

    @Test
    void a_stream_that_is_cut_costs_what_was_shown() {
        var call = call(STREAM, 1);
        says(0, ChatEvents.text("one "), ChatEvents.text("two "));
        told.read();
        upstreams.getFirst().last().listener.failed(new AttemptFailure.Broken("connection reset"));
        call.close(Call.Ending.CUT);
        assertThat(used()).isEqualTo(prompt + 2);
    }

    @Test
    void a_call_that_is_refused_before_it_is_dispatched_costs_nothing() {
        var call = reserved(STREAM);
        assertThat(used()).isPositive();
        call.close(Call.Ending.REFUSED);
        assertThat(used()).isZero();
    }

    @Test
    void only_the_first_end_counts() {
        var call = call(STREAM, 1);
        upstreams.getFirst().last().listener.failed(SILENT);
        call.close(Call.Ending.REFUSED);
        call.leave();
        assertThat(used()).isZero();
    }

    @Test
    void a_route_that_reserves_twice_is_told_so() {
        var call = reserved(STREAM);
        var again =
                tiers.serving(TierSettings.DEFAULT, accounts, CALLER, ChatRequests.of(STREAM), MODEL, Runnable::run);
        assertThatThrownBy(() -> call.serving(again))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'reserve' twice");
        call.leave();
        assertThat(used()).isZero();
    }

    private Call call(String request, int backends) {
        var call = reserved(request);
        var candidates = new ArrayList<Candidate>();
        for (var i = 0; i < backends; i++) {
            upstreams.add(new Calls());
            candidates.add(candidate(new BackendName("b" + i), upstreams.get(i), i));
        }
        var dispatch = new Dispatch(
                new Order(call.chat(), new Plan(MODEL, candidates, 5, true), call.serving(), null, null, Runnable::run),
                failover,
                told);
        call.dispatched(dispatch);
        dispatch.start();
        return call;
    }

    private Call reserved(String request) {
        var chat = ChatRequests.of(request);
        prompt = new TokenEstimator(TokenEstimator.Start.DEFAULT).estimate(chat).prompt();
        var call = new Call(
                new Arrival("id", "POST", "/v1/chat/completions", true, "", Instant.EPOCH, 0),
                snapshot(),
                Runnable::run,
                closed -> {},
                null);
        call.read(chat);
        var serving = tiers.serving(TierSettings.DEFAULT, accounts, CALLER, chat, MODEL, Runnable::run);
        call.serving(serving);
        assertThat(serving.descend()).isCompletedWithValue(true);
        return call;
    }

    private Snapshot snapshot() {
        var settings = new Settings(GatewaySettings.DEFAULT, Map.of(), Map.of(), Map.of(), "");
        return new Snapshot(
                settings,
                new Keyring(List.of(), true),
                Catalogue.of(
                        settings,
                        backend -> {
                            throw new IllegalStateException("there is none");
                        },
                        standings,
                        gates),
                accounts);
    }

    private Candidate candidate(BackendName backend, Calls calls, int priority) {
        return new Candidate(
                new Backend(backend, BackendSettings.SIMULATOR, DIALECT, Capabilities.OPENAI, calls),
                new Target(backend, MODEL, "up", Capabilities.OPENAI),
                priority,
                1,
                standings.of(backend, "up", BreakerSettings.DEFAULT),
                gates.of(backend),
                false);
    }

    private void says(int backend, String... events) {
        upstreams.get(backend).last().says(events);
    }

    private void whole(int backend, String body) {
        var listener = upstreams.get(backend).last().listener;
        listener.head(200, name -> "application/json");
        listener.body(body.getBytes(UTF_8));
        listener.end();
    }

    private long used() {
        var verdict = ledger.reserve(accounts.of(CALLER, MODEL), new Estimate(0, 0), OnStoreFailure.REFUSE)
                .toCompletableFuture()
                .join();
        var granted = (Verdict.Granted) verdict;
        granted.reservation().settle(new Settlement.Nothing());
        return 100_000 - granted.left().tokens().remaining();
    }
}
