package io.dromedary.guard;

/** What becomes of personal data that is found. */
@FunctionalInterface
interface Rewriting {
    /**
     * What stands there instead; the text itself where it may stay. Has no quotes, no backslashes and no control characters.
     *
     * @throws FoundException where it may not go on at all
     */
    String of(Entity entity, String text);
}
