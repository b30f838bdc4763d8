package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves <code>${env:NAME}</code>, <code>${env:NAME:-what stands in}</code> and <code>${file:/path}</code> inside
 * strings. A variable that is empty counts as unset; white space at the end of a file is no part of its value.
 *
 * @param environment value of a variable, or null
 * @param files content of every file that is referred to, or null for one that cannot be read
 */
record References(UnaryOperator<@Nullable String> environment, UnaryOperator<@Nullable String> files) {
    static final String REMEDY = "Write ${env:NAME} or ${file:/path}";

    private static final String UNSET = " is not set";
    private static final String NO_REFERENCE = " is not a reference";
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]*)}?");

    /**
     * A tree without references.
     *
     * @param missing by place, why a reference has no value; the tree keeps such strings as they are written
     */
    record Resolved(JsonNode tree, Map<FieldPath, String> missing) {}

    /**
     * A string without references.
     *
     * @param value as written when something is missing
     * @param missing why, or null
     */
    record ResolvedText(String value, @Nullable String missing) {}

    /** The paths of all files that a text refers to. */
    static Set<String> filesIn(String text) {
        var paths = new TreeSet<String>();
        var matcher = REFERENCE.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).startsWith("file:")) {
                paths.add(matcher.group(1).substring(5));
            }
        }
        return paths;
    }

    /** Whether that is why a reference has no value: it is none. */
    static boolean isNoReference(String why) {
        return why.endsWith(NO_REFERENCE);
    }

    /** What to do about a reference without a value where one is needed. */
    static String remedy(String why) {
        return why.endsWith(UNSET) ? "Set it, or remove this line" : REMEDY + " with something that is there";
    }

    /** Whether a text is one reference and holds nothing that could be a secret itself. */
    static boolean isBare(String text) {
        return text.startsWith("${") && text.indexOf('}') == text.length() - 1 && !text.contains(":-");
    }

    boolean isSet(String variable) {
        var value = environment.apply(variable);
        return value != null && !value.isBlank();
    }

    Resolved resolve(JsonNode tree) {
        Map<FieldPath, String> missing = new LinkedHashMap<>();
        return new Resolved(resolve(tree, FieldPath.ROOT, missing), missing);
    }

    private JsonNode resolve(JsonNode node, FieldPath path, Map<FieldPath, String> missing) {
        if (node.isObject()) {
            var object = JsonNodeFactory.instance.objectNode();
            node.properties()
                    .forEach(member -> object.set(
                            member.getKey(), resolve(member.getValue(), path.child(member.getKey()), missing)));
            return object;
        }
        if (node.isArray()) {
            var array = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> array.add(resolve(item, path.child(array.size()), missing)));
            return array;
        }
        if (!node.isTextual() || !node.textValue().contains("${")) {
            return node;
        }
        var text = resolve(node.textValue());
        if (text.missing() != null) {
            missing.put(path, text.missing());
        }
        return JsonNodeFactory.instance.textNode(text.value());
    }

    ResolvedText resolve(String text) {
        var matcher = REFERENCE.matcher(text);
        var resolved = new StringBuilder();
        List<String> missing = new ArrayList<>();
        var end = 0;
        while (matcher.find()) {
            var value = value(matcher.group(), matcher.group(1), missing);
            resolved.append(text, end, matcher.start()).append(value);
            end = matcher.end();
        }
        resolved.append(text, end, text.length());
        return missing.isEmpty()
                ? new ResolvedText(resolved.toString(), null)
                : new ResolvedText(text, String.join(", ", missing));
    }

    private String value(String whole, String reference, List<String> missing) {
        if (reference.startsWith("env:") && whole.endsWith("}")) {
            var fallback = reference.indexOf(":-");
            var name = reference.substring(4, fallback < 0 ? reference.length() : fallback);
            if (isSet(name)) {
                return String.valueOf(environment.apply(name));
            }
            if (fallback >= 0) {
                return reference.substring(fallback + 2);
            }
            missing.add(name + UNSET);
        } else if (reference.startsWith("file:") && whole.endsWith("}")) {
            var content = files.apply(reference.substring(5));
            if (content != null && !content.isBlank()) {
                return content.stripTrailing();
            }
            missing.add(reference.substring(5) + (content == null ? " cannot be read" : " is empty"));
        } else {
            missing.add(whole + NO_REFERENCE);
        }
        return "";
    }
}
