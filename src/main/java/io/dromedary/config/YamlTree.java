package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.AnchorNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Turns composed YAML into a JSON tree by the core schema of YAML 1.2: only {@code true} and {@code false} are booleans,
 * so that a model may be called {@code no}.
 */
final class YamlTree {
    private static final int MAX_DEPTH = 32;
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9][0-9_]{0,17}");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]+\\.[0-9]+");

    private final String file;
    private final List<Problem> problems;
    private final JsonNodeFactory json = JsonNodeFactory.instance;

    YamlTree(String file, List<Problem> problems) {
        this.file = file;
        this.problems = problems;
    }

    JsonNode of(@Nullable Node root) {
        return root == null || isNull(root) ? json.objectNode() : node(root, FieldPath.ROOT);
    }

    private JsonNode node(Node node, FieldPath path) {
        if (path.segments().size() > MAX_DEPTH) {
            problems.add(problem(node, path, "is nested too deeply", "Remove the alias that points to its own parent"));
            return json.nullNode();
        }
        return switch (node) {
            case MappingNode mapping -> mapping(mapping, path);
            case SequenceNode sequence -> {
                var array = json.arrayNode();
                for (var item : sequence.getValue()) {
                    array.add(node(item, path.child(array.size())));
                }
                yield array;
            }
            case ScalarNode scalar -> scalar(scalar);
            case AnchorNode anchor -> node(anchor.getRealNode(), path);
            default -> throw new IllegalStateException(node.getNodeId().toString());
        };
    }

    private JsonNode mapping(MappingNode mapping, FieldPath path) {
        var object = json.objectNode();
        Map<String, Integer> lines = new HashMap<>();
        for (var tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(problem(tuple.getKeyNode(), path, "has a key that is not text", "Write `key: value`"));
                continue;
            }
            var name = key.getValue();
            var first = lines.putIfAbsent(name, line(key));
            if (first != null) {
                problems.add(
                        problem(key, path.child(name), "stands twice, first on line " + first, "Keep one of the two"));
                continue;
            }
            object.set(name, node(tuple.getValueNode(), path.child(name)));
        }
        return object;
    }

    private JsonNode scalar(ScalarNode scalar) {
        var text = scalar.getValue();
        if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
            return json.textNode(text);
        }
        return switch (text) {
            case "", "~", "null" -> json.nullNode();
            case "true" -> json.booleanNode(true);
            case "false" -> json.booleanNode(false);
            default -> {
                if (INTEGER.matcher(text).matches()) {
                    yield json.numberNode(Long.parseLong(text.replace("_", "")));
                }
                yield DECIMAL.matcher(text).matches() ? json.numberNode(Double.parseDouble(text)) : json.textNode(text);
            }
        };
    }

    private static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.getScalarStyle() == ScalarStyle.PLAIN
                && scalar.getValue().isEmpty();
    }

    private Problem problem(Node at, FieldPath path, String message, String remedy) {
        return new Problem(file, line(at), path.toString(), message, remedy);
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
