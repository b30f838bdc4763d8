package io.dromedary.architecture.canary.unmarked;

/** Lives in a package where anything may be null. */
final class Unmarked {}
