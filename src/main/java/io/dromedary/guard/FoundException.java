package io.dromedary.guard;

/** Something was found that must not pass. Has no stack trace: it is a verdict, not a fault. */
final class FoundException extends RuntimeException {
    private final Entity entity;

    FoundException(Entity entity) {
        super(entity.name(), null, false, false);
        this.entity = entity;
    }

    /** Its kind: what it is itself is told to nobody. */
    Entity entity() {
        return entity;
    }
}
