package io.dromedary.config;

/**
 * How often an attempt that is late gets another beside it.
 *
 * @param share of the backend's attempts, from 0 for never to 1
 * @param inHand how many may come at once after a time without
 */
public record HedgeSettings(double share, int inHand) {
    public static final HedgeSettings DEFAULT = new HedgeSettings(0.1, 10);
}
