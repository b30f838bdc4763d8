package io.dromedary.architecture.canary.access;

import io.vertx.core.Vertx;

/** Vert.x outside of its rooms. */
abstract class AsksVertx {
    abstract void ask(Vertx vertx);
}
