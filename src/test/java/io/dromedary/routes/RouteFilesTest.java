package io.dromedary.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.dromedary.RouteTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The shipped routes read as stories, and Camel takes them. */
final class RouteFilesTest {
    private static final Path ROUTES = Path.of("routes");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final List<String> STEPS = List.of("process", "to", "filter", "choice", "wireTap", "circuitBreaker");

    @Test
    void camel_loads_every_file_and_every_named_step_resolves() throws Exception {
        assertThat(RouteTrial.problems(ROUTES)).isEmpty();
    }

    @Test
    void a_step_that_nobody_made_is_found() throws Exception {
        var folder = Files.createTempDirectory("routes");
        var file = Files.writeString(folder.resolve("wrong.camel.yaml"), """
                - route:
                    id: wrong
                    from:
                      uri: platform-http:/v1/wrong
                      steps:
                        - process:
                            ref: no-such-step
                """);
        assertThat(RouteTrial.problems(folder)).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo(file.toString());
            assertThat(problem.message()).contains("no-such-step");
        });
    }

    @Test
    void every_route_has_an_id_of_its_own_and_a_description() throws IOException {
        var ids = new HashSet<String>();
        for (var route : routes()) {
            assertThat(ids.add(route.path("id").asText()))
                    .as(route.path("id").asText())
                    .isTrue();
            assertThat(route.path("description").asText()).isNotBlank();
        }
        assertThat(ids).contains("chat-completions", "call", "models-list", "models-show", "operations-health");
    }

    @Test
    void every_step_has_an_id_of_its_own_and_says_what_it_does() throws IOException {
        var ids = new HashSet<String>();
        var steps = new ArrayList<JsonNode>();
        for (var file : documents()) {
            collect(file, steps);
        }
        assertThat(steps).hasSizeGreaterThan(10);
        for (var step : steps) {
            assertThat(ids.add(step.path("id").asText())).as(step.toString()).isTrue();
            assertThat(step.path("description").asText()).as(step.toString()).isNotBlank();
        }
    }

    @Test
    void nobody_sees_limits_without_having_said_who_it_is() throws IOException {
        var limits = routes().stream()
                .filter(route -> route.path("id").asText().equals("limits"))
                .findFirst()
                .orElseThrow();
        assertThat(limits.at("/from/uri").asText()).isEqualTo("platform-http:/v1/limits");
        assertThat(limits.at("/from/parameters/httpMethodRestrict").asText()).isEqualTo("GET");
        assertThat(limits.at("/from/steps").findValuesAsText("ref")).containsExactly("identify", "show-limits");
    }

    @Test
    void only_dispatch_leaves_the_process() throws IOException {
        for (var file : documents()) {
            file.findValues("to")
                    .forEach(to -> assertThat(to.path("uri").asText()).startsWith("direct:"));
        }
    }

    @Test
    void a_route_fits_on_a_screen() throws IOException {
        for (var route : routes()) {
            assertThat(route.path("from").path("steps").size()).isBetween(1, 15);
        }
    }

    private static void collect(JsonNode node, List<JsonNode> steps) {
        node.properties().forEach(field -> {
            if (STEPS.contains(field.getKey())) {
                steps.add(field.getValue());
            }
            collect(field.getValue(), steps);
        });
        node.elements().forEachRemaining(element -> {
            if (node.isArray()) {
                collect(element, steps);
            }
        });
    }

    private static List<JsonNode> routes() throws IOException {
        var routes = new ArrayList<JsonNode>();
        for (var file : documents()) {
            file.forEach(entry -> {
                if (entry.has("route")) {
                    routes.add(entry.path("route"));
                }
            });
        }
        return routes;
    }

    private static List<JsonNode> documents() throws IOException {
        var documents = new ArrayList<JsonNode>();
        try (Stream<Path> files = Files.list(ROUTES)) {
            for (var file : files.filter(path -> path.toString().endsWith(".camel.yaml"))
                    .sorted()
                    .toList()) {
                documents.add(YAML.readTree(file.toFile()));
            }
        }
        return documents;
    }
}
