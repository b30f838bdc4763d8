package io.dromedary.architecture.canary.backend;

import io.vertx.core.Vertx;

/** May use Vert.x here. */
abstract class Client {
    abstract void ask(Vertx vertx);
}
