package io.dromedary.architecture.canary.jobs;

import org.infinispan.StandIn;

/** Infinispan outside of its room. */
abstract class KeepsInACache {
    abstract void keep(StandIn cache);
}
