package io.dromedary.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder with what others published and recorded, which stands beside a checkout, or beside its parent. */
public final class Published {
    private Published() {}

    /** May not exist. */
    public static Path path(String first, String... more) {
        var beside = Path.of("..", "shared");
        return (Files.isDirectory(beside) ? beside : Path.of("..", "..", "shared")).resolve(Path.of(first, more));
    }
}
