package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The tables in {@code docs/api-coverage.md} are what the code does. {@code -Dcoverage.update} writes them anew, and leaves
 * all prose around them alone.
 */
final class ApiCoverageTest {
    private static final Path PAGE = Path.of("docs", "api-coverage.md");

    @Test
    void the_generated_tables_are_up_to_date() throws IOException {
        var page = Files.readString(PAGE);
        var written = page;
        for (var table : new Coverage().tables().entrySet()) {
            var place = Pattern.compile(
                    "(<!-- generated: " + table.getKey() + " -->\n)(.*?)(<!-- end -->)", Pattern.DOTALL);
            assertThat(place.matcher(written).find())
                    .as("a place for %s", table.getKey())
                    .isTrue();
            written = place.matcher(written).replaceFirst("$1\n" + Matcher.quoteReplacement(table.getValue()) + "\n$3");
        }
        if (System.getProperty("coverage.update") != null) {
            Files.writeString(PAGE, written);
        } else {
            assertThat(page)
                    .as("written anew by -Dtest=ApiCoverageTest -Dcoverage.update")
                    .isEqualTo(written);
        }
    }

    @Test
    void every_field_that_a_reader_knows_is_probed() throws IOException {
        var chat = Probe.chat().stream().map(Probe::member).collect(Collectors.toSet());
        assertThat(chat).containsAll(known("chat/ChatRequestReader.java", "model"));
        var responses = Probe.responses().stream().map(Probe::member).collect(Collectors.toSet());
        assertThat(responses).containsAll(known("responses/ResponseRequestReader.java", "model", "input"));
        assertProbed(FieldProbe.embeddings(), "embeddings/EmbeddingsRequestReader.java", "model");
        assertProbed(FieldProbe.rerank(), "rerank/RerankRequestReader.java", "model");
        assertProbed(FieldProbe.speech(), "audio/TranscriptionRequestReader.java", "model", "file");
        assertProbed(FrontProbe.completions(), "completions/CompletionRequestReader.java", "model");
        assertProbed(FrontProbe.messages(), "messages/MessagesRequestReader.java", "model");
    }

    private static void assertProbed(List<FieldProbe> probes, String reader, String... others) throws IOException {
        var probed = probes.stream()
                .flatMap(probe ->
                        Pattern.compile("(\\w+)").matcher(probe.field()).results())
                .map(MatchResult::group)
                .collect(Collectors.toSet());
        assertThat(probed).as(reader).containsAll(known(reader, others));
    }

    /** The names that a reader of requests has a case for, but these. */
    private static TreeSet<String> known(String reader, String... others) throws IOException {
        var source = Files.readString(Path.of("src/main/java/io/dromedary/api").resolve(reader));
        var method = source.substring(
                Math.max(source.indexOf("private void member("), source.indexOf("private void field(")));
        var cases = method.substring(0, method.indexOf("default ->"));
        var names = new TreeSet<String>();
        for (var line :
                Pattern.compile("case ([^>]*)->").matcher(cases).results().toList()) {
            Pattern.compile("\"(\\w+)\"").matcher(line.group(1)).results().forEach(name -> names.add(name.group(1)));
        }
        assertThat(names).hasSizeGreaterThan(8).contains(others);
        for (var other : others) {
            names.remove(other);
        }
        return names;
    }

    @Test
    void every_path_that_a_route_serves_is_in_the_list_of_endpoints() throws IOException {
        var page = Files.readString(PAGE);
        var list = page.substring(page.indexOf("## Endpoints"), page.indexOf("## Files"));
        for (var path : served()) {
            assertThat(list).as("the list of endpoints").contains(path);
        }
    }

    /** As far as their first variable. */
    private static TreeSet<String> served() throws IOException {
        var paths = new TreeSet<String>();
        try (var routes = Files.list(Path.of("routes"))) {
            for (var route : routes.filter(file -> file.toString().endsWith(".camel.yaml"))
                    .toList()) {
                Pattern.compile("platform-http:(/v\\d(/[a-z_-]+)+)")
                        .matcher(Files.readString(route))
                        .results()
                        .forEach(path -> paths.add(path.group(1)));
            }
        }
        assertThat(paths).isNotEmpty();
        return paths;
    }
}
