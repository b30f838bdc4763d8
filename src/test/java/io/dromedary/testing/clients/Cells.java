package io.dromedary.testing.clients;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Tests of one client against one dialect. */
final class Cells {
    private Cells() {}

    /** Whole, and streamed. */
    static Stream<DynamicTest> bothWays(String name, Consumer<Boolean> streamed) {
        return Stream.of(
                dynamicTest(name, () -> streamed.accept(false)),
                dynamicTest(name + ", streamed", () -> streamed.accept(true)));
    }

    static Stream<DynamicTest> troubles(Stream<Served.Trouble> troubles, Consumer<Served.Trouble> test) {
        return troubles.map(trouble -> dynamicTest(trouble.name(), () -> test.accept(trouble)));
    }
}
