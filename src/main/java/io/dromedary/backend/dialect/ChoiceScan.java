package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
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
    private static final byte[] MISSING_DELTA = ",\"delta\":{}".getBytes(StandardCharsets.US_ASCII);
    private static final String REASONING_CONTENT = ",\"reasoning_content\":";

    private final ObjectScan choice = new ObjectScan();
    private final ObjectScan message = new ObjectScan();
    private final ToolCallScan toolCalls;
    private final BitSet seen = new BitSet();
    private final BitSet finished = new BitSet();
    private @Nullable FinishReason first;
    private @Nullable FinishReason failed;
    private boolean begun;
    private boolean says;
    private int said;
    private int count;

    ChoiceScan(Ids ids) {
        toolCalls = new ToolCallScan(ids);
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
        if (messageStart >= 0 && text[messageStart] == '{') {
            message(text, messageStart, messageEnd, (int) index, patch, chunk);
        } else if (chunk) {
            missingDelta(messageStart, messageEnd, patch);
        }
        if (finishStart >= 0) {
            finish(text, finishStart, finishEnd, (int) index, patch);
        }
        return true;
    }

    private void missingDelta(int start, int end, Patch patch) {
        if (start >= 0) {
            patch.replace(start, end, EMPTY_DELTA);
        } else if (!choice.isEmpty()) {
            patch.insert(choice.end() - 1, MISSING_DELTA);
        }
    }

    private void message(byte[] text, int start, int end, int index, Patch patch, boolean chunk) {
        says = false;
        pieces(text, start, end, index, patch, chunk);
        begun |= says;
        said += says ? 1 : 0;
    }

    private void pieces(byte[] text, int start, int end, int index, Patch patch, boolean chunk) {
        var reasoningStart = JsonScan.BROKEN;
        var reasoningEnd = 0;
        var contentStart = JsonScan.BROKEN;
        var contentEnd = 0;
        var reasoned = false;
        message.over(text, start, end);
        while (message.next()) {
            if (message.named("content") || message.named("refusal")) {
                says |= message.isText() || message.isFilled();
            } else if (message.named("tool_calls")) {
                if (message.isFilled()) {
                    says = true;
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
        var reason = FinishReason.read(text, start, end);
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
