package io.dromedary.guard;

import io.dromedary.config.GatewaySettings;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A guard that is asked over HTTP: the question is the body of a {@code POST}, and the body of a 200 the verdict. */
public final class HttpJudge implements Judge {
    private final HttpClient client;
    private final GatewaySettings.Hook hook;

    public HttpJudge(HttpClient client, GatewaySettings.Hook hook) {
        this.client = client;
        this.hook = hook;
    }

    @Override
    public CompletionStage<byte[]> ask(Question question) {
        var request = HttpRequest.newBuilder(hook.url())
                .timeout(hook.timeout())
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(question.json()));
        var secret = hook.secret();
        if (secret != null) {
            request.header("authorization", "Bearer " + secret.value());
        }
        return client.sendAsync(request.build(), BodyHandlers.ofByteArray())
                .thenCompose(answer -> answer.statusCode() == 200
                        ? CompletableFuture.completedStage(answer.body())
                        : CompletableFuture.failedStage(new IOException("status " + answer.statusCode())));
    }
}
