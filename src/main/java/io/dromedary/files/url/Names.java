package io.dromedary.files.url;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a host, e.g. {@link InetAddress#getAllByName}. Waits. */
@FunctionalInterface
public interface Names {
    InetAddress[] find(String host) throws UnknownHostException;
}
