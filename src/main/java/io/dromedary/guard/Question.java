package io.dromedary.guard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dromedary.api.Guards;
import io.dromedary.api.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a guard outside is asked: {@code {"side":"input","checks":["block_prompt_injection"],"project":"acme","model":"m",
 * "texts":[{"path":"messages[0].content","text":"..."}]}}, and {@code "pii":{"mode","method","entity_list"}} where it is to
 * look for personal data.
 *
 * @param input the texts are what the model is to read; else what the caller is to get
 * @param checks the switches that it is to judge by
 * @param pii null where that is not looked for, or by another guard
 */
public record Question(
        boolean input,
        Set<String> checks,
        Guards.@Nullable Pii pii,
        String project,
        String model,
        List<Passage> texts) {
    /**
     * A text.
     *
     * @param path where it stands, e.g. {@code messages[0].content}
     */
    public record Passage(String path, String text) {}

    Question with(List<Passage> passages) {
        return new Question(input, checks, pii, project, model, passages);
    }

    /** UTF-8 JSON. */
    public byte[] json() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("side", input ? "input" : "output").put("project", project).put("model", model);
        var named = json.putArray("checks");
        checks.stream().sorted().forEach(named::add);
        if (pii != null) {
            var wanted = json.putObject("pii").put("mode", pii.block() ? "block" : "replace");
            wanted.put("method", pii.method().name().toLowerCase(Locale.ROOT));
            var ignored = wanted.putArray("entity_list");
            pii.ignored().stream().sorted().forEach(ignored::add);
        }
        var all = json.putArray("texts");
        texts.forEach(passage -> all.addObject().put("path", passage.path()).put("text", passage.text()));
        return Json.bytesOfAny(json);
    }
}
