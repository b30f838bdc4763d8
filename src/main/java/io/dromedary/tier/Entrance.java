package io.dromedary.tier;

/** What becomes of a visit at first: it is in, it waits, or it may not even wait. */
public sealed interface Entrance permits Ticket, Waiting, Refused {}
