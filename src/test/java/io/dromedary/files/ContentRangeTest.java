package io.dromedary.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.files.ContentRange.Span;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContentRangeTest {
    private static final Span ALL = new Span(0, 1000, false);

    private static @Nullable Span of(@Nullable String range) {
        return ContentRange.of(range, null, "\"tag\"", 1000);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-499, 0, 500",
        "bytes=500-999, 500, 500",
        "bytes=-500, 500, 500",
        "bytes=9500-, -1, 0",
        "bytes=999-999999999999999999, 999, 1",
        "BYTES=0-0, 0, 1",
        "'bytes= 1-2 ', 1, 2",
        "bytes=-1000, 0, 1000",
        "bytes=-999999999999999999, 0, 1000",
        "bytes=1000-1000, -1, 0",
        "bytes=-0, -1, 0"
    })
    void one_range_is_understood(String range, long from, long length) {
        assertThat(of(range)).isEqualTo(from < 0 ? null : new Span(from, length, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=a-b",
                "bytes=2-1",
                "bytes=0-1,2-3",
                "items=0-1",
                "bytes=0-1x",
                "bytes=9999999999999999999-",
                "bytes=+1-2",
                "bytes=1--2"
            })
    void what_is_not_understood_is_as_if_it_was_not_there(String range) {
        assertThat(of(range)).isEqualTo(ALL);
    }

    @Test
    void no_range_is_all() {
        assertThat(of(null)).isEqualTo(ALL);
    }

    @Test
    void a_range_of_another_version_is_all() {
        assertThat(ContentRange.of("bytes=0-1", "\"other\"", "\"tag\"", 1000)).isEqualTo(ALL);
        assertThat(ContentRange.of("bytes=0-1", "Wed, 21 Oct 2015 07:28:00 GMT", "\"tag\"", 1000))
                .isEqualTo(ALL);
        assertThat(ContentRange.of("bytes=0-1", "\"tag\"", "\"tag\"", 1000)).isEqualTo(new Span(0, 2, true));
    }

    @Test
    void of_nothing_there_is_no_part() {
        assertThat(ContentRange.of("bytes=0-", null, "\"tag\"", 0)).isNull();
        assertThat(ContentRange.of("bytes=-5", null, "\"tag\"", 0)).isNull();
        assertThat(ContentRange.of(null, null, "\"tag\"", 0)).isEqualTo(new Span(0, 0, false));
    }
}
