package io.dromedary.call;

import io.dromedary.access.Keyring;
import io.dromedary.config.Settings;
import io.dromedary.routing.Catalogue;
import io.dromedary.tier.Accounts;

/** Everything that a reload replaces, as one value. A call in flight keeps the one that it started with. */
public record Snapshot(Settings settings, Keyring keyring, Catalogue catalogue, Accounts accounts) {}
