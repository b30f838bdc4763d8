package io.dromedary.store;

import io.dromedary.testing.FreePort;
import java.nio.file.Path;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.globalstate.ConfigurationStorage;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.manager.EmbeddedCacheManager;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.infinispan.server.core.admin.embeddedserver.EmbeddedServerAdminOperationHandler;
import org.infinispan.server.hotrod.HotRodServer;
import org.infinispan.server.hotrod.configuration.HotRodServerConfigurationBuilder;

/** An Infinispan server in this JVM, a cluster of one node, without caches of its own. */
public final class HotRodNode implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String STACK = """
            <config xmlns="urn:org:jgroups">
              <SHARED_LOOPBACK bind_addr="127.0.0.1"/>
              <SHARED_LOOPBACK_PING/>
              <pbcast.NAKACK2/>
              <UNICAST3/>
              <pbcast.STABLE/>
              <pbcast.GMS join_timeout="50" print_local_addr="false"/>
              <MFC/>
              <FRAG4/>
            </config>
            """;

    private final EmbeddedCacheManager caches;
    private final int port = FreePort.next();
    private HotRodServer server = new HotRodServer();

    private HotRodNode(EmbeddedCacheManager caches) {
        this.caches = caches;
    }

    public static HotRodNode start(Path folder) {
        var global = GlobalConfigurationBuilder.defaultClusteredBuilder();
        global.transport().addProperty(JGroupsTransport.CONFIGURATION_XML, STACK);
        global.jmx().disable();
        global.globalState()
                .enable()
                .persistentLocation(folder.resolve("server").toString())
                .configurationStorage(ConfigurationStorage.OVERLAY);
        var node = new HotRodNode(new DefaultCacheManager(global.build()));
        node.serve();
        return node;
    }

    private void serve() {
        server.start(
                new HotRodServerConfigurationBuilder()
                        .host(LOOPBACK)
                        // the port that clients are told; 0 would be told as 0
                        .port(port)
                        .adminOperationsHandler(new EmbeddedServerAdminOperationHandler())
                        .build(),
                caches);
        server.postStart();
    }

    /** Nobody reaches it any more; what it keeps stays. */
    public void disappear() {
        server.stop();
    }

    /** After {@link #disappear()}: it can be reached at the same address. */
    public void comeBack() {
        server = new HotRodServer();
        serve();
    }

    public String address() {
        return LOOPBACK + ":" + port;
    }

    EmbeddedCacheManager caches() {
        return caches;
    }

    @Override
    public void close() {
        server.stop();
        caches.stop();
    }
}
