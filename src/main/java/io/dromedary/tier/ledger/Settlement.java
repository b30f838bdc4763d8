package io.dromedary.tier.ledger;

/** What a call has used. */
public sealed interface Settlement {
    /** A whole answer, by its backend's count: the call pays for that, be it less or more than was reserved. */
    record Exact(long prompt, long completion) implements Settlement {
        public Exact {
            prompt = Limits.sensible(prompt);
            completion = Limits.sensible(completion);
        }
    }

    /**
     * A broken or abandoned answer: the call pays for its prompt and for what was streamed. The prompt is worth the larger of
     * its estimate and what is known of it. Of what was reserved for the answer the part beyond what was streamed is given
     * back; where more was streamed than reserved, that is paid for as well.
     *
     * @param prompt tokens read as far as a backend told, 0 for unknown
     * @param streamed tokens of the answer that were sent, those of all choices together
     */
    record AtLeast(long prompt, long streamed) implements Settlement {
        public AtLeast {
            prompt = Limits.sensible(prompt);
            streamed = Limits.sensible(streamed);
        }

        public AtLeast(long streamed) {
            this(0, streamed);
        }
    }

    /** No attempt reached a backend: nothing is paid, the request included. */
    record Nothing() implements Settlement {}
}
