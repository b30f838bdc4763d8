package io.dromedary.store;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A value as it was found or written, and as text, which is what a change is compared with. Values do not change. */
public final class Held<T> {
    private final T value;
    private final @Nullable Codec<T> codec;

    /** Made when it is asked for first; whoever does so at the same time makes the same. */
    private @Nullable String text;

    /** @param text as it is kept */
    public Held(T value, String text) {
        this.value = value;
        this.codec = null;
        this.text = text;
    }

    private Held(T value, Codec<T> codec) {
        this.value = value;
        this.codec = codec;
    }

    /** As this codec writes it, once somebody wants to know. */
    public static <T> Held<T> of(T value, Codec<T> codec) {
        return new Held<>(value, codec);
    }

    public T value() {
        return value;
    }

    public String text() {
        var known = text;
        if (known == null) {
            known = Objects.requireNonNull(codec).encode(value);
            text = known;
        }
        return known;
    }

    /** The other stands for what this stands for. */
    public boolean isSame(Held<?> other) {
        return value.equals(other.value) || text().equals(other.text());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Held<?> held && value.equals(held.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }
}
