package io.dromedary.testing.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.conversation.Atom.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as it was sent to a backend, in whatever dialect: where each of its atoms is found, in whose mouth, and
 * in which order. Knows nothing of a dialect but the few words by which any of them says who speaks.
 */
public final class Sent {
    private static final Map<String, String> ROLES = Map.of(
            "system", "system",
            "developer", "system",
            "user", "user",
            "assistant", "assistant",
            "model", "assistant",
            "tool", "tool",
            "function", "tool");

    /** Kinds of objects that say who speaks without a role. */
    private static final Map<String, String> TYPES = Map.of(
            "function_call", "assistant",
            "custom_tool_call", "assistant",
            "reasoning", "assistant",
            "tool_use", "assistant",
            "function_call_output", "tool",
            "custom_tool_call_output", "tool",
            "tool_result", "tool");

    /** Members that say who speaks. */
    private static final Map<String, String> MEMBERS = Map.of(
            "system", "system",
            "systemInstruction", "system",
            "instructions", "system",
            "toolUse", "assistant",
            "toolResult", "tool");

    private static final List<String> CALL_IDS = List.of("tool_call_id", "tool_use_id", "toolUseId", "call_id", "id");

    /** Stands beside what is said, in whichever order its members have. */
    private static final Set<Kind> ANYWHERE = Set.of(Kind.SPEAKER, Kind.REASONING, Kind.SIGNATURE, Kind.FILE_NAME);

    /** An object or list on the way to a text, by the name under which it stands. */
    private record Step(String member, JsonNode node) {}

    /** @param position in the order of the document */
    private record Leaf(String text, int position, List<Step> way) {}

    private final Map<String, Leaf> byMark = new HashMap<>();
    private final List<Step> way = new ArrayList<>();
    private final JsonNode body;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, String> idsThere = new HashMap<>();
    private int leaves;

    private Sent(JsonNode body) {
        this.body = body;
        walk("", body);
    }

    /**
     * What got lost, or got into another's mouth or place.
     *
     * @param body as it was sent
     * @param isNamed the caller is told that what stands at this path is left out
     */
    public static List<String> faults(Conversation conversation, JsonNode body, Predicate<String> isNamed) {
        var sent = new Sent(body);
        sent.look(conversation, isNamed);
        return sent.faults;
    }

    private void walk(String member, JsonNode node) {
        if (node.isTextual()) {
            leaf(node.textValue());
            return;
        }
        way.add(new Step(member, node));
        if (node instanceof ObjectNode object) {
            for (var each : object.properties()) {
                leaf(each.getKey());
                walk(each.getKey(), each.getValue());
            }
        } else {
            node.forEach(each -> walk("", each));
        }
        way.removeLast();
    }

    private void leaf(String text) {
        leaves++;
        var marks = Words.MARK.matcher(text);
        while (marks.find()) {
            // the first place counts: some dialects say things twice
            byMark.putIfAbsent(marks.group(), new Leaf(text, leaves, List.copyOf(way)));
        }
    }

    private void look(Conversation conversation, Predicate<String> isNamed) {
        Map<Boolean, Leaf> before = new HashMap<>();
        for (var atom : conversation.atoms()) {
            if (atom.kind() == Kind.DETAIL) {
                if (!body.toString().contains("\"" + atom.text() + "\"") && !isNamed.test(atom.path())) {
                    faults.add("lost: " + atom);
                }
                continue;
            }
            var leaf = find(atom);
            if (leaf == null) {
                if (!isNamed.test(atom.path())) {
                    faults.add("lost: " + atom);
                }
                continue;
            }
            if (atom.role().isEmpty()) {
                continue;
            }
            role(atom, leaf);
            call(atom, leaf);
            if (ANYWHERE.contains(atom.kind())) {
                continue;
            }
            // what the system says may stand apart
            var last = before.put(atom.role().equals("system"), leaf);
            if (last != null && last.position > leaf.position) {
                faults.add("out of place: " + atom);
            }
        }
    }

    private @Nullable Leaf find(Atom atom) {
        var mark = Words.MARK.matcher(atom.text());
        if (!mark.find()) {
            throw new IllegalArgumentException("no mark in " + atom);
        }
        var leaf = byMark.get(mark.group());
        if (leaf == null) {
            return null;
        }
        return atom.kind() == Kind.CALL || leaf.text.contains(atom.text()) || isWithin(leaf.text, atom) ? leaf : null;
    }

    /** A schema may be sent as a text. */
    private static boolean isWithin(String text, Atom atom) {
        return text.startsWith("{")
                && Json.read(text.getBytes(StandardCharsets.UTF_8)) instanceof ObjectNode object
                && new Sent(object).find(atom) != null;
    }

    private void role(Atom atom, Leaf leaf) {
        for (var i = leaf.way.size() - 1; i >= 0; i--) {
            var step = leaf.way.get(i);
            var role = MEMBERS.get(step.member);
            role = role == null ? TYPES.get(step.node.path("type").asText()) : role;
            role = role == null ? ROLES.get(step.node.path("role").asText()) : role;
            if (role != null) {
                if (!role.equals(atom.role())) {
                    faults.add("said by " + role + ": " + atom);
                }
                return;
            }
        }
        // a whole text for the system stands beside the messages
        if (!body.path("system").isTextual() && !body.path("instructions").isTextual()) {
            faults.add("said by nobody: " + atom);
        }
    }

    private void call(Atom atom, Leaf leaf) {
        if (atom.call().isEmpty()) {
            return;
        }
        var holder = atom.kind() == Kind.CALL ? caller(atom, leaf) : leaf.way.size() - 1;
        if (holder < 0) {
            faults.add("called otherwise: " + atom);
            return;
        }
        if (atom.kind() == Kind.CALL
                && !leaf.way.get(holder).node.path("name").asText().equals(atom.name())) {
            faults.add("called under another name: " + atom);
        }
        var there = id(leaf, holder);
        var known = idsThere.putIfAbsent(atom.call(), there);
        if (there.isEmpty() || known != null && !known.equals(there)) {
            faults.add("not tied to its call, " + known + " is " + there + ": " + atom);
        }
        if (known == null && Set.copyOf(idsThere.values()).size() < idsThere.size()) {
            faults.add("has the id of another call: " + atom);
        }
    }

    private static String id(Leaf leaf, int holder) {
        for (var i = holder; i >= Math.max(0, holder - 3); i--) {
            for (var member : CALL_IDS) {
                if (leaf.way.get(i).node.path(member).isTextual()) {
                    return leaf.way.get(i).node.path(member).textValue();
                }
            }
        }
        return "";
    }

    /** Where on the way stands the object that has the call's arguments, as a text or as an object of its own; else -1. */
    private static int caller(Atom atom, Leaf leaf) {
        var arguments = Objects.requireNonNull(Json.read(atom.text().getBytes(StandardCharsets.UTF_8)));
        if (arguments.equals(Json.read(leaf.text.getBytes(StandardCharsets.UTF_8)))) {
            return leaf.way.size() - 1;
        }
        for (var i = leaf.way.size() - 1; i > 0; i--) {
            if (leaf.way.get(i).node.equals(arguments)) {
                return i - 1;
            }
        }
        return -1;
    }
}
