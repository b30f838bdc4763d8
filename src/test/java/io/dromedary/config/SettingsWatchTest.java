package io.dromedary.config;

import static io.dromedary.config.SettingsWatch.PERIOD;
import static io.dromedary.config.SettingsWatch.REST;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.ServiceTier;
import io.dromedary.testing.CapturedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsWatchTest {
    @TempDir
    Path root;

    /** Writes down what it is told. */
    private static final class Told implements SettingsWatch.Listener {
        final List<Settings> changed = new ArrayList<>();
        final List<List<Problem>> broken = new ArrayList<>();

        @Override
        public void changed(Settings settings) {
            changed.add(settings);
        }

        @Override
        public void broken(List<Problem> problems) {
            broken.add(problems);
        }
    }

    private final Told told = new Told();

    private SettingsWatch watch(SettingsFolder folder) throws SettingsException {
        return new SettingsWatch(folder.files(), folder.read(), told, duration -> {});
    }

    @Test
    void files_that_stay_the_same_are_not_read_again() throws SettingsException {
        var folder = new SettingsFolder(root).write("backends/a.yaml", SettingsFolder.BACKEND);
        var watch = watch(folder);

        assertThat(watch.look()).isEqualTo(PERIOD);
        folder.write("backends/a.yaml", SettingsFolder.BACKEND);
        assertThat(watch.look()).isEqualTo(PERIOD);
        assertThat(told.changed).isEmpty();
        assertThat(told.broken).isEmpty();
    }

    @Test
    void a_change_is_handed_on_when_it_has_come_to_rest() throws SettingsException {
        var folder = new SettingsFolder(root).write("backends/a.yaml", SettingsFolder.BACKEND);
        var watch = watch(folder);

        folder.write("backends/b.yaml", "dialect: simu");
        assertThat(watch.look()).isEqualTo(REST);
        folder.write("backends/b.yaml", "dialect: simulator\nmodels: { x: }");
        assertThat(watch.look()).isEqualTo(REST);
        assertThat(told.changed).isEmpty();
        assertThat(watch.look()).isEqualTo(PERIOD);

        assertThat(told.broken).isEmpty();
        assertThat(told.changed)
                .singleElement()
                .satisfies(settings -> assertThat(settings.backends()).containsKeys("a", "b"));
        assertThat(watch.look()).isEqualTo(PERIOD);
        assertThat(told.changed).hasSize(1);
    }

    @Test
    void a_broken_file_is_told_once_and_mending_it_is_a_change() throws SettingsException {
        var folder = new SettingsFolder(root).write("backends/a.yaml", SettingsFolder.BACKEND);
        var watch = watch(folder);

        folder.write("backends/a.yaml", SettingsFolder.BACKEND + "concurency: 5");
        watch.look();
        watch.look();
        watch.look();
        assertThat(told.changed).isEmpty();
        assertThat(told.broken)
                .singleElement()
                .satisfies(problems ->
                        assertThat(problems).extracting(Problem::field).containsExactly("concurency"));

        folder.write("backends/a.yaml", SettingsFolder.BACKEND);
        watch.look();
        watch.look();
        assertThat(told.changed).hasSize(1);
    }

    @Test
    void new_tiers_are_a_change_and_broken_ones_leave_the_old_in_force() throws SettingsException {
        var folder = new SettingsFolder(root).write("config/tiers.yaml", "auto: [default]");
        var watch = watch(folder);

        folder.write("config/tiers.yaml", "auto: [default, default]");
        watch.look();
        watch.look();
        assertThat(told.changed).isEmpty();
        assertThat(told.broken)
                .singleElement()
                .satisfies(problems ->
                        assertThat(problems).extracting(Problem::field).containsExactly("auto[1]"));

        folder.write("config/tiers.yaml", "auto: [flex]");
        watch.look();
        watch.look();
        assertThat(told.changed)
                .singleElement()
                .satisfies(settings -> assertThat(settings.tiers().auto()).containsExactly(ServiceTier.FLEX));
    }

    @Test
    void a_new_secret_in_a_file_is_a_change() throws SettingsException {
        var folder = new SettingsFolder(root).write("secret", "one");
        folder.write("backends/a.yaml", SettingsFolder.BACKEND + "auth: ${file:" + folder.path("secret") + "}");
        var watch = watch(folder);

        folder.write("secret", "two");
        watch.look();
        watch.look();

        assertThat(told.changed)
                .singleElement()
                .satisfies(settings -> assertThat(settings.backends().values())
                        .extracting(BackendSettings::auth)
                        .containsExactly(new Secret("two")));
    }

    @Test
    void files_that_never_rest_are_read_within_five_seconds() throws SettingsException {
        var folder = new SettingsFolder(root).write("backends/a.yaml", SettingsFolder.BACKEND);
        var watch = watch(folder);

        var waited = PERIOD;
        for (var i = 0; told.changed.isEmpty(); i++) {
            folder.write("backends/a.yaml", SettingsFolder.BACKEND + "# " + i);
            waited = waited.plus(watch.look());
        }
        assertThat(waited.minus(PERIOD)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void the_watch_runs_between_start_and_close_and_survives_a_listener_that_throws() throws Exception {
        var folder = new SettingsFolder(root).write("backends/a.yaml", SettingsFolder.BACKEND);
        var steps = new SynchronousQueue<Boolean>();
        var failing = new SettingsWatch.Listener() {
            final AtomicInteger calls = new AtomicInteger();

            @Override
            public void changed(Settings settings) {
                calls.incrementAndGet();
                throw new IllegalStateException("told by the test");
            }

            @Override
            public void broken(List<Problem> problems) {}
        };
        var thread = new CompletableFuture<Thread>();
        SettingsWatch.Pause pause = duration -> {
            thread.complete(Thread.currentThread());
            steps.take();
        };
        try (var log = new CapturedLog(SettingsWatch.class);
                var watch = new SettingsWatch(folder.files(), folder.read(), failing, pause)) {
            watch.start();
            watch.start();
            for (var change = 1; change <= 2; change++) {
                folder.write("backends/a.yaml", SettingsFolder.BACKEND + "# " + change);
                for (var step = 0; step < 3; step++) {
                    assertThat(steps.offer(true, 10, TimeUnit.SECONDS)).isTrue();
                }
                assertThat(failing.calls).hasValue(change);
            }
            assertThat(log.records()).hasSize(2).allSatisfy(line -> {
                assertThat(line.getLevel()).isEqualTo(Level.SEVERE);
                assertThat(line.getThrown()).hasMessage("told by the test");
            });
        }
        assertThat(thread.join().join(Duration.ofSeconds(10))).isTrue();
    }
}
