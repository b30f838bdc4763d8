package io.dromedary.backend.dialect;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dromedary.api.Ids;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import io.dromedary.api.json.JsonText;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.ServedTier;
import io.dromedary.backend.Target;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Passes the answer of an upstream that speaks OpenAI's protocol through: the model gets its public name, what breaks
 * OpenAI's clients is mended in place, and every other byte stays as it came.
 */
final class OpenAiAnswer implements ChatAnswer {
    private static final byte[] NULL = bytes("null");
    private static final byte[] ZERO = bytes("0");
    private static final byte[] CHUNK = bytes("\"chat.completion.chunk\"");
    private static final byte[] NO_CHOICES = bytes("[]");

    private final Ids ids;
    private final boolean usageWanted;
    private final int promptBytes;
    private final @Nullable ServedTier tier;
    private final byte[] model;

    /** The value of {@code model}, and behind it the member {@code service_tier}: one edit for both. */
    private final byte[] modelAndTier;

    private final TopLevel top = new TopLevel();
    private final Patch patch = new Patch();
    private final ChoiceScan choices;
    private final UsageReport usage;

    private byte @Nullable [] firstId;
    private byte[] firstCreated = ZERO;
    private byte @Nullable [] mintedId;
    private @Nullable AttemptFailure failure;
    private boolean done;
    private boolean ended;
    private int dropped;

    OpenAiAnswer(ChatRequest request, Target target, Ids ids) {
        this.ids = ids;
        this.usageWanted = request.usageWanted();
        var messages = request.members().find("messages");
        this.promptBytes = messages < 0
                ? 0
                : request.members().valueEnd(messages) - request.members().valueStart(messages);
        this.tier = target.tier();
        var name = JsonText.quote(target.model().value());
        this.model = bytes(name);
        this.modelAndTier = tier == null ? model : bytes(name + ",\"service_tier\":" + JsonText.quote(tier.reported()));
        this.choices = new ChoiceScan(ids, target.capabilities().quirks());
        this.usage = new UsageReport(
                usageWanted, modelAndTier, new UsageScan(target.capabilities().usageExcludesReasoning()));
    }

    @Override
    public byte @Nullable [] whole(byte[] body) {
        done = true;
        var start = JsonScan.space(body, 0, body.length);
        if (start == body.length) {
            return broken("an empty body");
        }
        patch.clear();
        var end = top.scan(body, start, body.length, patch, false);
        if (end == JsonScan.BROKEN || JsonScan.space(body, end, body.length) < body.length) {
            fail(UpstreamError.inList(body, start, body.length));
            return failure == null ? broken("a body that is no JSON object") : null;
        }
        if (top.isError(body)) {
            fail(UpstreamError.inStream(body, start, body.length - start));
            return null;
        }
        var list = top.choices;
        if (!list.isThere() || !choices.scan(body, list.start(), list.end(), patch, false) || choices.count() == 0) {
            return broken("an answer without choices");
        }
        if (brokeOff()) {
            return null;
        }
        if (top.usage.isThere()) {
            usage.read(body, top.usage.start(), top.usage.end(), patch);
        }
        name(body);
        return patch.toBytes(body, 0, body.length);
    }

    private byte @Nullable [] broken(String reason) {
        failure = new AttemptFailure.Broken(reason);
        return null;
    }

    @Override
    public void event(byte[] buffer, int offset, int length, ByteArrayBuilder out) {
        if (done) {
            return;
        }
        var end = offset + length;
        if (Frames.isDone(buffer, offset, end)) {
            done = true;
            return;
        }
        patch.clear();
        var objectEnd = top.scan(buffer, offset, end, patch, !usageWanted);
        if (objectEnd == JsonScan.BROKEN || holdsAnother(buffer, objectEnd, end)) {
            fail(UpstreamError.inList(buffer, offset, end));
            dropped += done ? 0 : 1;
            return;
        }
        if (top.isError(buffer)) {
            fail(UpstreamError.inStream(buffer, offset, objectEnd - offset));
            return;
        }
        name(buffer);
        if (top.object.is(buffer, "\"\"")) {
            patch.replace(top.object.start(), top.object.end(), CHUNK);
        }
        if (usageWanted && firstId == null) {
            firstId = id(buffer);
            firstCreated = created(buffer);
        }
        if (top.groq.isThere()) {
            groq(buffer, offset, objectEnd - offset);
        }
        if (!done) {
            chunk(buffer, offset, objectEnd, out);
        }
    }

    /** Stray characters behind an object are left out; with another object there, it is not clear what was meant. */
    private static boolean holdsAnother(byte[] buffer, int start, int end) {
        for (var i = start; i < end; i++) {
            if (buffer[i] == '{') {
                return true;
            }
        }
        return false;
    }

    /** Groq reports usage, and failures, in a member of its own. */
    private void groq(byte[] buffer, int offset, int length) {
        var groq = new ObjectScan();
        groq.over(buffer, top.groq.start(), top.groq.end());
        while (groq.next()) {
            if (groq.named("usage")) {
                usage.beside(buffer, groq.valueStart(), groq.valueEnd(), id(buffer), created(buffer));
            } else if (groq.named("error") && !groq.isNull()) {
                fail(UpstreamError.inStream(buffer, offset, length));
            }
        }
    }

    private void chunk(byte[] buffer, int offset, int end, ByteArrayBuilder out) {
        var reported = top.usage.isThere() && buffer[top.usage.start()] == '{';
        var readable = hasChoices(buffer);
        if (brokeOff()) {
            return;
        }
        if (reported && readable && choices.count() == 0) {
            usage.alone(buffer, offset, end, top.usage, patch);
            return;
        }
        if (reported) {
            usage.beside(buffer, top.usage.start(), top.usage.end(), id(buffer), created(buffer));
            if (usageWanted) {
                patch.replace(top.usage.start(), top.usage.end(), NULL);
            }
        }
        if (readable) {
            Frames.data(buffer, offset, end, patch, out);
        } else {
            dropped++;
        }
    }

    private boolean hasChoices(byte[] buffer) {
        var list = top.choices;
        if (list.is(buffer, "null")) {
            patch.replace(list.start(), list.end(), NO_CHOICES);
            return choices.scan(NO_CHOICES, 0, NO_CHOICES.length, patch, true);
        }
        return list.isThere() && choices.scan(buffer, list.start(), list.end(), patch, true);
    }

    /** Sets the model's public name, the tier, and an id where there is none. */
    private void name(byte[] text) {
        var value = top.tier.isThere() ? model : modelAndTier;
        if (top.model.isThere()) {
            patch.replace(top.model.start(), top.model.end(), value);
        } else {
            patch.insert(top.firstMember(), member("\"model\":", value));
        }
        if (tier != null && top.tier.isThere()) {
            tier(text, tier);
        }
        if (!top.id.isThere()) {
            patch.insert(top.firstMember(), member("\"id\":", minted()));
        } else if (mintedId != null || top.id.is(text, "\"\"") || top.id.is(text, "null")) {
            patch.replace(top.id.start(), top.id.end(), minted());
        }
    }

    private void tier(byte[] text, ServedTier served) {
        var at = top.tier;
        var reported = Json.read(text, at.start(), at.end() - at.start()) instanceof TextNode upstream
                ? served.reported(upstream.textValue())
                : served.reported();
        patch.replace(at.start(), at.end(), bytes(JsonText.quote(reported)));
    }

    /** One for the whole answer: once a chunk came without an id, all of them carry ours. */
    private byte[] minted() {
        if (mintedId == null) {
            mintedId = bytes(JsonText.quote(ids.next("chatcmpl-")));
        }
        return mintedId;
    }

    /** The id that the chunk has when it is written. */
    private byte[] id(byte[] buffer) {
        return mintedId == null ? Arrays.copyOfRange(buffer, top.id.start(), top.id.end()) : mintedId;
    }

    private byte[] created(byte[] buffer) {
        return top.created.isThere() ? Arrays.copyOfRange(buffer, top.created.start(), top.created.end()) : ZERO;
    }

    private boolean brokeOff() {
        var reason = choices.failed();
        if (reason == null) {
            return false;
        }
        fail(
                reason == FinishReason.OVERLOADED
                        ? new AttemptFailure.Overloaded(503, "broke off for want of resources", null)
                        : new AttemptFailure.Faulty(500, "broke off with an error"));
        return true;
    }

    private void fail(@Nullable AttemptFailure why) {
        if (why != null) {
            failure = why;
            done = true;
        }
    }

    @Override
    public void end(ByteArrayBuilder out) {
        if (ended) {
            return;
        }
        ended = true;
        done = true;
        if (failure != null) {
            return;
        }
        if (!choices.complete()) {
            failure = new AttemptFailure.Broken("the stream was cut");
            return;
        }
        usage.estimate(promptBytes, choices.said(), firstId == null ? NULL : firstId, firstCreated);
        usage.write(out);
        Frames.done(out);
    }

    @Override
    public boolean begun() {
        return choices.begun();
    }

    @Override
    public boolean done() {
        return done;
    }

    @Override
    public @Nullable AttemptFailure failure() {
        return failure;
    }

    @Override
    public @Nullable Usage usage() {
        return usage.usage();
    }

    @Override
    public int pieces() {
        return choices.said();
    }

    @Override
    public @Nullable String finishReason() {
        return choices.finishReason();
    }

    @Override
    public int dropped() {
        return dropped;
    }

    /** A member that stands first, with the comma behind it. */
    private static byte[] member(String name, byte[] value) {
        var start = bytes(name);
        var member = Arrays.copyOf(start, start.length + value.length + 1);
        System.arraycopy(value, 0, member, start.length, value.length);
        member[member.length - 1] = ',';
        return member;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
