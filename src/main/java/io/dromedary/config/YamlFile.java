package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/** One parsed file: its values as a tree, and the line that each stands on. */
final class YamlFile {
    private static final String LOOK_AROUND =
            "Check the indentation, colons, brackets and quotes on this line and above it";

    private final String name;
    private final @Nullable Node root;
    private final JsonNode tree;

    private YamlFile(String name, @Nullable Node root, JsonNode tree) {
        this.name = name;
        this.root = root;
        this.tree = tree;
    }

    /**
     * Parses.
     *
     * @param name as problems show it
     * @param problems gets what is wrong
     * @return null when nothing can be made of the text
     */
    static @Nullable YamlFile parse(String name, String text, List<Problem> problems) {
        var options = new LoaderOptions();
        options.setMaxAliasesForCollections(20);
        try {
            // no implicit tags: YamlTree decides what a plain scalar is
            var untyped = new Resolver() {
                @Override
                protected void addImplicitResolvers() {}
            };
            var root = new Composer(new ParserImpl(new StreamReader(text), options), untyped, options).getSingleNode();
            return new YamlFile(name, root, new YamlTree(name, problems).of(root));
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            var remedy = String.valueOf(e.getProblem()).contains("TAB") ? "Indent with spaces" : LOOK_AROUND;
            problems.add(new Problem(
                    name, mark == null ? 0 : mark.getLine() + 1, "", "is not YAML: " + e.getProblem(), remedy));
        } catch (ReaderException e) {
            var line = 1
                    + (int) text.chars()
                            .limit(e.getPosition())
                            .filter(c -> c == '\n')
                            .count();
            problems.add(new Problem(
                    name, line, "", "has a character that YAML does not allow", "Save the file as plain UTF-8 text"));
        } catch (YAMLException e) {
            problems.add(new Problem(name, 0, "", "is not YAML: " + e.getMessage(), LOOK_AROUND));
        }
        return null;
    }

    /** An empty object for an empty file. */
    JsonNode tree() {
        return tree;
    }

    Problem problem(FieldPath path, String message, String remedy) {
        return new Problem(name, line(path), path.toString(), message, remedy);
    }

    /** The line of the field, or of the nearest that holds it when the field itself is not there; from 1. */
    int line(FieldPath path) {
        var line = root == null ? 1 : root.getStartMark().getLine() + 1;
        var node = root;
        for (var segment : path.segments()) {
            var key = node instanceof MappingNode mapping ? key(mapping, segment) : null;
            node = node == null ? null : child(node, segment);
            if (node == null) {
                break;
            }
            line = (key == null ? node : key).getStartMark().getLine() + 1;
        }
        return line;
    }

    private static @Nullable Node key(MappingNode mapping, String name) {
        for (var tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name)) {
                return key;
            }
        }
        return null;
    }

    private static @Nullable Node child(Node node, String segment) {
        if (node instanceof MappingNode mapping) {
            for (var tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals(segment)) {
                    return tuple.getValueNode();
                }
            }
            return null;
        }
        if (node instanceof SequenceNode sequence) {
            var position = Integer.parseInt(segment);
            return position < sequence.getValue().size() ? sequence.getValue().get(position) : null;
        }
        return null;
    }
}
