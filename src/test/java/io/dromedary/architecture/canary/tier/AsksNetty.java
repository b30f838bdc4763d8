package io.dromedary.architecture.canary.tier;

import io.netty.buffer.ByteBuf;

/** Netty outside of its rooms. */
abstract class AsksNetty {
    abstract void ask(ByteBuf bytes);
}
