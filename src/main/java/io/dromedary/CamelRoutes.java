package io.dromedary;

import io.dromedary.config.Problem;
import io.dromedary.http.HttpEngine;
import io.dromedary.steps.breaker.Breakers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.impl.engine.PrototypeProcessorExchangeFactory;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.support.service.ServiceHelper;

/** Camel with the operator's routes and our steps in it. */
final class CamelRoutes {
    private static final Pattern LINE = Pattern.compile("line:? (\\d+)");

    /** What comes over these was let in elsewhere. */
    private static final Set<String> INNER = Set.of("platform-http", "management-http", "direct", "seda");

    private final Main main = new Main();

    /**
     * Loads nothing yet.
     *
     * @param config where {@code application.properties} is
     * @param files the route files, as Camel's {@code file:} resources name them
     */
    CamelRoutes(
            Path config,
            String files,
            Map<String, Processor> steps,
            Breakers breakers,
            HttpEngine front,
            HttpEngine management) {
        main.setDefaultPropertyPlaceholderLocation("false");
        var properties = config.resolve("application.properties");
        if (Files.isReadable(properties)) {
            main.setPropertyPlaceholderLocations("file:" + properties.toAbsolutePath());
        }
        main.addInitialProperty("camel.main.name", "dromedary");
        main.addInitialProperty(
                "camel.main.routesIncludePattern", "file:" + Path.of(files).toAbsolutePath());
        main.addInitialProperty("camel.main.streamCachingEnabled", "false");
        // exchanges are given back when the reply is out: two microseconds less for each call
        main.addInitialProperty("camel.main.exchangeFactory", "pooled");
        main.addInitialProperty("camel.main.exchangeFactoryCapacity", "1000");
        main.addInitialProperty("camel.main.shutdownTimeout", "5");
        main.addMainListener(new Exchanges());
        steps.forEach(main::bind);
        main.bind("breakers", breakers);
        main.bind("platform-http", component(front));
        main.bind("management-http", component(management));
    }

    /** How exchanges are run, where properties do not say it. */
    private static final class Exchanges extends MainListenerSupport {
        @Override
        public void beforeConfigure(BaseMainSupport starting) {
            // failures end a route and take the route `errors` to their answer; Camel's default handler would cost
            // every step of every call, for redeliveries that nobody wants here
            extension(starting).setErrorHandlerFactory(new NoErrorHandlerDefinition());
        }

        @Override
        public void afterConfigure(BaseMainSupport starting) {
            // `pooled` goes for the copies of wireTap, split and the like too, and these share a clock with their
            // original, by which Camel tells what is cleared already: the one that ends last would go back to its
            // pool as it is, and show the next call what this one left
            extension(starting).setProcessorExchangeFactory(new PrototypeProcessorExchangeFactory());
        }

        private static ExtendedCamelContext extension(BaseMainSupport starting) {
            return starting.getCamelContext().getCamelContextExtension();
        }
    }

    private static PlatformHttpComponent component(HttpEngine engine) {
        var component = new PlatformHttpComponent();
        component.setEngine(engine);
        return component;
    }

    /**
     * Loads and starts the routes.
     *
     * @throws IOException naming the route that cannot be used
     */
    void start() throws IOException {
        try {
            main.start();
        } catch (Exception e) {
            throw new IOException("the routes cannot be used: " + cause(e), e);
        }
    }

    /** The innermost message: Camel wraps what is wrong with a file several times. */
    private static String cause(Throwable failure) {
        var inner = failure;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        return String.valueOf(inner.getMessage());
    }

    /** Loads the routes as {@link #start} does, and lets none of them begin to work. */
    void load() throws IOException {
        main.addOverrideProperty("camel.main.autoStartup", "false");
        start();
    }

    /** For components that steps of ours use; there from when the routes are started. */
    CamelContext context() {
        return main.getCamelContext();
    }

    /** Routes that fetch work by themselves, from a queue or a folder, fetch no more; what they have begun goes on. */
    void drain() {
        var context = main.getCamelContext();
        if (context == null) {
            // nothing was started
            return;
        }
        for (var route : context.getRoutes()) {
            if (route.getConsumer() instanceof Suspendable && !INNER.contains(scheme(route))) {
                ServiceHelper.suspendService(route.getConsumer());
            }
        }
    }

    private static String scheme(Route route) {
        var uri = route.getEndpoint().getEndpointUri();
        return uri.substring(0, uri.indexOf(':'));
    }

    void stop() {
        main.stop();
    }

    /** The route files of a folder, in order. */
    static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".camel.yaml"))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            throw new IOException("there is no folder " + folder + " with routes", e);
        }
    }

    static Problem problem(Path file, IOException failure) {
        var message = String.valueOf(failure.getMessage());
        var line = LINE.matcher(message);
        return new Problem(
                file.toString(),
                line.find() ? Integer.parseInt(line.group(1)) : 0,
                "",
                message,
                "The steps that routes may name are in docs/routes.md");
    }
}
