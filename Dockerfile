# syntax=docker/dockerfile:1

# Build: the same JDK that the gateway is developed with. Pinned by version; a release adds the digest
# (docker buildx imagetools inspect eclipse-temurin:25.0.3_9-jdk-noble).
FROM eclipse-temurin:25.0.3_9-jdk-noble AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends maven \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /dromedary
COPY .mvn .mvn
COPY pom.xml dromedary ./
COPY src/main src/main
COPY config/infinispan.xml config/
# The tests are CI's business. The cache keeps downloaded artifacts between builds and is not in the image.
RUN --mount=type=cache,target=/root/.m2 \
    mvn -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true package
# Netty would unpack its native transport to /tmp, which is not executable on a hardened container.
RUN mkdir native \
    && cd native \
    && for jar in ../target/lib/netty-transport-native-epoll-*-linux-*.jar; do jar xf "$jar" META-INF/native; done \
    && mv META-INF/native/*.so . \
    && rm -r META-INF

# Run: a JRE, the jars, the routes. No compiler, no Maven, no sources.
FROM eclipse-temurin:25.0.3_9-jre-noble
WORKDIR /dromedary
COPY --from=build /dromedary/dromedary ./
COPY --from=build /dromedary/native native
COPY --from=build /dromedary/target/lib target/lib
COPY --from=build /dromedary/target/dromedary.jar target/
COPY routes routes
COPY backends backends
COPY config config
# Classes of one start-up, kept ready: halves the time to the first answer. Then the one folder that is written to.
RUN ./dromedary prepare && install -d -o 10001 -g 10001 /data

# A number and not a name, so that Kubernetes can tell that it is not root.
USER 10001:10001
ENV LD_LIBRARY_PATH=/dromedary/native \
    DROMEDARY_HOST=0.0.0.0 \
    DROMEDARY_PORT=8080 \
    DROMEDARY_MANAGEMENT_PORT=9876 \
    DROMEDARY_DATA=/data
VOLUME /data
EXPOSE 8080 9876
STOPSIGNAL SIGTERM

# Asks by bash itself: the image need not have curl or wget, and starting a JVM every ten seconds costs more than the
# gateway. It asks /live, because an orchestrator that restarts what is unhealthy must not restart what only drains.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$DROMEDARY_MANAGEMENT_PORT && printf 'GET /observe/health/live HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

ENTRYPOINT ["./dromedary"]
CMD ["serve"]
