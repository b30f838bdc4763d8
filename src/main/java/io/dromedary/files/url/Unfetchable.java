package io.dromedary.files.url;

import io.dromedary.api.error.RefusedException;
import io.dromedary.files.UnsteadyException;

/** Why a URL is not fetched, as its caller is told: never an address that a name stands for, nor what was found there. */
final class Unfetchable {
    private static final String PARAM = "input_file_id";

    private Unfetchable() {}

    /** @param why goes on after the name of the field, e.g. {@code must be an https URL} */
    static RefusedException because(String why) {
        return RefusedException.badRequest(PARAM, "Invalid '" + PARAM + "': the URL " + why, "invalid_url");
    }

    /** The same where it may be otherwise in a while. */
    static UnsteadyException forNow(String why) {
        return new UnsteadyException(because(why));
    }
}
