package io.dromedary.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A general validator of JSON Schema is the judge of the gateway's own. */
final class SchemaCheckTest {
    private static final JsonSchemaFactory JUDGE = JsonSchemaFactory.getInstance(VersionFlag.V202012);
    private static final Set<String> KEYWORDS = Set.of(
            "$schema",
            "$defs",
            "$ref",
            "title",
            "description",
            "examples",
            "type",
            "enum",
            "pattern",
            "minLength",
            "minimum",
            "maximum",
            "minProperties",
            "required",
            "properties",
            "additionalProperties",
            "propertyNames",
            "items");

    @ParameterizedTest
    @ValueSource(strings = {"backend", "gateway", "keys", "models", "prompt", "tiers"})
    void each_schema_is_one_by_draft_2020_12(String name) throws IOException {
        assertThat(JUDGE.getSchema(SchemaLocation.of(SchemaId.V202012)).validate(source(name)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"backend", "gateway", "keys", "models", "prompt", "tiers"})
    void each_schema_uses_only_what_the_check_knows(String name) throws IOException {
        assertThat(keywords(source(name))).isSubsetOf(KEYWORDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"backend", "gateway", "keys", "models", "prompt", "tiers"})
    void each_example_in_a_schema_is_a_good_one(String name) throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        collect(source(name), rules);
        assertThat(rules).isNotEmpty();
        for (var rule : rules) {
            var withDefinitions = rule.deepCopy();
            ((ObjectNode) withDefinitions).set("$defs", source(name).path("$defs"));
            var schema = JUDGE.getSchema(withDefinitions);
            rule.path("examples")
                    .forEach(example -> assertThat(schema.validate(example))
                            .as(example.toString())
                            .isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "backend | dialect: simulator, models: { a: {} }",
                "backend | dialect: simulator, models: { a: { priority: 1, weight: 2, upstream: x }, b: null }",
                "backend | {}",
                "backend | []",
                "backend | 5",
                "backend | dialect: 5, models: 5",
                "backend | dialect: opneai, models: {}",
                "backend | dialect: simulator, models: { a b: {}, c: [], d: { weight: 0, priority: 1001, x: 1 } }",
                "backend | dialect: tgi, models: { m: null }, url: '', auth: 3, enabled: 'true', requires: [a, '', 3]",
                "backend | dialect: tgi, models: { m: null }, timeouts: { total: 10, connect: 2s, idle: 1s, body: x }",
                "backend | dialect: tgi, models: { m: null }, timeouts: null, requires: null, headers: { a: 1, b: c }",
                "backend | dialect: tgi, models: { m: null }, concurrency: 1.5, options: { pace: 1h, delay: 3ms }",
                "backend | dialect: tgi, models: { m: null }, concurrency: 0, capabilities: { maxChoices: 129, foo: 1 }",
                "backend | dialect: tgi, models: { m: { capabilities: { tools: 1, dropped: [a, 2], prefill: true } } }",
                "gateway | {}",
                "gateway | shutdown: { grace: 0s }, timeouts: { idle: 0s, body: 100000ms, headers: 10000d }",
                "gateway | limits: { jsonBytes: 1, lineBytes: 9999999, x: 1 }, tls: { key: '' }, observe: []",
                "gateway | limits: null, timeouts: { headers: 3, body: 4s }, shutdown: { grace: 3x }",
                "keys | projects: null",
                "keys | projects: { A: {}, b: null, -c: 3, d: { keys: [{ id: a b }, { sha256: x }, 5] } }",
                "keys | projects: { a: { limits: { requestsPerMinute: -1, shared: 1 }, models: [3], overLimit: x } }",
                "models | models: { a: { fallback: [b, 'c d', 3], aliases: null, alias: [] }, 'x y': 3 }",
                "models | models: [], model: {}",
                "backend | dialect: tgi, models: { m: { spill: 1 }, n: { spill: true } }, tiers: { flex: '', auto: x }",
                "backend | dialect: tgi, models: { m: null }, tiers: { default: a, no-limit: b, over-limit: 3 }",
                "backend | dialect: tgi, models: { m: null }, tiers: [flex]",
                "gateway | store: { mode: far, fsync: 1, servers: ['a:1', 'a', 'a:0', 'a:65536'], username: '', dir: x }",
                "gateway | store: { servers: ['[::1]:65535', 'h.example-1.org:11222', '::1:5', 'a b:5', 3, 'a:99999'] }",
                "gateway | store: null, observe: { projectLabels: 1 }",
                "gateway | responses: { retention: 0d, events: 24h, days: 3 }",
                "gateway | responses: null",
                "gateway | responses: { retention: 30, events: 9999d }",
                "keys | projects: { a: { auto: [auto, flex, 3], report: none }, b: { auto: flex, report: openai } }",
                "keys | projects: { a: { limits: { dynamic: 1, models: { 'a b': null, 'c*': {}, d: 3, e: { shared: true } } } } }",
                "keys | projects: { a: { keys: [{ id: x, limits: { requestsPerMinute: 1000000001, tokensPerMinute: -1 } }] } }",
                "keys | projects: { a: { limits: { models: { m: { tokensPerMinute: 1000000000001, requestsPerMinute: 1.5 } } } } }",
                "keys | projects: { a: { limits: { requestsPerMinute: 1000000000, tokensPerMinute: 1000000000000 } } }",
                "tiers | {}",
                "tiers | lanes: null, auto: [default, over-limit, flex, priority, no-limit], report: openai, onStoreFailure: local",
                "tiers | lanes: { flex: { queue: -1, deadline: 0s, keepFree: 1.1, x: 1 }, fast: {}, default: null, priority: 3 }",
                "tiers | lanes: { flex: { queue: 1000001, deadline: 5, keepFree: -0.1 }, over-limit: { keepFree: '0.1' } }",
                "tiers | lanes: { flex: { queue: 0, deadline: 5ms, keepFree: 1 }, over-limit: { keepFree: 0 } }",
                "tiers | lanes: [], auto: default, report: exactly, onStoreFailure: 3",
                "tiers | auto: [auto, 5], autos: []",
                "prompt | {}",
                "prompt | id: 'a b', current: '', versions: {}, version: x",
                "prompt | id: a, versions: { 'x y': null, v2: { model: '', instructions: 5, input: x, variables: [] } }",
                "prompt | id: a, versions: { v1: { input: [{ role: tool }, { content: '' }, 5], variables: { a-b: , c: { type: x, required: 1, d: 2 } } } }",
                "prompt | id: a, versions: { v1: { input: [{ role: user, content: '{{c}}' }], variables: { c: { type: file, required: false }, d: null } } }",
            })
    void the_verdict_is_that_of_a_general_validator(String name, String members) throws IOException {
        var text = members.startsWith("[") || members.startsWith("{") || members.equals("5")
                ? members
                : "{ " + members + " }";
        var file = Objects.requireNonNull(YamlFile.parse("test", text, new ArrayList<>()));
        var check = switch (name) {
            case "backend" -> SchemaCheck.BACKEND;
            case "gateway" -> SchemaCheck.GATEWAY;
            case "keys" -> SchemaCheck.KEYS;
            case "models" -> SchemaCheck.MODELS;
            case "prompt" -> SchemaCheck.PROMPT;
            case "tiers" -> SchemaCheck.TIERS;
            default -> throw new AssertionError(name);
        };

        var ours = new TreeSet<String>();
        check.check(file, file.tree(), Set.of()).forEach(problem -> ours.add(problem.field()));
        var theirs = new TreeSet<String>();
        judge(name).validate(file.tree()).forEach(message -> theirs.add(field(message)));

        assertThat(ours).isEqualTo(theirs);
    }

    private static JsonSchema judge(String name) throws IOException {
        return JUDGE.getSchema(source(name));
    }

    private static JsonNode source(String name) throws IOException {
        try (var stream = SchemaCheckTest.class.getResourceAsStream("/schema/" + name + ".schema.json")) {
            return new ObjectMapper().readTree(stream);
        }
    }

    private static String field(ValidationMessage message) {
        var path = FieldPath.ROOT;
        for (var i = 0; i < message.getInstanceLocation().getNameCount(); i++) {
            path = path.child(String.valueOf(message.getInstanceLocation().getElement(i)));
        }
        return (message.getProperty() == null ? path : path.child(message.getProperty())).toString();
    }

    private static Set<String> keywords(JsonNode rule) {
        var found = new TreeSet<String>();
        rule.properties().forEach(member -> {
            found.add(member.getKey());
            switch (member.getKey()) {
                case "properties", "$defs" -> member.getValue().forEach(inner -> found.addAll(keywords(inner)));
                case "items", "propertyNames", "additionalProperties" -> found.addAll(keywords(member.getValue()));
                default -> {}
            }
        });
        return found;
    }

    private static void collect(JsonNode rule, List<JsonNode> found) {
        if (rule.isObject() && rule.path("examples").isArray()) {
            found.add(rule);
        }
        rule.properties().forEach(member -> {
            if (!member.getKey().equals("examples")) {
                collect(member.getValue(), found);
            }
        });
    }
}
