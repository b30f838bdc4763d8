package io.dromedary.testing;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** A message broker in this process, which gives a message again soon where whoever took it has failed. */
public final class Broker implements AutoCloseable {
    private final EmbeddedActiveMQ server = new EmbeddedActiveMQ();
    private final String url = "tcp://127.0.0.1:" + FreePort.next();
    private final ConnectionFactory connections = new ActiveMQConnectionFactory(url);

    public Broker() throws Exception {
        var again = new AddressSettings()
                .setRedeliveryDelay(200)
                .setMaxDeliveryAttempts(-1)
                .setAutoCreateQueues(true)
                .setAutoDeleteQueues(false);
        server.setConfiguration(new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .addAcceptorConfiguration("tcp", url)
                .addAddressSetting("#", again));
        server.start();
    }

    public String url() {
        return url;
    }

    /** A connection with its own session. */
    public JMSContext open() {
        return connections.createContext();
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
