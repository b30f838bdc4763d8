package io.dromedary;

import io.dromedary.access.Keyring;
import io.dromedary.api.Ids;
import io.dromedary.api.Reply;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Backends;
import io.dromedary.backend.simulator.SimulatedUpstream;
import io.dromedary.backend.simulator.Simulator;
import io.dromedary.backend.simulator.SimulatorOptions;
import io.dromedary.call.Call;
import io.dromedary.call.InnerCalls;
import io.dromedary.call.Snapshot;
import io.dromedary.config.Problem;
import io.dromedary.config.Settings;
import io.dromedary.config.SettingsException;
import io.dromedary.config.SettingsFiles;
import io.dromedary.config.SettingsWatch;
import io.dromedary.files.Spool;
import io.dromedary.http.CallStart;
import io.dromedary.http.EventLoops;
import io.dromedary.http.HttpEngine;
import io.dromedary.http.ServerSettings;
import io.dromedary.observe.AccessLog;
import io.dromedary.observe.BackendHealth;
import io.dromedary.observe.Console;
import io.dromedary.observe.GateState;
import io.dromedary.observe.Health;
import io.dromedary.observe.Meters;
import io.dromedary.observe.ModelCondition;
import io.dromedary.observe.TierMeters;
import io.dromedary.observe.TraceSwitch;
import io.dromedary.observe.Traces;
import io.dromedary.routing.Catalogue;
import io.dromedary.routing.Failover;
import io.dromedary.routing.Gates;
import io.dromedary.routing.HedgeBudget;
import io.dromedary.routing.LimitPages;
import io.dromedary.routing.Memory;
import io.dromedary.routing.ModelPages;
import io.dromedary.routing.Planner;
import io.dromedary.routing.RetryRule;
import io.dromedary.routing.Standings;
import io.dromedary.steps.AudioSteps;
import io.dromedary.steps.BatchSteps;
import io.dromedary.steps.DeferredSteps;
import io.dromedary.steps.FileSteps;
import io.dromedary.steps.FolderSteps;
import io.dromedary.steps.FrontSteps;
import io.dromedary.steps.GuardSteps;
import io.dromedary.steps.NamedSteps;
import io.dromedary.steps.OperatorSteps;
import io.dromedary.steps.ResponseSteps;
import io.dromedary.steps.Steps;
import io.dromedary.steps.breaker.Breakers;
import io.dromedary.store.ShelfName;
import io.dromedary.store.Store;
import io.dromedary.tier.Accounts;
import io.dromedary.tier.Tiers;
import io.dromedary.tier.ledger.Entry;
import io.dromedary.tier.ledger.Ledger;
import io.dromedary.tier.ledger.TokenEstimator;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway put together and running. */
final class Gateway implements SettingsWatch.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final int ACCESS_LOG_LINES = 65_536;

    /** Of those who only look. */
    private static final Duration STORE_PATIENCE = Duration.ofSeconds(2);

    private final Options options;
    private final Vertx vertx;
    private final Backends backends;
    private final Standings standings;
    private final Gates gates;
    private final @Nullable Store store;
    private final Ledger ledger;
    private final @Nullable StoredRooms rooms;
    private final CompletableFuture<InnerCalls> serving = new CompletableFuture<>();
    private final Tiers tiers;
    private final HttpEngine front;
    private final HttpEngine management;
    private final Map<String, Processor> steps;
    private final CamelRoutes routes;
    private final SettingsWatch watch;
    private final Meters meters;
    private final @Nullable AccessLog accessLog;
    private final @Nullable Traces traces;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Snapshot snapshot;
    private volatile List<Problem> problems = List.of();
    private volatile boolean draining;

    /**
     * Starts everything; returns when the ports are open.
     *
     * @param environment says whether calls are traced
     * @param out gets the access log
     * @throws SettingsException when the configuration cannot be used
     * @throws IOException when a port is taken or a route file cannot be read
     */
    static Gateway start(Options options, UnaryOperator<@Nullable String> environment, PrintStream out)
            throws SettingsException, IOException, InterruptedException {
        var settings = files(options).read();
        // takes as long as everything else together, and needs nothing of it
        var store = CompletableFuture.supplyAsync(
                () -> Store.open(StoreOptions.of(settings.gateway().store(), options), InstantSource.system()),
                Thread::startVirtualThread);
        Gateway gateway;
        try {
            gateway = new Gateway(options, settings, environment, out, store::join);
        } catch (CompletionException e) {
            var cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IOException(cause.getMessage(), cause);
        } catch (SettingsException | RuntimeException e) {
            close(store);
            throw e;
        }
        gateway.open();
        return gateway;
    }

    /** It may still be opening, and nobody else knows of it. */
    private static void close(CompletableFuture<Store> store) {
        try {
            store.join().close();
        } catch (CompletionException e) {
            // then there is nothing to close
        }
    }

    static SettingsFiles files(Options options) {
        return new SettingsFiles(options.backends(), options.config(), System::getenv);
    }

    /**
     * Opens nothing.
     *
     * @param store waits until it is open
     * @throws CompletionException with the cause why it could not be
     */
    Gateway(
            Options options,
            Settings settings,
            UnaryOperator<@Nullable String> environment,
            PrintStream out,
            Supplier<? extends @Nullable Store> store)
            throws SettingsException {
        this.options = options;
        this.vertx = EventLoops.start(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(loops())
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(2)
                .setDisableTCCL(true));
        // an eighth of the heap: what is left holds the streams themselves
        var memory = new Memory(Runtime.getRuntime().maxMemory() / 8);
        InstantSource clock = InstantSource.system();
        var ids = Ids.random(new PerThreadRandom(), clock);
        var simulator = new Simulator(ids, clock);
        this.backends = new Backends(
                vertx,
                Dialects.choosing(ids, clock),
                backend -> new SimulatedUpstream(vertx, simulator, SimulatorOptions.of(backend.options())));
        this.standings = new Standings(clock, System::nanoTime, new PerThreadRandom());
        this.gates = new Gates(System::nanoTime, this::later);
        this.snapshot = snapshot(settings);
        gates.configure(settings);
        this.accessLog = settings.gateway().observe().accessLog() ? new AccessLog(out, ACCESS_LOG_LINES) : null;
        this.traces = TraceSwitch.isOn(environment) ? Traces.start(new PerThreadRandom()) : null;
        var hedges = new HedgeBudget();
        this.meters = new Meters(
                new Meters.Gauges(
                        this::openStreams,
                        this::openSockets,
                        this::inFlight,
                        () -> problems.isEmpty(),
                        () -> accessLog == null ? 0 : accessLog.dropped(),
                        this::attemptsInFlight,
                        memory::held,
                        hedges::inFlight,
                        backends.watch()::pending,
                        this::modelConditions,
                        new TierMeters.Sources(
                                settings.gateway().observe().projectLabels(),
                                this::settledLate,
                                this::storeAnswers,
                                this::promptTokens,
                                this::promptTokensOff,
                                this::gateStates)),
                model -> snapshot.catalogue().knows(model));
        var calls = calls(new Recorder(meters, accessLog, traces));
        CallStart silent = (arrival, headers, loop) -> new Call(arrival, snapshot, loop, call -> {}, null);
        this.front = new HttpEngine(vertx, server(options.host(), options.port(), loops(), true), calls, ids, clock);
        this.management =
                new HttpEngine(vertx, server(options.host(), options.managementPort(), 1, false), silent, ids, clock);
        var health = new Health(
                new Health.Sources(
                        this::backendHealth,
                        () -> problems.stream().map(Problem::toString).toList(),
                        () -> draining),
                clock);
        this.store = store.get();
        this.ledger = ledger(this.store, clock);
        this.rooms = this.store == null
                ? null
                : new StoredRooms(
                        this.store,
                        new StoredRooms.House(
                                options.data(),
                                () -> snapshot.settings().gateway(),
                                this::later,
                                ids,
                                clock,
                                () -> routes().context(),
                                meters));
        this.tiers = new Tiers(ledger, new TokenEstimator(TokenEstimator.Start.DEFAULT));
        var planner = new Planner(new PerThreadRandom());
        this.steps = byName(
                new Steps(
                        planner,
                        tiers,
                        new Failover(
                                new RetryRule(new PerThreadRandom()),
                                hedges,
                                memory,
                                backends.watch(),
                                new QueueRecorder(meters.tiers())),
                        new ModelPages(clock.instant().getEpochSecond()),
                        new LimitPages(tiers, STORE_PATIENCE),
                        new ManagementPages(health, meters, new Console(), this::jobsPage)),
                new ResponseSteps(() -> rooms().responses(), tiers, () -> rooms().jobs()),
                new BatchSteps(() -> rooms().batches(), front.inner()),
                new FileSteps(() -> rooms().filePages(), () -> rooms().attached()),
                new DeferredSteps(() -> rooms().deferred(), planner),
                new AudioSteps(
                        new Spool(options.data().resolve("spool"), ids),
                        () -> rooms().spoken(),
                        () -> snapshot.settings().gateway().limits().audioBytes()),
                new GuardSteps(new PerThreadRandom()),
                new FrontSteps(tiers, ids),
                new OperatorSteps(
                        serving,
                        new FolderSteps(
                                () -> rooms().files(),
                                () -> rooms().batches(),
                                () -> snapshot.settings().gateway().jobs().batchBytes(),
                                ids,
                                clock),
                        ids));
        this.routes = routes(options.routes() + "/*.camel.yaml", new Breakers(clock, meters::routeBreaker));
        this.watch = new SettingsWatch(files(options), settings, this, Thread::sleep);
    }

    private CallStart calls(Recorder recorder) {
        var on = traces;
        if (on == null) {
            return (arrival, headers, loop) -> new Call(arrival, snapshot, loop, recorder, null);
        }
        return (arrival, headers, loop) -> {
            var trace = on.begin(
                    arrival.method(),
                    arrival.routed() ? arrival.endpoint() : null,
                    // a header that came twice is none that can be continued
                    name -> String.join(",", headers.getAll(name)));
            return new Call(arrival, snapshot, loop, recorder, trace);
        };
    }

    private static Map<String, Processor> byName(NamedSteps... groups) {
        var all = new LinkedHashMap<String, Processor>();
        for (var group : groups) {
            all.putAll(group.byName());
        }
        return all;
    }

    private static Ledger ledger(@Nullable Store store, InstantSource clock) {
        var run = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
        // what a minute gives back is not worth a file
        return store == null || !store.shared()
                ? Ledger.alone(run, clock)
                : new Ledger(store.shelf(ShelfName.ALLOWANCES, Entry.CODEC), run, clock);
    }

    private CompletionStage<Reply> jobsPage() {
        return rooms().jobs().page(snapshot.settings().gateway().observe().projectLabels());
    }

    private StoredRooms rooms() {
        return Objects.requireNonNull(rooms, "there is no store");
    }

    private CamelRoutes routes() {
        return routes;
    }

    private CamelRoutes routes(String files, Breakers breakers) {
        return new CamelRoutes(options.config(), files, steps, breakers, front, management);
    }

    /** On whichever loop: a gate does little when it is woken. */
    private Runnable later(Duration wait, Runnable what) {
        var timer = vertx.setTimer(Math.max(1, wait.toMillis()), fired -> what.run());
        return () -> vertx.cancelTimer(timer);
    }

    private static int loops() {
        return Math.max(1, Runtime.getRuntime().availableProcessors());
    }

    private ServerSettings server(String host, int port, int loops, boolean drains) {
        return new ServerSettings(
                host, port, loops, drains, () -> snapshot.settings().gateway());
    }

    private void open() throws IOException, InterruptedException {
        try {
            routes.start();
            if (rooms != null) {
                rooms.recall();
            }
            management.listen();
            front.listen();
            serving.complete(front.inner());
            if (rooms != null) {
                rooms.start(front.inner());
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            stop();
            throw e;
        }
        watch.start();
        backends.probe(() -> snapshot.catalogue().backends(), new ProbeRecorder(standings, gates))
                .start();
    }

    private Snapshot snapshot(Settings settings) throws SettingsException {
        return new Snapshot(
                settings,
                new Keyring(settings.projects().values(), options.loopback()),
                catalogue(settings),
                new Accounts());
    }

    private Catalogue catalogue(Settings settings) throws SettingsException {
        try {
            return Catalogue.of(settings, backends::of, standings, gates);
        } catch (IllegalArgumentException e) {
            throw new SettingsException(
                    List.of(new Problem(options.backends().toString(), 0, "", String.valueOf(e.getMessage()), "")));
        }
    }

    /** What is wrong with the operator's routes: each file is loaded by itself, and nothing is opened. */
    List<Problem> checkRoutes() throws IOException {
        List<Problem> found = new ArrayList<>();
        for (var file : CamelRoutes.files(options.routes())) {
            var trial = routes(file.toString(), new Breakers(InstantSource.system(), (step, state) -> {}));
            try {
                trial.load();
            } catch (IOException e) {
                found.add(CamelRoutes.problem(file, e));
            } finally {
                trial.stop();
            }
        }
        return found;
    }

    @Override
    public void changed(Settings settings) {
        Snapshot next;
        try {
            next = snapshot(settings);
        } catch (SettingsException e) {
            broken(e.problems());
            return;
        }
        // first, for a gate that is not configured lets everybody through
        gates.configure(settings);
        snapshot = next;
        standings.keepOnly(snapshot.catalogue().standings());
        problems = List.of();
        meters.reload(true);
        LOG.info(
                "configuration reloaded: {} backends, {} models",
                snapshot.catalogue().backends().size(),
                snapshot.catalogue().served().size());
    }

    @Override
    public void broken(List<Problem> found) {
        problems = found;
        meters.reload(false);
        found.forEach(problem -> LOG.warn("configuration refused, the one before stays in force: {}", problem));
    }

    private List<BackendHealth> backendHealth() {
        return snapshot.catalogue().configured().stream()
                .map(backend -> BackendConditions.of(backend, standings, gates))
                .toList();
    }

    private List<ModelCondition> modelConditions() {
        return BackendConditions.all(snapshot.catalogue().configured(), standings);
    }

    private List<GateState> gateStates() {
        return BackendConditions.gates(snapshot.catalogue().configured(), gates);
    }

    private long settledLate() {
        return ledger.settledLate();
    }

    private boolean storeAnswers() {
        return ledger.storeAnswers();
    }

    private long promptTokens() {
        return tiers.promptTokens();
    }

    private long promptTokensOff() {
        return tiers.promptTokensOff();
    }

    private long attemptsInFlight() {
        return snapshot.catalogue().configured().stream()
                .mapToLong(backend -> standings.inFlight(new BackendName(backend.name())))
                .sum();
    }

    private long openStreams() {
        return front.openStreams();
    }

    private long openSockets() {
        return front.openSockets();
    }

    private long inFlight() {
        return front.inFlight();
    }

    String readyLine() {
        var catalogue = snapshot.catalogue();
        return "dromedary ready on " + url() + " (" + catalogue.backends().size() + " backends, "
                + catalogue.served().size() + " models)";
    }

    String url() {
        var scheme = snapshot.settings().gateway().tls() == null ? "http" : "https";
        return scheme + "://" + authority(front.getServerPort());
    }

    String managementUrl() {
        return "http://" + authority(management.getServerPort());
    }

    private String authority(int port) {
        var host = options.host();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /** Drains, within the grace that is configured, and stops. */
    void stop() {
        draining = true;
        front.drain();
        routes.drain();
        if (rooms != null) {
            rooms.drain();
        }
        watch.close();
        try {
            var grace = snapshot.settings().gateway().shutdownGrace();
            if (!front.awaitIdle(grace)) {
                LOG.warn(
                        "{} calls were still in flight after {} s and are cut off",
                        front.inFlight(),
                        grace.toSeconds());
            }
            front.closeServers().get();
            if (rooms != null) {
                rooms.leave();
            }
            routes.stop();
            management.closeServers().get();
            vertx.close().toCompletionStage().toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("the gateway did not stop cleanly", e);
        }
        if (rooms != null) {
            rooms.close();
        }
        // calls that were cut off have settled by now; whatever went wrong, what is kept is closed in order
        if (store != null) {
            store.close();
        }
        if (accessLog != null) {
            accessLog.close();
        }
        if (traces != null) {
            traces.close();
        }
        meters.close();
        stopped.countDown();
    }
}
