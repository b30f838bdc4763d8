package io.dromedary.backend.dialect;

import io.dromedary.api.Usage;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code usage} object where it stands, in the spellings of OpenAI, DeepSeek ({@code prompt_cache_hit_tokens})
 * and SGLang ({@code reasoning_tokens} beside the others). Reusable.
 */
final class UsageScan {
    private final boolean excludesReasoning;
    private final ObjectScan members = new ObjectScan();
    private final ObjectScan details = new ObjectScan();
    private long prompt;
    private long completion;
    private long total;
    private long cached;
    private long reasoning;
    private int completionStart;
    private int completionEnd;
    private boolean promptDetails;
    private boolean completionDetails;

    /** @param excludesReasoning {@code completion_tokens} leave reasoning out, and only the total tells */
    UsageScan(boolean excludesReasoning) {
        this.excludesReasoning = excludesReasoning;
    }

    /**
     * The usage at {@code [start, end)}; null where that is no object with token counts.
     *
     * @param patch gets {@code completion_tokens} with reasoning added, where the backend left it out, and the details that
     *     OpenAI's clients look for, where it counted them in places of its own
     */
    @Nullable
    Usage read(byte[] text, int start, int end, Patch patch) {
        prompt = -1;
        completion = -1;
        total = 0;
        cached = 0;
        reasoning = 0;
        promptDetails = false;
        completionDetails = false;
        members.over(text, start, end);
        while (members.next()) {
            member(text);
        }
        if (prompt < 0 && completion < 0) {
            return null;
        }
        prompt = Math.max(prompt, 0);
        if (excludesReasoning && completion >= 0 && total > prompt + completion) {
            reasoning = Math.max(reasoning, total - prompt - completion);
            completion = total - prompt;
            patch.replace(
                    completionStart, completionEnd, Long.toString(completion).getBytes(StandardCharsets.US_ASCII));
        }
        if (!promptDetails && cached > 0) {
            detail(",\"prompt_tokens_details\":{\"cached_tokens\":", cached, patch);
        }
        if (!completionDetails && reasoning > 0) {
            detail(",\"completion_tokens_details\":{\"reasoning_tokens\":", reasoning, patch);
        }
        return new Usage(prompt, Math.max(completion, 0), cached, reasoning);
    }

    private void member(byte[] text) {
        if (members.named("prompt_tokens")) {
            prompt = Math.max(members.number(), 0);
        } else if (members.named("completion_tokens")) {
            completion = Math.max(members.number(), 0);
            completionStart = members.valueStart();
            completionEnd = members.valueEnd();
        } else if (members.named("total_tokens")) {
            total = members.number();
        } else if (members.named("prompt_tokens_details")) {
            promptDetails = true;
            cached = Math.max(cached, detail(text, "cached_tokens"));
        } else if (members.named("completion_tokens_details")) {
            completionDetails = true;
            reasoning = Math.max(reasoning, detail(text, "reasoning_tokens"));
        } else if (members.named("prompt_cache_hit_tokens")) {
            cached = Math.max(cached, members.number());
        } else if (members.named("reasoning_tokens")) {
            reasoning = Math.max(reasoning, members.number());
        }
    }

    private void detail(String opening, long tokens, Patch patch) {
        if (members.end() == JsonScan.BROKEN) {
            return;
        }
        patch.insert(members.end() - 1, (opening + tokens + '}').getBytes(StandardCharsets.US_ASCII));
    }

    private long detail(byte[] text, String name) {
        details.over(text, members.valueStart(), members.valueEnd());
        var tokens = 0L;
        while (details.next()) {
            if (details.named(name)) {
                tokens = details.number();
            }
        }
        return tokens;
    }
}
