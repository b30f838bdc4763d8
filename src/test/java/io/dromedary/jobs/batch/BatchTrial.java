package io.dromedary.jobs.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.Headers;
import io.dromedary.api.Ids;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.call.InnerCalls.Running;
import io.dromedary.call.InnerCalls.Told;
import io.dromedary.config.GatewaySettings;
import io.dromedary.config.GatewaySettings.JobTiers;
import io.dromedary.files.StoredFile.Part;
import io.dromedary.files.UnsteadyException;
import io.dromedary.files.UrlFiles;
import io.dromedary.jobs.Job;
import io.dromedary.jobs.Jobs;
import io.dromedary.jobs.Outcome;
import io.dromedary.store.Register;
import io.dromedary.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Batches with nothing around them but memory, and lines that answer as a test says. */
final class BatchTrial implements Jobs, Register, UrlFiles {
    static final String PROJECT = "acme";
    static final String CHAT = "/v1/chat/completions";
    static final int SLOTS = 8;

    private static final Paces QUICK = new Paces(
            Duration.ofMillis(2),
            Duration.ofMillis(10),
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMillis(50),
            Duration.ofMillis(1),
            Duration.ofMillis(50),
            Duration.ofSeconds(2));

    final SettableClock clock = new SettableClock();
    final KeptFiles files = new KeptFiles();
    final List<Order> orders = new CopyOnWriteArrayList<>();
    final List<String> cancelled = new CopyOnWriteArrayList<>();
    final List<String> entered = new CopyOnWriteArrayList<>();
    final Map<String, String> urls = new ConcurrentHashMap<>();
    final Map<String, String> targets = new ConcurrentHashMap<>();
    boolean hasTarget;

    /** So many times a file cannot be fetched now. */
    int unsteady;

    /** No job more is taken. */
    boolean full;

    /** What putting results to a target fails with. */
    @Nullable
    Exception targetFails;

    /** So many changes of records fail after results were put to a target. */
    int failuresAfterPut;

    /** How often a worker has looked at the clock. */
    final AtomicInteger looks = new AtomicInteger();

    GatewaySettings settings = settings(50_000);
    final Batches batches;
    final TextShelf<Batch> shelf = new TextShelf<>(Batch.CODEC);
    private final Ids ids = Ids.random(RandomGenerator.of("L64X128MixRandom"), InstantSource.system());

    BatchTrial() {
        batches = new Batches(shelf, this, this, files, this, () -> settings, ids, clock);
    }

    static GatewaySettings settings(int mostLines) {
        var usual = GatewaySettings.DEFAULT;
        var jobs = usual.jobs();
        return new GatewaySettings(
                usual.limits(),
                usual.timeouts(),
                usual.shutdownGrace(),
                usual.tls(),
                usual.observe(),
                usual.store(),
                usual.responses(),
                usual.sockets(),
                new GatewaySettings.Jobs(
                        jobs.lease(),
                        jobs.inFlight(),
                        jobs.waiting(),
                        SLOTS,
                        mostLines,
                        10_000_000,
                        new JobTiers(jobs.tiers().batch(), null, null)),
                usual.files(),
                usual.guards());
    }

    // an input

    static String line(int number) {
        return line("line-" + number, "hello " + number);
    }

    static String line(String customId, String text) {
        return "{\"custom_id\":\"" + customId + "\",\"method\":\"POST\",\"url\":\"" + CHAT
                + "\",\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}}";
    }

    static String lines(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(BatchTrial::line).collect(Collectors.joining("\n"));
    }

    // a batch

    /** Makes a batch of a file of these lines; the order of its job. */
    Order create(String input) {
        return order("{\"input_file_id\":\"" + files.put(input) + "\",\"endpoint\":\"" + CHAT
                + "\",\"completion_window\":\"24h\"}");
    }

    Order order(String body) {
        join(batches.create(PROJECT, "ci", body.getBytes(UTF_8)));
        return orders.getLast();
    }

    JsonNode batch(Order order) {
        return join(batches.get(PROJECT, order.id()));
    }

    static Job job(Order order, String work) {
        return new Job(
                order.id(),
                order.kind(),
                order.project(),
                order.key(),
                work,
                Instant.EPOCH,
                Instant.EPOCH,
                1,
                null,
                false);
    }

    BatchWorker worker(LineRoute lines) {
        return new BatchWorker(new BatchRooms(
                new BatchRecords(shelf, () -> Duration.ofDays(30)),
                files,
                this,
                lines,
                () -> settings,
                ids,
                () -> {
                    looks.incrementAndGet();
                    return clock.instant();
                },
                RandomGenerator.of("L64X128MixRandom"),
                QUICK));
    }

    /** Works on a batch until its worker says how it went. */
    Outcome work(Order order, LineRoute lines) {
        return work(new PlayedAttempt(job(order, order.work())), lines);
    }

    Outcome work(PlayedAttempt attempt, LineRoute lines) {
        return join(worker(lines).work(attempt));
    }

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** Answers each line at once, in a thread of its own. */
    static LineRoute answering(Function<LineRoute.Line, Told> answer) {
        return (line, told) -> {
            Thread.startVirtualThread(() -> told.accept(answer.apply(line)));
            return () -> {};
        };
    }

    static Running after(Duration wait, Runnable what) {
        Thread.startVirtualThread(() -> {
            LockSupport.parkNanos(wait.toNanos());
            what.run();
        });
        return () -> {};
    }

    static Told told(int status, String body) {
        return new Told(status, new Headers(), body.getBytes(UTF_8));
    }

    static Told answer(LineRoute.Line line) {
        return told(
                200,
                "{\"id\":\"of-" + line.customId()
                        + "\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}");
    }

    // results

    List<JsonNode> output(Order order) {
        return results(batch(order).path("output_file_id").textValue());
    }

    List<JsonNode> errors(Order order) {
        return results(batch(order).path("error_file_id").textValue());
    }

    private List<JsonNode> results(@Nullable String file) {
        return files.content(file).lines().map(BatchTrial::json).toList();
    }

    static JsonNode json(String text) {
        var tree = Json.read(text.getBytes(UTF_8));
        assertThat(tree).as(text).isNotNull();
        return Objects.requireNonNull(tree);
    }

    static List<String> ids(List<JsonNode> results) {
        return results.stream().map(line -> line.path("custom_id").asText()).toList();
    }

    static List<String> ids(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "line-" + i).toList();
    }

    // the other rooms

    @Override
    public void admit(String project) {
        if (full) {
            throw new RefusedException(new Refusal.Limited("too many", "requests", "rate_limit_exceeded", 10));
        }
    }

    @Override
    public CompletionStage<Void> submit(Order order) {
        orders.add(order);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Boolean> cancel(String id) {
        return CompletableFuture.completedStage(cancelled.add(id));
    }

    @Override
    public boolean isLive(String id) {
        return true;
    }

    @Override
    public CompletionStage<Void> enter(String owner, String id) {
        entered.add(owner + " " + id);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<List<String>> page(String owner, @Nullable String after, int most, boolean newestFirst) {
        var all = new ArrayList<String>();
        entered.forEach(entry -> {
            if (entry.startsWith(owner + " ")) {
                all.add(entry.substring(owner.length() + 1));
            }
        });
        var ordered = newestFirst ? all.reversed() : all;
        var from = after == null ? 0 : ordered.indexOf(after) + 1;
        return CompletableFuture.completedStage(
                ordered.subList(from, ordered.size()).stream().limit(most).toList());
    }

    @Override
    public void check(String url) {
        if (!url.startsWith("https:")) {
            throw RefusedException.badRequest("input_file_id", "not that one", "invalid_url");
        }
    }

    @Override
    public CompletionStage<Part> fetch(String url, long most) {
        if (unsteady > 0) {
            unsteady--;
            return CompletableFuture.failedStage(
                    new UnsteadyException(RefusedException.badRequest("input_file_id", "it is busy", "invalid_url")));
        }
        var content = urls.get(url);
        return content == null
                ? CompletableFuture.failedStage(
                        RefusedException.badRequest("input_file_id", "nothing is there", "url_unreachable"))
                : CompletableFuture.completedStage(files.blob(content));
    }

    @Override
    public CompletionStage<@Nullable String> put(String inputUrl, String suffix, List<Part> content) {
        if (!hasTarget) {
            return CompletableFuture.completedStage(null);
        }
        if (targetFails != null) {
            return CompletableFuture.failedStage(targetFails);
        }
        var url = inputUrl.replace(".jsonl", suffix);
        var text = new StringBuilder();
        content.forEach(part -> text.append(new String(join(files.read(part.blob(), 0, (int) part.length())), UTF_8)));
        targets.put(url, text.toString());
        shelf.failures.set(failuresAfterPut);
        failuresAfterPut = 0;
        return CompletableFuture.completedStage(url);
    }
}
