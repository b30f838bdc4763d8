package io.dromedary.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launcher in a folder of its own, with a Java and a Maven that only say how they were called. */
@Timeout(60)
final class LauncherTest {
    private static final List<String> TOOLS = List.of(
            "sh",
            "cat",
            "dirname",
            "find",
            "flock",
            "head",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "timeout",
            "touch");
    private static final String SAYS_HOW_IT_WAS_CALLED = """
            #!/bin/sh
            echo "java $0"
            echo "home $DROMEDARY_HOME"
            echo "in $(pwd)"
            for argument in "$@"; do echo "[$argument]"; done
            for argument in "$@"; do
                case $argument in -XX:AOTCacheOutput=*) echo cached >"${argument#*=}" ;; esac
            done
            """;

    @TempDir
    private Path temp;

    private Path home;
    private Path bin;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void layOut() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a POSIX shell");
        temp = temp.toRealPath();
        home = Files.createDirectories(temp.resolve("a home"));
        bin = Files.createDirectories(temp.resolve("bin"));
        for (var tool : TOOLS) {
            for (var folder : List.of("/bin/", "/usr/bin/")) {
                if (Files.exists(Path.of(folder + tool))) {
                    script(bin.resolve(tool), "#!/bin/sh\nexec " + folder + tool + " \"$@\"\n");
                }
            }
        }
        var launcher = Files.readString(Path.of("dromedary"))
                .replace("/usr/lib/jvm/*", temp + "/jvm/*")
                .replace("/opt/*", temp + "/opt/*")
                .replace("/usr/libexec/java_home", temp + "/libexec/java_home");
        script(home.resolve("dromedary"), launcher);
        Files.createDirectories(home.resolve("src/main/java"));
        Files.writeString(home.resolve("src/main/java/A.java"), "class A {}");
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        script(bin.resolve("mvn"), """
                #!/bin/sh
                echo "mvn $* with $JAVA_HOME"
                echo built >>builds
                sleep 0.3
                mkdir -p target/lib
                echo jar >target/dromedary.jar
                """);
        environment.put("PATH", bin.toString());
        environment.put("HOME", temp.resolve("nobody").toString());
    }

    @Test
    void the_first_start_builds_prepares_and_runs() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25.0.1").toString());

        var run = run(temp, home.resolve("dromedary"), "serve", "--data", "my data");

        assertThat(run.code).isZero();
        assertThat(run.err)
                .contains("dromedary: building with the JDK in " + environment.get("JAVA_HOME"))
                .contains("mvn -q -B")
                .contains("package with " + environment.get("JAVA_HOME"));
        assertThat(run.out)
                .contains("home " + home, "in " + temp)
                .contains("[-Xmx512m]", "[-XX:+UseSerialGC]", "[-XX:AOTCache=" + home + "/target/dromedary.aot]")
                .containsSubsequence(
                        "[-cp]",
                        "[" + home + "/target/dromedary.jar:" + home + "/target/lib/*:" + home + "/lib/*]",
                        "[io.dromedary.Dromedary]",
                        "[serve]",
                        "[--data]",
                        "[my data]");
    }

    @Test
    void it_builds_again_only_after_a_source_has_changed() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());

        run(temp, home.resolve("dromedary"), "serve");
        run(temp, home.resolve("dromedary"), "serve");
        assertThat(builds()).isEqualTo(1);

        Files.setLastModifiedTime(
                home.resolve("src/main/java/A.java"),
                FileTime.from(Instant.now().plusSeconds(5)));
        run(temp, home.resolve("dromedary"), "serve");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void two_starts_at_once_build_once() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());

        twoAtOnce();

        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void two_starts_at_once_build_once_without_flock_too() throws Exception {
        Files.deleteIfExists(bin.resolve("flock"));
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());

        twoAtOnce();

        assertThat(builds()).isEqualTo(1);
        assertThat(home.resolve("target/.build.lock.d")).doesNotExist();
    }

    @Test
    void a_lock_whose_owner_died_is_taken_over() throws Exception {
        Files.deleteIfExists(bin.resolve("flock"));
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());
        var owner =
                Files.createDirectories(home.resolve("target/.build.lock.d")).resolve("owner");
        Files.writeString(owner, "999999999\n");

        assertThat(run(temp, home.resolve("dromedary"), "serve").code).isZero();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void a_failed_build_stops_it() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());
        script(bin.resolve("mvn"), "#!/bin/sh\necho 'A.java:1: error'\nexit 1\n");

        var run = run(temp, home.resolve("dromedary"), "serve");

        assertThat(run.code).isEqualTo(1);
        assertThat(run.out).isEmpty();
        assertThat(run.err).contains("A.java:1: error", "the build failed; its output is above");
    }

    @Test
    void without_maven_it_says_what_to_install() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());
        Files.delete(bin.resolve("mvn"));

        var run = run(temp, home.resolve("dromedary"), "serve");

        assertThat(run.code).isEqualTo(1);
        assertThat(run.err).contains("Maven 3.8 or newer is needed");
    }

    @Test
    void without_a_jdk_it_says_what_to_install() throws Exception {
        environment.put("JAVA_HOME", jdk("old", "21.0.2").toString());

        var run = run(temp, home.resolve("dromedary"), "serve");

        assertThat(run.code).isEqualTo(1);
        assertThat(run.err).contains("a JDK 25 or newer is needed", "Install one, for example Eclipse Temurin 25");
    }

    @Test
    void an_old_java_home_gives_way_to_the_java_on_path() throws Exception {
        environment.put("JAVA_HOME", jdk("old", "17.0.15").toString());
        var onPath = jdk("new", "26-ea");
        Files.createSymbolicLink(bin.resolve("java"), onPath.resolve("bin/java"));

        assertThat(run(temp, home.resolve("dromedary"), "serve").out).contains("java " + onPath + "/bin/java");
    }

    @Test
    void the_usual_folders_come_last() throws Exception {
        jdk("jvm/java-17", "17.0.15");
        var usual = jdk("jvm/temurin-25", "25.0.1");

        assertThat(run(temp, home.resolve("dromedary"), "serve").out).contains("java " + usual + "/bin/java");
    }

    @Test
    void a_jdk_without_a_release_file_is_asked() throws Exception {
        var silent = jdk("silent", "25");
        Files.delete(silent.resolve("release"));
        script(
                silent.resolve("bin/java"),
                "#!/bin/sh\n[ \"$1\" = -version ] && echo 'openjdk version \"25.0.1\" 2025-10-21' >&2 || echo ran\n");
        environment.put("JAVA_HOME", silent.toString());

        assertThat(run(temp, home.resolve("dromedary"), "serve").out).contains("ran");
    }

    @Test
    void what_is_built_runs_without_a_compiler_and_without_maven() throws Exception {
        var java = jdk("jre", "25");
        Files.delete(java.resolve("bin/javac"));
        Files.delete(bin.resolve("mvn"));
        environment.put("JAVA_HOME", java.toString());
        Files.createDirectories(home.resolve("target/lib"));
        Files.writeString(home.resolve("target/dromedary.jar"), "jar");
        Files.setLastModifiedTime(
                home.resolve("target/dromedary.jar"),
                FileTime.from(Instant.now().plusSeconds(5)));

        var run = run(temp, home.resolve("dromedary"), "serve");

        assertThat(run.code).isZero();
        assertThat(run.out).contains("[serve]").noneMatch(line -> line.contains("AOTCache"));
    }

    @Test
    void prepare_builds_and_readies_a_fast_start_and_runs_nothing() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());
        Files.createDirectories(home.resolve("target/lib"));
        Files.writeString(home.resolve("target/dromedary.jar"), "jar");

        var run = run(temp, home.resolve("dromedary"), "prepare");

        assertThat(run.code).isZero();
        assertThat(run.out).isEmpty();
        assertThat(builds()).isZero();
        assertThat(run(temp, home.resolve("dromedary"), "serve").out)
                .contains("[-XX:AOTCache=" + home + "/target/dromedary.aot]", "[-XX:-AOTReplayTraining]");
    }

    @Test
    void it_is_found_through_symbolic_links() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());
        Files.createSymbolicLink(temp.resolve("first"), home.resolve("dromedary"));
        Files.createSymbolicLink(bin.resolve("dromedary"), Path.of("../first"));

        assertThat(run(temp, bin.resolve("dromedary"), "serve").out).contains("home " + home);
        assertThat(run(temp, Path.of("dromedary"), "serve").out).contains("home " + home);
    }

    @Test
    void an_operators_options_come_after_the_defaults() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk", "25").toString());
        environment.put("DROMEDARY_JAVA_OPTS", "-Xmx2g -XX:+UseParallelGC -Dglob=*");

        assertThat(run(home, home.resolve("dromedary"), "serve").out)
                .containsSubsequence("[-Xmx512m]", "[-Xmx2g]", "[-XX:+UseParallelGC]", "[-Dglob=*]", "[-cp]")
                .doesNotContain("[-XX:+UseSerialGC]");
    }

    private void twoAtOnce() throws Exception {
        var first = start(temp, home.resolve("dromedary"), "serve");
        var second = start(temp, home.resolve("dromedary"), "serve");
        assertThat(finish(first).out).contains("[serve]");
        assertThat(finish(second).out).contains("[serve]");
    }

    private long builds() throws IOException {
        if (Files.notExists(home.resolve("builds"))) {
            return 0;
        }
        try (var lines = Files.lines(home.resolve("builds"))) {
            return lines.count();
        }
    }

    private Path jdk(String name, String version) throws IOException {
        var folder = Files.createDirectories(temp.resolve(name));
        Files.createDirectories(folder.resolve("bin"));
        Files.writeString(folder.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(folder.resolve("bin/java"), SAYS_HOW_IT_WAS_CALLED);
        script(folder.resolve("bin/javac"), "#!/bin/sh\n");
        return folder;
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private record Run(int code, List<String> out, String err) {}

    private Run run(Path folder, Path launcher, String... arguments) throws Exception {
        return finish(start(folder, launcher, arguments));
    }

    private Process start(Path folder, Path launcher, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\"", "sh", launcher.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Run finish(Process process) throws Exception {
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), out.lines().toList(), err);
    }
}
