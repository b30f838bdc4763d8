package io.dromedary.tier.gate;

/** What a guest is yet to be told. */
sealed interface Telling {
    Guest guest();

    record Admitted(Waiting waiting, Ticket ticket) implements Telling {
        @Override
        public Guest guest() {
            return ticket.visit().guest();
        }
    }

    record TurnedAway(Waiting waiting, Refused why) implements Telling {
        @Override
        public Guest guest() {
            return waiting.visit().guest();
        }
    }

    record Preempted(Ticket ticket) implements Telling {
        @Override
        public Guest guest() {
            return ticket.visit().guest();
        }
    }
}
