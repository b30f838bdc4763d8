package io.dromedary.testing.clients;

/** An answer that is wanted in the form of a class. */
public final class Place {
    public String wherever = "";
}
