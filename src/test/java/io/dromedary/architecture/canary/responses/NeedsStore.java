package io.dromedary.architecture.canary.responses;

import io.dromedary.architecture.canary.store.NeedsResponses;

/** One half of a cycle. */
public abstract class NeedsStore {
    abstract NeedsResponses store();
}
