package io.dromedary.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** nginx as the plainest reverse proxy that can do the work: the yardstick. */
final class NginxProxy {

    private static final int ATTEMPTS = 100;
    private static final long PAUSE = 50_000_000;

    private NginxProxy() {}

    static Contender start(Rig rig, int upstream) throws IOException, InterruptedException, MissingException {
        var nginx = Tools.find("nginx").orElseThrow(() -> new MissingException("""
                        nginx is not installed. It is what the gateway is measured against:
                            apt-get install nginx-light      (Debian, Ubuntu)
                        or leave it out: --against gateway"""));
        var folder = rig.folder("nginx");
        var port = Rig.freePort();
        var file = Files.writeString(
                folder.resolve("nginx.conf"),
                configuration(folder, port, upstream, rig.files().limit()));
        var command = List.of(nginx.toString(), "-p", folder.toString(), "-c", file.toString(), "-e", "stderr");
        var child = rig.start(Contender.NGINX, Cores.Place.PROXY, command, Map.of(), "nginx");
        for (var i = 0; i < ATTEMPTS; i++) {
            if (answers(port)) {
                return new Contender(Contender.NGINX, port, "none", child);
            }
            if (!child.alive()) {
                break;
            }
            LockSupport.parkNanos(PAUSE);
        }
        throw new IOException("nginx did not start:\n" + child.tail());
    }

    private static boolean answers(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** No access log and no buffering; connections are kept on both sides and never closed for their age. */
    static String configuration(Path folder, int port, int upstream, long openFiles) {
        return """
                daemon off;
                worker_processes 1;
                worker_rlimit_nofile %1$d;
                error_log stderr warn;
                pid %2$s/nginx.pid;
                events { worker_connections %1$d; }
                http {
                  access_log off;
                  client_body_temp_path %2$s/body;
                  proxy_temp_path %2$s/proxy;
                  fastcgi_temp_path %2$s/fastcgi;
                  uwsgi_temp_path %2$s/uwsgi;
                  scgi_temp_path %2$s/scgi;
                  tcp_nodelay on;
                  keepalive_requests 1000000000;
                  keepalive_timeout 300s;
                  upstream backend {
                    server 127.0.0.1:%4$d;
                    keepalive 512;
                    keepalive_requests 1000000000;
                    keepalive_timeout 300s;
                  }
                  server {
                    listen 127.0.0.1:%3$d backlog=4096;
                    location /v1/chat/deferred-completion/ {
                      return 202;
                    }
                    location / {
                      proxy_pass http://backend;
                      proxy_http_version 1.1;
                      proxy_set_header Connection "";
                      proxy_buffering off;
                      proxy_read_timeout 300s;
                    }
                  }
                }
                """.formatted(openFiles, folder, port, upstream);
    }
}
