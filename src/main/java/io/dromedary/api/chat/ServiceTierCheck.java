package io.dromedary.api.chat;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;

/** {@code service_tier}: a tier that can be asked for. Whether the caller may have it is decided elsewhere. */
public final class ServiceTierCheck {
    private ServiceTierCheck() {}

    public static String read(Cursor at) {
        var tier = at.text();
        return Values.TIERS.contains(tier) ? tier : read(at.path(), tier);
    }

    /** As it stands outside of JSON. */
    public static String read(String path, String tier) {
        if (Values.TIERS.contains(tier)) {
            return tier;
        }
        if (tier.equals("over-limit")) {
            throw Faults.at(
                    path,
                    "invalid_service_tier",
                    "'%s' cannot be 'over-limit': that tier cannot be asked for. Send 'auto', which may be served over"
                            + " the limit.");
        }
        throw Faults.unsupported(path, "invalid_service_tier", tier, Values.TIERS);
    }
}
