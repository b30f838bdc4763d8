package io.dromedary;

import io.dromedary.api.Ids;
import io.dromedary.call.InnerCalls;
import io.dromedary.config.GatewaySettings;
import io.dromedary.config.GatewaySettings.StoreMode;
import io.dromedary.files.AttachedFiles;
import io.dromedary.files.FilePages;
import io.dromedary.files.ShelvedFiles;
import io.dromedary.files.SpokenFiles;
import io.dromedary.files.url.SafeUrls;
import io.dromedary.jobs.Kind;
import io.dromedary.jobs.LeasedJobs;
import io.dromedary.jobs.Means;
import io.dromedary.jobs.background.BackgroundWorker;
import io.dromedary.jobs.batch.Batches;
import io.dromedary.jobs.deferred.DeferredCompletions;
import io.dromedary.jobs.deferred.DeferredWorker;
import io.dromedary.observe.Meters;
import io.dromedary.responses.Compaction;
import io.dromedary.responses.CompactionSeal;
import io.dromedary.responses.ConversationPages;
import io.dromedary.responses.Conversations;
import io.dromedary.responses.InputItems;
import io.dromedary.responses.Recall;
import io.dromedary.responses.ResponseMemory;
import io.dromedary.responses.Timer;
import io.dromedary.steps.LineExchanges;
import io.dromedary.steps.ResponseSteps;
import io.dromedary.steps.s3.CamelBuckets;
import io.dromedary.store.Register;
import io.dromedary.store.Store;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rooms that keep something, and the work that outlives its request, over one store. */
final class StoredRooms implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoredRooms.class);

    /** Of the start and the end, which do without. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * What they need of the rest of the house.
     *
     * @param data the folder of a local store
     * @param settings as they are at the time
     * @param camel asked once the routes are there
     */
    record House(
            Path data,
            Supplier<GatewaySettings> settings,
            Timer timer,
            Ids ids,
            InstantSource clock,
            Supplier<CamelContext> camel,
            Meters meters) {
        boolean shared() {
            return settings.get().store().mode() == StoreMode.REMOTE;
        }

        Duration fileRetention() {
            return settings.get().files().retention();
        }
    }

    private final Store store;
    private final House house;
    private final ShelvedFiles files;
    private final AttachedFiles attached;
    private final FilePages filePages;
    private final SpokenFiles spoken;
    private final Sweeping sweeping;
    private final CamelBuckets buckets;
    private final SafeUrls urls;
    private final ResponseSteps.Rooms responses;
    private final LeasedJobs jobs;
    private final DeferredCompletions deferred;
    private final Batches batches;

    /** Waits for the store. */
    StoredRooms(Store store, House house) {
        this.store = store;
        this.house = house;
        this.files = files(store, house);
        this.attached = new AttachedFiles(files);
        this.filePages = new FilePages(files, () -> house.settings.get().files(), house.ids, house.clock);
        this.sweeping = new Sweeping(files::sweep, house.timer);
        this.buckets = new CamelBuckets(house.camel);
        this.urls = new SafeUrls(SafeUrls.Rooms.usual(() -> house.settings.get().files(), files.blobs(), buckets));
        this.spoken = new SpokenFiles(files, urls);
        this.responses = responses(store, attached, house);
        this.jobs = jobs(store, house);
        this.deferred = DeferredCompletions.in(store, house.shared(), jobs, house.timer, house.ids, house.clock);
        this.batches = new Batches(
                store,
                Register.in(store, house.ids, house::fileRetention),
                jobs,
                files,
                urls,
                house.settings,
                house.ids,
                house.clock);
    }

    /** Content is beside a local store, and where a folder is configured that all gateways share. */
    private static ShelvedFiles files(Store store, House house) {
        var now = house.settings.get();
        var folder = now.store().mode() == StoreMode.LOCAL
                ? house.data.resolve("content")
                : now.files().folder();
        return ShelvedFiles.in(
                store,
                house.shared(),
                folder,
                now.store().fsync(),
                house::fileRetention,
                house.ids,
                new ShelvedFiles.Time(house.clock, System::nanoTime));
    }

    private static ResponseSteps.Rooms responses(Store store, AttachedFiles attached, House house) {
        var memory = ResponseMemory.in(
                store, house.shared(), () -> house.settings.get().responses(), house.timer);
        var retention = house.settings.get().responses().retention();
        var conversations = new Conversations(store, house.ids, house.clock, retention);
        var seal = CompactionSeal.of(store, new SecureRandom())
                .toCompletableFuture()
                .join();
        var recall = new Recall(
                memory,
                conversations,
                new Compaction(seal, house.ids, house.clock),
                attached::items,
                house.ids,
                house.clock);
        return new ResponseSteps.Rooms(
                recall, memory, new ConversationPages(conversations, InputItems.USUAL, recall::find));
    }

    private static LeasedJobs jobs(Store store, House house) {
        var recorder = new JobRecorder();
        var jobs = LeasedJobs.in(
                store,
                house.shared(),
                () -> house.settings.get().jobs(),
                new Means(house.timer, Thread::startVirtualThread, house.ids, house.clock, System::nanoTime),
                recorder);
        recorder.to(house.meters.jobs(() -> JobRecorder.figures(jobs.figures())));
        return jobs;
    }

    ResponseSteps.Rooms responses() {
        return responses;
    }

    ShelvedFiles files() {
        return files;
    }

    AttachedFiles attached() {
        return attached;
    }

    SpokenFiles spoken() {
        return spoken;
    }

    FilePages filePages() {
        return filePages;
    }

    LeasedJobs jobs() {
        return jobs;
    }

    DeferredCompletions deferred() {
        return deferred;
    }

    Batches batches() {
        return batches;
    }

    /** Learns which jobs there are, before anybody asks what has become of one. */
    void recall() throws InterruptedException {
        await(jobs.recall(), "the jobs that there are will be found later, for the store did not tell them");
    }

    /** Begins to work, when calls are served. */
    void start(InnerCalls calls) {
        jobs.serve(Kind.DEFERRED, new DeferredWorker(deferred, calls, house.timer, house.clock));
        jobs.serve(
                Kind.BACKGROUND, new BackgroundWorker(calls, responses.recall().background(), house.clock));
        jobs.serve(
                Kind.BATCH,
                Batches.worker(
                        store,
                        files,
                        urls,
                        new LineExchanges(house.camel),
                        house.settings,
                        house.ids,
                        house.clock,
                        new PerThreadRandom()));
        jobs.start();
        sweeping.start();
    }

    /** Begins nothing new. */
    void drain() {
        jobs.drain();
        sweeping.close();
    }

    /** Leaves what is under way to others, who are to have it at once. */
    void leave() throws InterruptedException {
        await(jobs.close(), "jobs that were under way are taken up by others only when the lease has run out");
        jobs.abandon();
    }

    private static void await(CompletionStage<?> done, String orElse) throws InterruptedException {
        try {
            done.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("{}: {}", orElse, e.toString());
        }
    }

    /** All but the store, which outlives them. */
    @Override
    public void close() {
        buckets.close();
        urls.close();
    }
}
