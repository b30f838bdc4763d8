package io.dromedary.backend.dialect;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FloatScanTest {
    private final FloatScan scan = new FloatScan();

    @Test
    void every_number_is_the_float_that_is_nearest() {
        var random = new SplittableRandom(11);
        var written = new ArrayList<String>();
        for (var i = 0; i < 20_000; i++) {
            var number = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-8, 3));
            written.add(Double.toString(number));
            written.add(Float.toString((float) number));
            written.add(Double.toString((float) number));
            written.add(new BigDecimal(number).toPlainString());
        }
        assertRead(written);
    }

    @Test
    void what_lies_half_way_between_two_floats_is_rounded_as_it_should_be() {
        var random = new SplittableRandom(12);
        var written = new ArrayList<String>();
        for (var i = 0; i < 5_000; i++) {
            var one = Float.intBitsToFloat(random.nextInt(0x3c000000, 0x3f800000));
            var half = (one + (double) Math.nextUp(one)) / 2;
            for (var near : new double[] {half, Math.nextUp(half), Math.nextDown(half)}) {
                written.add(new BigDecimal(near).toPlainString());
                written.add(Double.toString(near));
            }
            written.add(new BigDecimal(half).toPlainString() + "0000000000000000000000001");
        }
        assertRead(written);
    }

    @Test
    void odd_spellings_are_numbers_too() {
        assertRead(List.of(
                "0",
                "-0",
                "0.0",
                "-0.0e5",
                "1",
                "-1",
                "1e0",
                "1E+2",
                "1e-2",
                "12345678901234567890123",
                "0.00000000000000000000000000000000000000000000000000001",
                "1e-400",
                "1.4e-45",
                "3.4028235e38",
                "1.17549435E-38",
                "1e-0000000000000000000000001",
                "0.000000000000000000000000000000000000000000001e45"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "1", "{}", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[01]", "[-]", "[+1]", "[.5]", "[1.]", "[1e]",
                "[1e+]", "[NaN]", "[null]", "[\"1\"]", "[[1]]", "[true]", "[1e999]", "[-1e39]", "[0x1]", "[1}"
            })
    void whatever_is_no_list_of_finite_numbers_is_none(String text) {
        assertThat(over(text, true)).isEqualTo(JsonScan.BROKEN);
    }

    @Test
    void however_many_digits_follow_the_point_it_is_the_nearest_float() {
        var random = new SplittableRandom(13);
        var written = new ArrayList<String>();
        for (var i = 0; i < 40_000; i++) {
            var number = new StringBuilder(random.nextInt(3) == 0 ? "-" : "");
            number.append(random.nextInt(3) == 0 ? random.nextInt(1, 10) : 0).append('.');
            number.append("0".repeat(random.nextInt(4) == 0 ? random.nextInt(9) : 0));
            for (var digits = random.nextInt(1, 21); digits > 0; digits--) {
                number.append(random.nextInt(10));
            }
            written.add(number.append(random.nextInt(20) == 0 ? "e-3" : "").toString());
        }
        written.addAll(List.of("9.99999999999999999", "9.999999999999999999", "0.999999999999999999", "-0.00000000"));
        assertRead(written);
    }

    @Test
    void what_is_only_counted_ends_where_what_is_read_ends_and_where_json_says() {
        var random = new SplittableRandom(14);
        var number = "-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?";
        var list = Pattern.compile("\\[[ \n]*(?:" + number + "(?:[ \n]*,[ \n]*" + number + ")*[ \n]*)?]");
        var odd = "0123456789.,-+eE[] \n\"x/:\u007f";
        var broken = 0;
        for (var i = 0; i < 50_000; i++) {
            var text = new StringBuilder("[");
            for (var n = random.nextInt(1, 8); n > 0; n--) {
                var spelt = (random.nextBoolean() ? "-" : "")
                        + "0.".concat(Long.toString(random.nextLong(1L << random.nextInt(1, 63))));
                text.append(spelt).append(n > 1 ? random.nextBoolean() ? "," : ", " : "]");
            }
            text.append(" ".repeat(random.nextInt(40)));
            for (var changes = random.nextInt(3); changes > 0; changes--) {
                text.setCharAt(random.nextInt(1, text.length()), odd.charAt(random.nextInt(odd.length())));
            }
            var matcher = list.matcher(text);
            var end = matcher.lookingAt() ? matcher.end() : JsonScan.BROKEN;
            broken += end == JsonScan.BROKEN ? 1 : 0;
            assertThat(over(text.toString(), false)).as(text.toString()).isEqualTo(end);
            var size = scan.size();
            var read = over(text.toString(), true);
            if (read == JsonScan.BROKEN && end != read) {
                // none of these is a number that no float holds, but for a long one, or one with an exponent
                assertThat(text).containsPattern("[0-9]{39}|[eE]");
            } else {
                assertThat(read).as(text.toString()).isEqualTo(end);
                assertThat(end == JsonScan.BROKEN || scan.size() == size).isTrue();
            }
        }
        assertThat(broken).isBetween(1_000, 49_000);
    }

    @Test
    void numbers_are_counted_without_being_read() {
        assertThat(over("[ 1 , -2.5e3\n,4]", false)).isEqualTo(16);
        assertThat(scan.size()).isEqualTo(3);
        assertThat(over("[ ]", false)).isEqualTo(3);
        assertThat(scan.size()).isZero();
    }

    @Test
    void bytes_are_little_endian() {
        over("[1,-2]", true);
        assertThat(scan.littleEndian()).containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0);
    }

    private void assertRead(List<String> written) {
        var text = "[" + String.join(",", written) + "]";
        assertThat(over(text, true)).isEqualTo(text.length());
        var read = scan.floats();
        assertThat(read).hasSize(written.size());
        for (var i = 0; i < read.length; i++) {
            assertThat(read[i]).as(written.get(i)).isEqualTo(Float.parseFloat(written.get(i)));
        }
    }

    private int over(String text, boolean read) {
        var bytes = text.getBytes(US_ASCII);
        return scan.over(bytes, 0, bytes.length, read);
    }
}
