package io.dromedary.tier.ledger;

/** Requests and tokens. */
record Amount(long requests, long tokens) {}
