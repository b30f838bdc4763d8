package io.dromedary.guard;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.BitSet;

/** Which countries have numbers of which lengths: the tables of libphonenumber, read once. */
final class CallingCodes {
    private static final int LONGEST_CODE = 3;
    private static final int LONGEST = 15;

    private static volatile boolean loaded;

    private static final class Table {
        /** By country code, times 16, plus the length of what follows it. */
        static final BitSet POSSIBLE = read();

        private static BitSet read() {
            var numbers = PhoneNumberUtil.getInstance();
            var possible = new BitSet();
            for (var code : numbers.getSupportedCallingCodes()) {
                for (var length = 4; length < LONGEST; length++) {
                    var number = new PhoneNumber()
                            .setCountryCode(code)
                            .setNationalNumber(Long.parseLong("5".repeat(length)));
                    if (numbers.isPossibleNumber(number)) {
                        possible.set(code * 16 + length);
                    }
                }
            }
            loaded = true;
            return possible;
        }
    }

    private CallingCodes() {}

    /** They take a moment to be read, which is not for an event loop. */
    static boolean isLoaded() {
        return loaded;
    }

    /** Reads them, where nobody has yet. */
    static void load() {
        isPossible("12");
    }

    /** @param digits with a country code before all others, after which a 0 may stand that is not dialled from abroad */
    static boolean isPossible(CharSequence digits) {
        for (var length = 1; length <= LONGEST_CODE && length < digits.length(); length++) {
            var code = Integer.parseInt(digits, 0, length, 10);
            var rest = digits.length() - length;
            if (rest <= LONGEST
                    && (Table.POSSIBLE.get(code * 16 + rest)
                            || digits.charAt(length) == '0' && Table.POSSIBLE.get(code * 16 + rest - 1))) {
                return true;
            }
        }
        return false;
    }
}
