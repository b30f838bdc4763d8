package io.dromedary.architecture.canary.routing;

import org.apache.camel.Exchange;

/** Camel outside of its rooms. */
abstract class RoutesWithCamel {
    abstract void route(Exchange exchange);
}
