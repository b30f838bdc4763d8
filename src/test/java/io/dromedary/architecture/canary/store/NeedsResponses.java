package io.dromedary.architecture.canary.store;

import io.dromedary.architecture.canary.responses.NeedsStore;

/** The other half of a cycle. */
public abstract class NeedsResponses {
    abstract NeedsStore responses();
}
