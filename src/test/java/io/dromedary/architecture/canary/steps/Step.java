package io.dromedary.architecture.canary.steps;

/** What routes name. */
public interface Step {
    void take();
}
