package io.dromedary;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.ModelName;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.completions.CompletionFront;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.front.Front;
import io.dromedary.api.json.Json;
import io.dromedary.api.messages.MessagesFront;
import io.dromedary.api.messages.MessagesRequestReader;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.ServedTier;
import io.dromedary.backend.Target;
import io.dromedary.guard.CallGuard;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** What becomes of the fields of endpoints that are fronts of chat: the members of chat that they turn into, or what else. */
final class FrontCoverage {
    private static final byte[] COMPLETION = """
            {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop",
             "message":{"role":"assistant","content":"so","reasoning_content":"because"},
             "logprobs":{"content":[{"token":"so","logprob":-0.5,"bytes":null,"top_logprobs":[]}]}}],
             "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""".getBytes(UTF_8);

    private static final byte[] CHUNK = """
            {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"so"},
             "finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""".getBytes(UTF_8);

    private static final Front MESSAGE =
            message("\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]", false);

    private final Map<String, EveryDialect.Row> dialects = new LinkedHashMap<>();

    FrontCoverage() {
        EveryDialect.all().forEach(row -> dialects.put(row.label(), row));
    }

    Map<String, String> tables() {
        return Map.of("completion-fields", completions(), "message-fields", messages());
    }

    private static String completions() {
        var table = new StringBuilder("| field | becomes, in chat | a wrong one |\n|---|---|---|\n");
        for (var probe : FrontProbe.completions()) {
            row(table, probe, becomes(probe, FrontCoverage::completion), wrong(probe, FrontCoverage::completion));
        }
        return table.toString();
    }

    private static Front completion(String members) {
        return guarded(CompletionFront.read(body(members), prefix -> prefix + "1"));
    }

    private String messages() {
        var table = new StringBuilder(
                "| field | becomes, in chat | over anthropic | over bedrock | `count_tokens` | a wrong one |\n|---|---|---|---|---|---|\n");
        for (var probe : FrontProbe.messages()) {
            row(
                    table,
                    probe,
                    becomes(probe, members -> message(members, false)),
                    over("anthropic", probe),
                    over("bedrock", probe),
                    counted(probe),
                    wrong(probe, members -> message(members, false)));
        }
        return table.toString();
    }

    private static Front message(String members, boolean inBlocks) {
        return guarded(
                MessagesFront.of(MessagesRequestReader.read(body(members)), inBlocks, "r", prefix -> prefix + "1"));
    }

    private static Front count(String members) {
        return MessagesFront.of(MessagesRequestReader.readCount(body(members)), false, "r", prefix -> prefix + "1");
    }

    /** What is not about the answer is taken, and needs no {@code max_tokens}. */
    private static String counted(FieldProbe probe) {
        try {
            var with = count(probe.with().replaceFirst("\"max_tokens\":\\d+,", ""));
            var without = count(probe.without().replaceFirst("\"max_tokens\":\\d+,", ""));
            return with.chat().textBytes() == without.chat().textBytes()
                            && with.chat().media().equals(without.chat().media())
                    ? Fate.NEEDLESS.sign
                    : Fate.TRANSLATED.sign;
        } catch (RefusedException e) {
            return Outcome.of(e).shown();
        }
    }

    private static byte[] body(String members) {
        return ("{\"model\":\"m\"," + members + "}").getBytes(UTF_8);
    }

    private static void row(StringBuilder table, FieldProbe probe, String... cells) {
        table.append("| ").append(probe.field()).append(" |");
        for (var cell : cells) {
            table.append(' ').append(cell).append(" |");
        }
        table.append('\n');
    }

    private static String wrong(FieldProbe probe, Function<String, Front> reader) {
        return probe.wrong().isEmpty() ? "" : Outcome.refused(() -> reader.apply(probe.wrong()));
    }

    /** The members of the chat request that differ by the field. */
    private static String becomes(FieldProbe probe, Function<String, Front> reader) {
        try {
            var without = reader.apply(probe.without());
            var with = reader.apply(probe.with());
            if (!without.dropped().containsAll(with.dropped())) {
                return Fate.NAMED.sign;
            }
            if (with.chat().calls() > without.chat().calls()) {
                return Fate.EMULATED.sign + " a call for each";
            }
            var before = without.chat().tree();
            var changed = new LinkedHashSet<String>();
            with.chat().tree().properties().forEach(member -> {
                if (!member.getValue().equals(before.path(member.getKey()))) {
                    changed.add("`" + member.getKey() + "`");
                }
            });
            if (!changed.isEmpty()) {
                return String.join(", ", changed);
            }
            return told(without).equals(told(with)) ? Fate.NEEDLESS.sign : Fate.EMULATED.sign;
        } catch (RefusedException e) {
            return Outcome.of(e).shown();
        }
    }

    /** Switches of guards that no step of a front's route sees to are refused before anybody is asked. */
    private static Front guarded(Front front) {
        var switches = front.chat().guards();
        if (switches != null) {
            throw CallGuard.unguarded(CallGuard.first(switches));
        }
        return front;
    }

    /** What the caller gets of an answer. */
    private static String told(Front front) {
        var events = front.events();
        return new String(front.whole(COMPLETION), UTF_8)
                + new String(events.chunk(CHUNK), UTF_8)
                + new String(events.end(true), UTF_8);
    }

    private String over(String label, FieldProbe probe) {
        var row = Objects.requireNonNull(dialects.get(label));
        try {
            var without = message(probe.without(), true);
            var with = message(probe.with(), true);
            var before = sent(row, without);
            var after = sent(row, with);
            if (!without.dropped().containsAll(with.dropped())
                    || !before.dropped().containsAll(after.dropped())) {
                return Fate.NAMED.sign;
            }
            var sent = tree(after);
            if (!tree(before).equals(sent)) {
                return Fate.sent(Json.object(body(probe.without())), Json.object(body(probe.with())), sent).sign;
            }
            return told(without).equals(told(with)) ? Fate.NEEDLESS.sign : Fate.EMULATED.sign;
        } catch (RefusedException e) {
            return Outcome.of(e, param -> MESSAGE.asked(param)).shown();
        }
    }

    private static Dialect.Outgoing sent(EveryDialect.Row row, Front front) {
        var can = row.dialect().capabilities();
        var chat = front.chat();
        var tier = ServedTier.of(ServiceTier.DEFAULT, chat.serviceTier(), can, Map.of(), false);
        var target = new Target(new BackendName("b"), new ModelName("m"), row.upstream(), can).serving(tier);
        return row.dialect().chat(chat, target);
    }

    /** With the path, for a stream may be asked for by that. */
    private static ObjectNode tree(Dialect.Outgoing outgoing) {
        var tree = Json.object(outgoing.body());
        JsonNode stream = tree.path("stream");
        if (stream.isMissingNode() && outgoing.elsewhere() != null) {
            tree.put("stream", String.valueOf(outgoing.elsewhere().path()).endsWith("stream"));
        }
        return tree;
    }
}
