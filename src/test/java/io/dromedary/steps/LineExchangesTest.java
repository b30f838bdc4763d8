package io.dromedary.steps;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.call.InnerCalls.Ask;
import io.dromedary.call.InnerCalls.Told;
import io.dromedary.jobs.batch.LineRoute.Line;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a line, whatever an operator's route makes of it. */
final class LineExchangesTest {
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @AfterEach
    void stop() {
        camel.stop();
    }

    /** What is told of a line that is run through a route of this one step. */
    private Told told(Processor step) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:batch-line").process(step);
            }
        });
        camel.start();
        var told = new CompletableFuture<Told>();
        var ask = new Ask("req_1", "/v1/chat/completions", "{}".getBytes(UTF_8), "acme", "ci", null);
        new LineExchanges(() -> camel).begin(new Line("batch_1", 1, "line-1", ask), told::complete);
        return told.get(60, TimeUnit.SECONDS);
    }

    @Test
    void what_is_there_at_the_end_of_the_route_is_the_answer() throws Exception {
        var told = told(exchange -> {
            exchange.getMessage().setHeader(LineExchanges.STATUS, "201");
            exchange.getMessage().setBody("answer");
        });

        assertThat(told.status()).isEqualTo(201);
        assertThat(told.body()).asString(UTF_8).isEqualTo("answer");
    }

    @Test
    void a_status_that_is_none_is_a_failure_and_the_line_is_told_of_it() throws Exception {
        var told = told(exchange -> exchange.getMessage().setHeader(LineExchanges.STATUS, "fine"));

        assertThat(told.status()).isEqualTo(500);
        assertThat(told.body()).asString(UTF_8).contains("\"error\"").doesNotContain("fine");
    }

    @Test
    void a_step_that_fails_is_a_failure_of_the_line() throws Exception {
        var told = told(exchange -> {
            throw new IllegalArgumentException("a secret");
        });

        assertThat(told.status()).isEqualTo(500);
        assertThat(told.body()).asString(UTF_8).doesNotContain("secret");
    }
}
