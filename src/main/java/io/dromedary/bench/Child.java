package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** A child process: its standard output is read to the end and dropped, its standard error lands in a file. */
final class Child {

    private static final Pattern WARNING = Pattern.compile("\\b(WARN|WARNING|ERROR|SEVERE)\\b");
    private static final int TAIL = 12;

    private final String name;
    private final Process process;
    private final Path errors;
    private final CompletableFuture<String> ready = new CompletableFuture<>();

    private Child(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
    }

    /** @param ready how the line on standard output starts that says that it can answer */
    static Child start(String name, ProcessBuilder command, String ready, Path errors) throws IOException {
        var child = new Child(name, command.redirectError(errors.toFile()).start(), errors);
        Thread.ofPlatform().daemon().name(name + "-output").start(() -> child.read(ready));
        return child;
    }

    private void read(String start) {
        try (var output = process.inputReader(ISO_8859_1)) {
            awaitReady(output, start);
            output.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            ready.completeExceptionally(e);
        } finally {
            ready.completeExceptionally(new IOException("ended before it was ready"));
        }
    }

    private void awaitReady(BufferedReader output, String start) throws IOException {
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(start)) {
                ready.complete(line);
                return;
            }
        }
    }

    /**
     * The line that says that it can answer.
     *
     * @throws IOException when it ended or stayed silent instead, with the last lines of its standard error
     */
    String ready(Duration patience) throws IOException, InterruptedException {
        try {
            return ready.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(name + " ended before it was ready:\n" + tail(), e);
        } catch (TimeoutException e) {
            throw new IOException(name + " was not ready after " + patience.toSeconds() + " s:\n" + tail(), e);
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    boolean alive() {
        return process.isAlive();
    }

    String tail() throws IOException {
        var lines = lines();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    }

    /** Lines of standard error that are a warning or worse. */
    List<String> warnings() throws IOException {
        return lines().stream().filter(WARNING.asPredicate()).toList();
    }

    private List<String> lines() throws IOException {
        return Files.exists(errors) ? Files.readAllLines(errors, ISO_8859_1) : List.of();
    }

    /** Ends it and what it started, with force where asking does not help within the time. */
    void stop(Duration patience) {
        var family = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        family.forEach(ProcessHandle::destroyForcibly);
    }
}
