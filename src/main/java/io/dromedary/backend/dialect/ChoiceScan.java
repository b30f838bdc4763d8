package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
import io.dromedary.backend.Quirks;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code choices} of one answer, whole or chunk by chunk: whether anything was said, how each choice ended,
 * and what has to be mended for OpenAI's clients. Remembers what earlier chunks held.
 */
final class ChoiceScan {
    /** Indexes from here on are no choices: {@code n} is 128 at most. */
    private static final int MAX_INDEX = 1024;

    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EMPTY_DELTA = "{}".getBytes(StandardCharsets.US_ASCII);
    private static final String DELTA = ",\"delta\":";
    private static final int NO_CHOICE = -1;
    private static final String REASONING_CONTENT = ",\"reasoning_content\":";

    private final ObjectScan choice = new ObjectScan();
    private final ObjectScan message = new ObjectScan();
    private final ToolCallScan toolCalls;
    private final @Nullable Thoughts thoughts;
    /** Choices that have called a tool; null where the backend says itself what they ended for. */
    private final @Nullable BitSet called;

    private final BitSet seen = new BitSet();
    private final BitSet finished = new BitSet();
    private @Nullable FinishReason first;
    private @Nullable FinishReason failed;
    private boolean begun;
    private boolean says;
    private int said;
    private int count;

    /** @param quirks of the backend that answers */
    ChoiceScan(Ids ids, Quirks quirks) {
        toolCalls = new ToolCallScan(ids, quirks.toolIndexes());
        thoughts = quirks.thinkTags() ? new Thoughts() : null;
        called = quirks.toolFinish() ? null : new BitSet();
    }

    /**
     * Reads one list of choices, which is known to be JSON.
     *
     * @param chunk they have a {@code delta}, not a {@code message}
     * @return false where {@code [start, end)} is not a list of objects
     */
    boolean scan(byte[] text, int start, int end, Patch patch, boolean chunk) {
        count = 0;
        if (text[start] != '[') {
            return false;
        }
        var at = JsonScan.space(text, start + 1, end);
        while (text[at] != ']') {
            choice.over(text, at, end);
            if (!choice(text, patch, chunk)) {
                return false;
            }
            count++;
            at = JsonScan.space(text, choice.end(), end);
            if (text[at] == ',') {
                at = JsonScan.space(text, at + 1, end);
            }
        }
        return true;
    }

    private boolean choice(byte[] text, Patch patch, boolean chunk) {
        var index = 0L;
        var finishStart = JsonScan.BROKEN;
        var finishEnd = 0;
        var messageStart = JsonScan.BROKEN;
        var messageEnd = 0;
        while (choice.next()) {
            if (choice.named("index")) {
                index = choice.number();
            } else if (choice.named("finish_reason")) {
                finishStart = choice.valueStart();
                finishEnd = choice.valueEnd();
            } else if (choice.named(chunk ? "delta" : "message")) {
                messageStart = choice.valueStart();
                messageEnd = choice.valueEnd();
            }
        }
        if (choice.end() == JsonScan.BROKEN || index < 0 || index >= MAX_INDEX) {
            return false;
        }
        seen.set((int) index);
        var ends = thoughts != null && (!chunk || ends(text, finishStart, finishEnd));
        if (messageStart >= 0 && text[messageStart] == '{') {
            message(text, messageStart, messageEnd, (int) index, patch, chunk, ends);
        } else if (chunk) {
            missingDelta(messageStart, messageEnd, patch, ends ? (int) index : NO_CHOICE);
        }
        if (finishStart >= 0) {
            finish(text, finishStart, finishEnd, (int) index, patch);
        }
        return true;
    }

    private static boolean ends(byte[] text, int start, int end) {
        return start >= 0 && FinishReason.read(text, start, end) != FinishReason.NONE;
    }

    /** @param ending the choice that ends with what is held back of it, or {@link #NO_CHOICE} */
    private void missingDelta(int start, int end, Patch patch, int ending) {
        var delta = thoughts == null || ending == NO_CHOICE ? EMPTY_DELTA : thoughts.rest(ending);
        if (start >= 0) {
            patch.replace(start, end, delta);
        } else if (!choice.isEmpty()) {
            patch.insert(
                    choice.end() - 1,
                    (DELTA + new String(delta, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void message(byte[] text, int start, int end, int index, Patch patch, boolean chunk, boolean ends) {
        says = false;
        pieces(text, start, end, index, patch, chunk, ends);
        begun |= says;
        said += says ? 1 : 0;
    }

    private void pieces(byte[] text, int start, int end, int index, Patch patch, boolean chunk, boolean ends) {
        var reasoningStart = JsonScan.BROKEN;
        var reasoningEnd = 0;
        var contentStart = JsonScan.BROKEN;
        var contentEnd = 0;
        var reasoned = false;
        var content = Span.NOWHERE;
        message.over(text, start, end);
        while (message.next()) {
            if (message.named("content")) {
                says |= message.isFilled() || (thoughts == null && message.isText());
                if (thoughts != null || message.kind() == '[') {
                    content = Span.of(message);
                }
            } else if (message.named("refusal")) {
                says |= message.isText() || message.isFilled();
            } else if (message.named("tool_calls")) {
                if (message.isFilled()) {
                    says = true;
                    if (called != null) {
                        called.set(index);
                    }
                    toolCalls(text, index, patch, chunk);
                }
            } else if (message.named("reasoning")) {
                if (message.isText()) {
                    says = true;
                    reasoningStart = message.valueStart();
                    reasoningEnd = message.valueEnd();
                }
            } else if (message.named("reasoning_content")) {
                reasoned = message.isText();
                says |= reasoned;
                contentStart = message.valueStart();
                contentEnd = message.valueEnd();
            } else if (message.named("function_call") || message.named("audio")) {
                says |= message.isFilled();
            }
        }
        if (content.isThere() && text[content.start()] == '[') {
            ContentParts.flatten(text, content, patch);
        } else if (thoughts != null && reasoningStart < 0 && !reasoned) {
            says |= thoughts.read(
                    text, content, new Span(contentStart, contentEnd), message, start, index, ends, patch);
        }
        if (reasoningStart < 0 || reasoned) {
            return;
        }
        var raw = new String(text, reasoningStart, reasoningEnd - reasoningStart, StandardCharsets.UTF_8);
        if (contentStart >= 0) {
            patch.replace(contentStart, contentEnd, raw.getBytes(StandardCharsets.UTF_8));
        } else {
            patch.insert(reasoningEnd, (REASONING_CONTENT + raw).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void toolCalls(byte[] text, int index, Patch patch, boolean chunk) {
        if (chunk) {
            toolCalls.delta(text, message.valueStart(), message.valueEnd(), index, patch);
        } else {
            toolCalls.whole(text, message.valueStart(), message.valueEnd(), patch);
        }
    }

    private void finish(byte[] text, int start, int end, int index, Patch patch) {
        var read = FinishReason.read(text, start, end);
        var reason = read == FinishReason.STOP && called != null && called.get(index) ? FinishReason.TOOL_CALLS : read;
        switch (reason) {
            case NONE -> {
                if (text[start] == '"') {
                    patch.replace(start, end, NULL);
                }
            }
            case FAILED, OVERLOADED -> failed = reason;
            case STOP, LENGTH, TOOL_CALLS, CONTENT_FILTER, FUNCTION_CALL -> {
                if (!reason.isWritten(text, start, end)) {
                    patch.replace(start, end, ('"' + reason.word() + '"').getBytes(StandardCharsets.US_ASCII));
                }
                begun = true;
                finished.set(index);
                if (index == 0) {
                    first = reason;
                }
            }
        }
    }

    /** How many choices the last list had. */
    int count() {
        return count;
    }

    /** Content, a tool call, reasoning, a refusal or a finish reason was seen. */
    boolean begun() {
        return begun;
    }

    /** How many messages or deltas held something: of a stream, about as many as it has tokens. */
    int said() {
        return said;
    }

    /** At least one choice was seen, and every one that was has ended. */
    boolean complete() {
        return !seen.isEmpty() && finished.cardinality() == seen.cardinality();
    }

    /** How the first choice ended, in OpenAI's words; null when it has not. */
    @Nullable
    String finishReason() {
        return first == null ? null : first.word();
    }

    /** A choice ended because the backend broke off; null when none did. */
    @Nullable
    FinishReason failed() {
        return failed;
    }
}
