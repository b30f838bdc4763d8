package io.dromedary.architecture.canary.files;

import io.dromedary.architecture.canary.House;

/** A room that depends on what puts the rooms together. */
abstract class KnowsTheHouse {
    abstract House house();
}
