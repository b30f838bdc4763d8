package io.dromedary.tier.gate;

/** What becomes of a visit at first: it is in, it waits, or it may not even wait. */
public sealed interface Entry permits Ticket, Waiting, Refused {}
