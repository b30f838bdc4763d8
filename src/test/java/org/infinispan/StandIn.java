package org.infinispan;

/** A class at Infinispan's address, for the canary of the rule about it. */
public interface StandIn {}
