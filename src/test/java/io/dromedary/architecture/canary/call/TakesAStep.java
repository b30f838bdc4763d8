package io.dromedary.architecture.canary.call;

import io.dromedary.architecture.canary.steps.Step;

/** Depends on the steps. */
final class TakesAStep {
    void take(Step step) {
        step.take();
    }
}
