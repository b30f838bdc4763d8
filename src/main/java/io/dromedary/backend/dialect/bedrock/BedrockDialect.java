package io.dromedary.backend.dialect.bedrock;

import io.dromedary.api.Ids;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.sse.Framing;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Signer;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.blocks.FittedBody;
import io.dromedary.config.BackendSettings;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Amazon Bedrock over {@code Converse} and {@code ConverseStream}. The backend's url is the region's {@code
 * https://bedrock-runtime.REGION.amazonaws.com}, the upstream model an id or ARN of a model or an inference profile.
 *
 * <ul>
 *   <li>{@code auth} is {@code ACCESS_KEY:SECRET} or {@code ACCESS_KEY:SECRET:SESSION_TOKEN}, by which each request is
 *       signed; anything without a colon is a Bedrock API key. The region is the url's, or {@code options.region}.
 *   <li>Images and files go as bytes: an image's address is refused, since nothing here fetches it.
 *   <li>{@code reasoning_effort} is said in the words of the model's maker: Claude, Nova and OpenAI's open models.
 *   <li>{@code tool_choice: none} cannot be said. The tools are left out; where the conversation has calls in it, those have
 *       to be declared, and the caller is told.
 *   <li>The API's own members ({@code additionalModelRequestFields}, {@code guardrailConfig} and others) are sent as they
 *       are.
 * </ul>
 */
public final class BedrockDialect implements Dialect {
    private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";

    private static final Capabilities CAPABILITIES = FittedBody.CAPABILITIES.with(Map.of(
            "parallelToolControl",
            false,
            "dropped",
            Stream.concat(FittedBody.CAPABILITIES.dropped().stream(), Stream.of("user", "safety_identifier"))
                    .toList()));

    private final Ids ids;
    private final InstantSource clock;

    /**
     * A dialect.
     *
     * @param ids for answers, which have none
     * @param clock for answers, which have no time, for signatures, and for waits that are stated as a date
     */
    public BedrockDialect(Ids ids, InstantSource clock) {
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "bedrock";
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    /** {@inheritDoc} Each model has its own; an outgoing request names it. */
    @Override
    public String chatPath() {
        return "/model";
    }

    @Override
    public Map<String, String> authorization(String secret) {
        return AwsCredentials.of(secret) == null ? Map.of("authorization", "Bearer " + secret) : Map.of();
    }

    @Override
    public @Nullable Signer signer(BackendSettings settings) {
        var auth = settings.auth();
        var credentials = auth == null ? null : AwsCredentials.of(auth.value());
        return credentials == null ? null : new AwsSigner(credentials, Region.of(settings), clock);
    }

    @Override
    public @Nullable Framing framing(@Nullable String contentType) {
        return contentType != null && contentType.regionMatches(true, 0, EVENT_STREAM, 0, EVENT_STREAM.length())
                ? new EventStream()
                : null;
    }

    /**
     * {@inheritDoc}
     *
     * @throws io.dromedary.api.error.RefusedException also for images by address, and for files of kinds that Bedrock does
     *     not read
     */
    @Override
    public Outgoing chat(ChatRequest request, Target target) {
        return ConverseRequest.of(request, target);
    }

    @Override
    public ChatAnswer answer(ChatRequest request, Target target) {
        return new ConverseAnswer(request, target, ids, clock);
    }

    @Override
    public AttemptFailure failure(int status, UnaryOperator<@Nullable String> headers, byte[] body) {
        return ConverseErrors.ofStatus(status, headers, body, clock);
    }
}
