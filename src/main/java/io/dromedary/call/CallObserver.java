package io.dromedary.call;

/** Is told of every call once, when it closes: metrics and the access log. */
@FunctionalInterface
public interface CallObserver {
    /** Called on the call's event loop; must not block. */
    void closed(Call call);
}
