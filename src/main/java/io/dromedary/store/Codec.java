package io.dromedary.store;

/** Values of one kind as JSON text. What races for a key must differ in its text: such values carry a token. */
public interface Codec<T> {
    /** An object with a member {@code v}, the version of its format. */
    String encode(T value);

    /** @throws IllegalArgumentException where the text is none of this kind, or of a version that is not known */
    T decode(String text);
}
