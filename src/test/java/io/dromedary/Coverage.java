package io.dromedary;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.ModelName;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.responses.ChatForm;
import io.dromedary.api.responses.NativeForm;
import io.dromedary.api.responses.ResponseRequestReader;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Quirks;
import io.dromedary.backend.Target;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the dialects do with each field, found out by sending it: nobody has to write it down, and it cannot be written down
 * wrongly. The tables are in Markdown.
 */
final class Coverage {
    private static final Set<String> SPEECH_ALONE = Set.of("transcripts", "timestamps");

    private final List<EveryDialect.Row> dialects = EveryDialect.all().toList();

    /** The tables by the names that their places in the documentation have. */
    Map<String, String> tables() {
        var tables = new LinkedHashMap<String, String>();
        tables.put("chat-fields", chatFields());
        tables.put("response-fields", responseFields());
        tables.put("capabilities", capabilities());
        tables.put("lists", lists());
        tables.put("quirks", quirks());
        tables.putAll(new TaskCoverage().tables());
        tables.putAll(new FrontCoverage().tables());
        tables.putAll(ReaderCoverage.tables());
        return tables;
    }

    private String chatFields() {
        var table = new StringBuilder("| field |" + Fates.HEAD + "\n|---|" + Fates.RULE + "\n");
        for (var probe : Probe.chat()) {
            var fates = new Fates();
            for (var dialect : dialects) {
                fates.add(dialect.label(), Outcome.of(fate(dialect.dialect(), probe)));
            }
            table.append("| ")
                    .append(field(probe))
                    .append(" |")
                    .append(fates.cells())
                    .append('\n');
        }
        return table.toString();
    }

    private static String field(Probe probe) {
        var member = probe.field().split(" |,", 2)[0];
        return probe.field().startsWith("anything")
                ? probe.field()
                : "`" + member + "`" + probe.field().substring(member.length());
    }

    private Target target(Dialect dialect) {
        var upstream = dialects.stream()
                .filter(row -> row.dialect() == dialect)
                .findFirst()
                .orElseThrow()
                .upstream();
        return new Target(new BackendName("b"), new ModelName("m"), upstream, dialect.capabilities());
    }

    private static ChatRequest read(ObjectNode request) {
        return ChatRequestReader.read(Json.bytes(request));
    }

    private Fate fate(Dialect dialect, Probe probe) {
        var target = target(dialect);
        Dialect.Outgoing without;
        try {
            without = dialect.chat(read(probe.without()), target);
        } catch (RefusedException e) {
            return Fate.REFUSED;
        }
        try {
            var request = read(probe.with());
            var alone = request.choices() > dialect.capabilities().maxChoices();
            var with = dialect.chat(alone ? request.single(0) : request, target);
            return alone ? Fate.EMULATED : fate(probe, without, with);
        } catch (RefusedException e) {
            return Fate.REFUSED;
        }
    }

    private static Fate fate(Probe probe, Dialect.Outgoing without, Dialect.Outgoing with) {
        if (!without.dropped().containsAll(with.dropped())) {
            return Fate.NAMED;
        }
        var before = sent(without);
        var after = sent(with);
        if (before.equals(after)) {
            return Fate.NEEDLESS;
        }
        return Fate.sent(probe.without(), probe.with(), after);
    }

    private static ObjectNode sent(Dialect.Outgoing outgoing) {
        return Json.object(outgoing.body());
    }

    private String responseFields() {
        var chat = dialect("openai");
        var responses = dialect("openai (responses)");
        var table = new StringBuilder(
                "| field | becomes, for a backend of chat | over the Responses API |\n|---|---|---|\n");
        for (var probe : Probe.responses()) {
            table.append("| ")
                    .append(field(probe))
                    .append(" | ")
                    .append(becomes(probe, chat))
                    .append(" | ")
                    .append(overResponses(probe, responses))
                    .append(" |\n");
        }
        return table.toString();
    }

    private Dialect dialect(String label) {
        return dialects.stream()
                .filter(row -> row.label().equals(label))
                .findFirst()
                .orElseThrow()
                .dialect();
    }

    /** The members of the chat request that differ by the field. */
    private String becomes(Probe probe, Dialect dialect) {
        var without = turn(probe.without());
        var with = turn(probe.with());
        try {
            dialect.chat(with, target(dialect));
        } catch (RefusedException e) {
            return Fate.REFUSED.sign;
        }
        var before = without.tree();
        var after = with.tree();
        var changed = new LinkedHashSet<String>();
        after.properties().forEach(member -> {
            if (!member.getValue().equals(before.path(member.getKey()))) {
                changed.add("`" + member.getKey() + "`");
            }
        });
        return changed.isEmpty() ? Fate.NEEDLESS.sign : String.join(", ", changed);
    }

    private static ChatRequest turn(ObjectNode body) {
        var request = ResponseRequestReader.read(Json.bytes(body));
        var form = ChatForm.read(request, request.input());
        return form.withNativeForm(NativeForm.of(request, request.input()), request.beyondChat());
    }

    private String overResponses(Probe probe, Dialect dialect) {
        try {
            var without = dialect.chat(turn(probe.without()), target(dialect));
            var with = dialect.chat(turn(probe.with()), target(dialect));
            return fate(probe, without, with).sign;
        } catch (RefusedException e) {
            return Fate.REFUSED.sign;
        }
    }

    /** Dialects that can do the same share a line. */
    private String capabilities() {
        var names = Arrays.stream(Capabilities.class.getRecordComponents())
                .filter(component -> component.getType() != Set.class && component.getType() != Quirks.class)
                .toList();
        Map<List<String>, List<String>> alike = new LinkedHashMap<>();
        for (var dialect : dialects) {
            var values = names.stream()
                    .map(name -> shown(value(dialect.dialect().capabilities(), name)))
                    .toList();
            alike.computeIfAbsent(values, any -> new ArrayList<>()).add(dialect.label());
        }
        var table = new StringBuilder("| |");
        for (var i = 0; i < alike.size(); i++) {
            table.append(' ')
                    .append(String.join("<br>", List.copyOf(alike.values()).get(i)))
                    .append(" |");
        }
        table.append("\n|---|").append("---|".repeat(alike.size())).append('\n');
        for (var i = 0; i < names.size(); i++) {
            table.append("| `").append(names.get(i).getName()).append("` |");
            for (var values : alike.keySet()) {
                table.append(' ').append(values.get(i)).append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    /** What a dialect of OpenAI's protocol has otherwise than OpenAI. */
    private String quirks() {
        var table = new StringBuilder("| dialect | otherwise |\n|---|---|\n");
        for (var dialect : dialects) {
            var its = dialect.dialect().capabilities().quirks();
            var differing = Arrays.stream(Quirks.class.getRecordComponents())
                    .filter(component -> !value(its, component).equals(value(Quirks.NONE, component)))
                    .map(component -> "`" + component.getName() + "` " + told(value(its, component)))
                    .collect(Collectors.joining("; "));
            if (!differing.isEmpty()) {
                table.append("| ")
                        .append(dialect.label())
                        .append(" | ")
                        .append(differing)
                        .append(" |\n");
            }
        }
        return table.toString();
    }

    private static String told(Object value) {
        return switch (value) {
            case Boolean able -> able ? "yes" : "no";
            case Collection<?> set -> set.isEmpty() ? "none" : words(set);
            case Map<?, ?> map -> words(map.entrySet());
            default -> value.toString();
        };
    }

    private static Object value(Record of, RecordComponent component) {
        try {
            return Objects.requireNonNull(component.getAccessor().invoke(of));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String shown(Object value) {
        if (value instanceof Boolean able) {
            return able ? "✓" : "";
        }
        return value.toString().toLowerCase(Locale.ROOT);
    }

    /** Capabilities that are words, for each dialect that has some. */
    private String lists() {
        var names = Arrays.stream(Capabilities.class.getRecordComponents())
                .filter(component -> component.getType() == Set.class)
                .toList();
        var table = new StringBuilder("| dialect |");
        names.forEach(name -> table.append(" `").append(name.getName()).append("` |"));
        table.append("\n|---|").append("---|".repeat(names.size())).append('\n');
        Map<String, List<String>> alike = new LinkedHashMap<>();
        for (var dialect : dialects) {
            var row = names.stream()
                    .map(name -> words(named(dialect.dialect().capabilities(), name)))
                    .collect(Collectors.joining(" | "));
            alike.computeIfAbsent(row, any -> new ArrayList<>()).add(dialect.label());
        }
        alike.forEach((row, labels) -> table.append("| ")
                .append(String.join("; ", labels))
                .append(" | ")
                .append(row)
                .append(" |\n"));
        return table.toString();
    }

    /** What nobody writes down has no forms. */
    private static Collection<?> named(Capabilities can, RecordComponent name) {
        var idle = SPEECH_ALONE.contains(name.getName())
                && !can.endpoints().contains("transcriptions")
                && !can.endpoints().contains("translations");
        return idle ? Set.of() : (Collection<?>) value(can, name);
    }

    private static String words(Collection<?> set) {
        return new TreeSet<>(set.stream().map(Object::toString).toList())
                .stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
    }
}
