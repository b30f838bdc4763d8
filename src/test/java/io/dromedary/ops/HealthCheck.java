package io.dromedary.ops;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs a container's health check here, against a management port that answers as it is told. */
final class HealthCheck {
    private HealthCheck() {}

    /** The exit code of the check when {@code path} answers with this status, and every other path with 404. */
    static int run(List<String> command, String path, int status) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "needs bash");
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals(path) ? status : 404, -1);
            exchange.close();
        });
        server.start();
        try {
            var port = Integer.toString(server.getAddress().getPort());
            var builder = new ProcessBuilder(command.stream()
                    .map(word -> word.replace("/9876", "/" + port))
                    .toList());
            builder.environment().put("DROMEDARY_MANAGEMENT_PORT", port);
            var process = builder.start();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the health check hangs");
            }
            return process.exitValue();
        } finally {
            server.stop(0);
        }
    }
}
