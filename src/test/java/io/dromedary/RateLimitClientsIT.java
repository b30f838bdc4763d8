package io.dromedary;

import static io.dromedary.testing.Caller.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.dromedary.testing.Caller;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.NodeClients;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OpenAI's own clients know a limit when they meet one, and come back when they are told to. */
@Timeout(300)
final class RateLimitClientsIT {
    /** One comes back in three seconds. */
    private static final String LIMITS = "limits: { requestsPerMinute: 20 }";

    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("simulator", """
                        dialect: simulator
                        models:
                          simulated: { upstream: simulator }
                        """)
                .config(
                        "keys.yaml",
                        Caller.keys(
                                project("java", LIMITS),
                                project("node", LIMITS),
                                project("never", "limits: { tokensPerMinute: 10 }")))
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static OpenAIClient client(String project, int retries) {
        return OpenAIOkHttpClient.builder()
                .apiKey(Caller.of(gateway, project).key())
                .baseUrl(gateway.url() + "/v1")
                .responseValidation(true)
                .maxRetries(retries)
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    private static ChatCompletionCreateParams hello() {
        return ChatCompletionCreateParams.builder()
                .model("simulated")
                .addUserMessage("Hello")
                .build();
    }

    @Test
    void the_java_client_throws_its_own_exception_and_with_retries_waits_as_long_as_it_is_told() {
        var impatient = client("java", 0);
        var patient = client("java", 2);
        try {
            var refused = catchThrowableOfType(RateLimitException.class, () -> {
                for (var i = 0; i < 40; i++) {
                    impatient.chat().completions().create(hello());
                }
            });
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.code()).hasValue("rate_limit_exceeded");
            assertThat(refused.type()).hasValue("requests");
            assertThat(refused.param()).isEmpty();
            assertThat(refused.headers().values("x-ratelimit-limit-requests")).containsExactly("20");
            var retryAfter =
                    Long.parseLong(refused.headers().values("retry-after").getFirst());

            var begun = System.nanoTime();
            var answer = patient.chat().completions().create(hello());
            var waited = Duration.ofNanos(System.nanoTime() - begun);
            System.out.println("Retry-After " + retryAfter + " s, the Java client waited " + waited.toMillis() + " ms");
            assertThat(answer.choices()).hasSize(1);
            // the one second is for the time between the two calls
            assertThat(waited).isBetween(Duration.ofSeconds(retryAfter - 1), Duration.ofSeconds(retryAfter + 2));
        } finally {
            impatient.close();
            patient.close();
        }
    }

    @Test
    void what_can_never_fit_is_the_same_exception_without_a_time_to_come_back() {
        var client = client("never", 0);
        var refused = catchThrowableOfType(
                RateLimitException.class, () -> client.chat().completions().create(hello()));
        client.close();
        assertThat(refused.type()).hasValue("tokens");
        assertThat(refused.headers().values("retry-after")).isEmpty();
    }

    @Test
    void the_node_client_does_likewise() throws Exception {
        NodeClients.assertContent(
                "limits.mjs", gateway, Caller.of(gateway, "node").key(), "simulated");
    }
}
