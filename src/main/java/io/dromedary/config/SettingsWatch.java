package io.dromedary.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every two seconds whether the files have changed, by their content. A change is read once the files have come to
 * rest, so that a file which is just being written is not mistaken for a broken one, and then handed on as a new snapshot;
 * files with problems leave the old one in force. Works on one virtual thread of its own.
 */
public final class SettingsWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsWatch.class);

    static final Duration PERIOD = Duration.ofSeconds(2);

    /** How long the content must stay the same before it is read. */
    static final Duration REST = Duration.ofMillis(300);

    /** Files that never come to rest are read anyway after so many looks, to keep within five seconds. */
    private static final int PATIENCE = 5;

    /** Told from the watch's thread. */
    public interface Listener {
        /** The files have changed and are in order: these settings are in force now. */
        void changed(Settings settings);

        /** The files have changed and cannot be used: what was in force stays so. Told once for each change. */
        void broken(List<Problem> problems);
    }

    /** How time passes: {@code Thread::sleep}, but for tests. */
    public interface Pause {
        void of(Duration duration) throws InterruptedException;
    }

    private final SettingsFiles files;
    private final Listener listener;
    private final Pause pause;
    private @Nullable Thread thread;

    private String known;
    private @Nullable String moving;
    private int looks;

    /** @param inForce what was read last */
    public SettingsWatch(SettingsFiles files, Settings inForce, Listener listener, Pause pause) {
        this.files = files;
        this.known = inForce.fingerprint();
        this.listener = listener;
        this.pause = pause;
    }

    public synchronized void start() {
        if (thread == null) {
            thread = Thread.ofVirtual().name("settings-watch").start(this::run);
        }
    }

    /** Stops looking; a look that is under way may still tell the listener. */
    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.interrupt();
            thread = null;
        }
    }

    private void run() {
        var wait = PERIOD;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                pause.of(wait);
                wait = look();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("The settings have changed and could not be taken over", e);
                wait = PERIOD;
            }
        }
    }

    /** Looks once. Returns how long to wait before the next look. */
    Duration look() {
        var seen = files.fingerprint();
        if (seen.equals(known)) {
            moving = null;
            looks = 0;
            return PERIOD;
        }
        looks++;
        if (!seen.equals(moving) && looks < PATIENCE) {
            moving = seen;
            return REST;
        }
        moving = null;
        looks = 0;
        take(seen);
        return PERIOD;
    }

    private void take(String seen) {
        known = seen;
        Settings settings;
        try {
            settings = files.read();
        } catch (SettingsException e) {
            // closing cuts off a read that is under way, which looks like files that cannot be read
            if (!Thread.currentThread().isInterrupted()) {
                listener.broken(e.problems());
            }
            return;
        }
        known = settings.fingerprint();
        listener.changed(settings);
    }
}
