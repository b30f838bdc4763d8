package io.dromedary.architecture.canary;

import io.dromedary.architecture.canary.http.Guest;
import java.time.Instant;
import java.util.SplittableRandom;
import org.apache.camel.Exchange;

/** The composition root, which may do what the rooms may not. */
public final class House {
    private House() {}

    public static Exchange enter(Exchange exchange) {
        System.out.println(Instant.now() + " " + new SplittableRandom().nextInt());
        return new Guest().greeted(exchange);
    }
}
