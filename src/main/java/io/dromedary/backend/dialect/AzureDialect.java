package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Sending;
import io.dromedary.backend.Target;
import io.dromedary.config.BackendSettings;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Azure OpenAI. The upstream model is the name of the deployment. A {@code url} that ends in {@code /openai/v1} speaks the
 * API without versions; one that is the resource's root, e.g. {@code https://acme.openai.azure.com}, the one with
 * {@code options.apiVersion}.
 */
public final class AzureDialect extends OpenAiDialect {
    /** Where the file names none. */
    private static final String API_VERSION = "2024-10-21";

    private static final String OPTION = "apiVersion";

    /** Speech has paths of its own there, which are asked for over the API without versions. */
    private static final Capabilities WITH_VERSIONS =
            Capabilities.OPENAI.with(Map.of("endpoints", List.of("chat", "embeddings")));

    private final Ids ids;
    private final InstantSource clock;
    private final @Nullable String apiVersion;

    /** The dialect, for resources that speak the API with versions. */
    public AzureDialect(Ids ids, InstantSource clock) {
        this(ids, clock, API_VERSION);
    }

    private AzureDialect(Ids ids, InstantSource clock, @Nullable String apiVersion) {
        super("azure-openai", apiVersion == null ? Capabilities.OPENAI : WITH_VERSIONS, null, ids, clock);
        this.ids = ids;
        this.clock = clock;
        this.apiVersion = apiVersion;
    }

    @Override
    public Dialect of(BackendSettings settings) {
        if (hasNoVersions(settings.url())) {
            return new AzureDialect(ids, clock, null);
        }
        return new AzureDialect(ids, clock, String.valueOf(settings.options().getOrDefault(OPTION, API_VERSION)));
    }

    private static boolean hasNoVersions(@Nullable URI url) {
        return url != null && url.getPath() != null && url.getPath().contains("/openai/v1");
    }

    @Override
    public Map<String, String> authorization(String secret) {
        return Map.of("api-key", secret);
    }

    @Override
    public Outgoing chat(ChatRequest request, Target target) {
        var outgoing = super.chat(request, target);
        return apiVersion == null
                ? outgoing
                : new Outgoing(
                        Sending.json(path(apiVersion, target, "/chat/completions"), outgoing.body()),
                        outgoing.dropped());
    }

    @Override
    protected String embeddingsPath(Target target) {
        return apiVersion == null ? super.embeddingsPath(target) : path(apiVersion, target, "/embeddings");
    }

    private static String path(String version, Target target, String operation) {
        return "/openai/deployments/" + encoded(target.upstream()) + operation + "?api-version=" + encoded(version);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
