package io.dromedary.tier;

/** Requests and tokens. */
record Amount(long requests, long tokens) {}
