package io.dromedary.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DispositionTest {
    @ParameterizedTest
    @CsvSource({
        "a.txt, a.txt, a.txt",
        "a b.txt, a b.txt, a%20b.txt",
        "a\"b.txt, a_b.txt, a%22b.txt",
        "../../etc/passwd, passwd, passwd",
        "C:\\x\\a.dll, a.dll, a.dll",
        "a%20b, a_20b, a%2520b",
        "\u00fc.txt, _.txt, %C3%BC.txt",
        "\u202Egnp.exe, gnp.exe, gnp.exe",
        "a\u0000b, ab, ab",
        "'a\r\nX-Evil: 1', aX-Evil: 1, aX-Evil%3A%201",
        ".., file, file",
        "/, file, file",
        "' ', file, file",
    })
    void a_name_is_shown_safely(String filename, String plain, String encoded) {
        assertThat(Disposition.of(filename))
                .isEqualTo("attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded);
    }

    @Test
    void whatever_the_name_the_header_is_one_line_of_ascii() {
        var random = new SplittableRandom(3);
        for (var i = 0; i < 20_000; i++) {
            var name = new StringBuilder();
            for (var j = random.nextInt(300); j > 0; j--) {
                name.append((char) random.nextInt(random.nextBoolean() ? 0x100 : 0x10000));
            }
            assertThat(Disposition.of(name.toString()))
                    .matches("attachment; filename=\"[ -~&&[^\"\\\\/%]]+\"; filename\\*=UTF-8''[!#$&+.^_`|~\\-\\w%]+");
        }
    }
}
