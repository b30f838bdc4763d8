package io.dromedary.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckTest {
    private static final List<Supplier<List<Problem>>> NONE = List.of();

    @TempDir
    Path root;

    private final StringBuilder out = new StringBuilder();

    @Test
    void says_ok_and_what_is_off_when_all_is_well() throws IOException {
        var folder = new SettingsFolder(root)
                .write("backends/a.yaml", SettingsFolder.BACKEND)
                .write("backends/b.yaml", SettingsFolder.BACKEND + "requires: [B_KEY]")
                .write("config/keys.yaml", "projects: { p: { models: [nope] } }");

        assertThat(Check.run(folder.files(), NONE, out)).isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        warning -> assertThat(warning)
                                .startsWith("warning: ")
                                .contains("keys.yaml:1: projects.p.models[0]"),
                        off -> assertThat(off).isEqualTo("off: b: B_KEY is not set"),
                        ok -> assertThat(ok).isEqualTo("OK: 2 backends, 1 models, 1 projects"));
    }

    @Test
    void prints_every_problem_on_its_own_line() throws IOException {
        var folder = new SettingsFolder(root)
                .write("backends/a.yaml", SettingsFolder.BACKEND + "concurrency: 0")
                .write("backends/b.yaml", "dialect: [");
        Supplier<List<Problem>> routes =
                () -> List.of(new Problem("routes/x.camel.yaml", 7, "", "has no id", "Add one"));

        assertThat(Check.run(folder.files(), List.of(routes), out)).isOne();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        a -> assertThat(a).contains("a.yaml:5: concurrency: must be at least 1. Write e.g. `64`"),
                        b -> assertThat(b).contains("b.yaml:1: is not YAML"),
                        c -> assertThat(c).isEqualTo("routes/x.camel.yaml:7: has no id. Add one"));
    }

    @Test
    void tiers_are_checked_too() throws IOException {
        var folder = new SettingsFolder(root).write("config/tiers.yaml", "lanes:\n  flex: { keepFree: 2 }");

        assertThat(Check.run(folder.files(), NONE, out)).isOne();
        assertThat(out.toString().lines())
                .singleElement()
                .asString()
                .endsWith("tiers.yaml:2: lanes.flex.keepFree: must be at most 1. Write e.g. `0.1`");
    }

    @Test
    void a_problem_of_another_checker_alone_is_a_failure() throws IOException {
        Supplier<List<Problem>> routes =
                () -> List.of(new Problem("routes/x.camel.yaml", 7, "", "has no id", "Add one"));

        assertThat(Check.run(new SettingsFolder(root).files(), List.of(routes), out))
                .isOne();
        assertThat(out.toString()).doesNotContain("OK");
    }
}
