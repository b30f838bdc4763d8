package io.dromedary.jobs;

import io.dromedary.responses.VersionedJson;
import io.dromedary.store.Codec;

/**
 * The word of a gateway that it works on the jobs that carry its run: {@code {"v":1,"run":…,"beat":…}}.
 *
 * @param run from its start to its end, or to when it was given up
 * @param beat grows for as long as it lives
 */
record Lease(String run, long beat) {
    private static final VersionedJson JSON = new VersionedJson(1);

    static final Codec<Lease> CODEC = new Codec<>() {
        @Override
        public String encode(Lease lease) {
            return VersionedJson.text(JSON.begin().put("run", lease.run()).put("beat", lease.beat()));
        }

        @Override
        public Lease decode(String text) {
            var object = JSON.read(text);
            return new Lease(VersionedJson.text(object, "run"), VersionedJson.number(object, "beat"));
        }
    };

    Lease next() {
        return new Lease(run, beat + 1);
    }
}
