package io.dromedary.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.access.Keyring;
import io.dromedary.call.Call;
import io.dromedary.call.Call.Ending;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a call ends whose reply takes its time to go out. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class LargeReplyTest {
    private SocketRig rig;
    private Vertx vertx;

    @BeforeEach
    void start() throws Exception {
        rig = new SocketRig(4096);
        vertx = Vertx.vertx();
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        rig.close();
    }

    private HttpClientRequest ask(HttpVersion version) throws Exception {
        var client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(version)
                .setHttp2ClearTextUpgrade(false)
                .setMaxPoolSize(1));
        return client.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setHost("127.0.0.1")
                        .setPort(rig.engine.getServerPort())
                        .setURI(SocketRig.PATH)
                        .putHeader("content-type", "application/json")
                        .putHeader("authorization", "Bearer " + Keyring.DEMO_KEY))
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private Call closed() {
        await().atMost(SocketRig.soon()).until(() -> rig.closed.size() == 1);
        return rig.closed.getFirst();
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void one_that_is_read_to_its_end_is_answered(HttpVersion version) throws Exception {
        var request = ask(version);
        var body = request.send("{\"say\":\"large\"}")
                .compose(response -> response.body())
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);

        assertThat(body.length()).isEqualTo(SocketRig.LARGE);
        assertThat(closed().ending()).isEqualTo(Ending.ANSWERED);
        await().atMost(SocketRig.soon()).until(rig::isIdle);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void one_whose_client_leaves_in_the_middle_is_not_answered(HttpVersion version) throws Exception {
        var request = ask(version);
        var some = new CompletableFuture<Void>();
        request.send("{\"say\":\"large\"}")
                .onSuccess(response -> response.handler(piece -> {
                    response.pause();
                    some.complete(null);
                }));
        some.get(20, TimeUnit.SECONDS);
        assertThat(rig.closed).as("it is under way").isEmpty();
        vertx.runOnContext(nothing -> request.reset());

        assertThat(closed().ending()).isEqualTo(Ending.LEFT);
        await().atMost(SocketRig.soon()).until(rig::isIdle);
    }

    @Test
    void one_whose_connection_breaks_in_the_middle_is_not_answered() throws Exception {
        var request = ask(HttpVersion.HTTP_2);
        var some = new CompletableFuture<Void>();
        request.send("{\"say\":\"large\"}")
                .onSuccess(response -> response.handler(piece -> {
                    response.pause();
                    some.complete(null);
                }));
        some.get(20, TimeUnit.SECONDS);
        vertx.runOnContext(nothing -> request.connection().close());

        assertThat(closed().ending()).isEqualTo(Ending.LEFT);
        await().atMost(SocketRig.soon()).until(rig::isIdle);
    }
}
