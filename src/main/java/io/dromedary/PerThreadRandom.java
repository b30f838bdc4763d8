package io.dromedary;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Random numbers without contention; seeded by the operating system, since ids are made of them. */
final class PerThreadRandom implements RandomGenerator {
    private final ThreadLocal<RandomGenerator> own =
            ThreadLocal.withInitial(() -> new SplittableRandom(new SecureRandom().nextLong()));

    @Override
    public long nextLong() {
        return own.get().nextLong();
    }
}
