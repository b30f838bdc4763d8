package io.dromedary.guard;

import java.util.HashMap;
import java.util.Map;

/** Bank accounts (ISO 13616): as long as their country has them, and with the right check digits. */
final class IbanDetector implements Detector {
    private static final String COUNTRIES =
            "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18"
                    + "FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21"
                    + "LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18"
                    + "SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";
    private static final Map<Integer, Integer> LENGTHS = lengths();

    private static Map<Integer, Integer> lengths() {
        var lengths = new HashMap<Integer, Integer>();
        for (var i = 0; i < COUNTRIES.length(); i += 4) {
            lengths.put(
                    key(COUNTRIES.charAt(i), COUNTRIES.charAt(i + 1)), Integer.parseInt(COUNTRIES, i + 2, i + 4, 10));
        }
        return Map.copyOf(lengths);
    }

    private static int key(char first, char second) {
        return first << 8 | second;
    }

    @Override
    public Entity entity() {
        return Entity.IBAN_CODE;
    }

    @Override
    public int end(CharSequence text, int start, boolean whole) {
        var first = Characters.letter(text.charAt(start));
        if (first == 0 || !Characters.begins(text, start)) {
            return NONE;
        }
        var account = new StringBuilder(34).append(first);
        var length = 4;
        var gap = 0;
        for (var at = start + 1; at < text.length(); at++) {
            var c = text.charAt(at);
            var digit = Characters.digit(c);
            var letter = Characters.letter(c);
            if (digit < 0 && letter == 0) {
                // the country and its check digits stand together
                if (!Characters.isBetween(c) || account.length() < 4 || ++gap > Characters.MOST_BETWEEN) {
                    return NONE;
                }
                continue;
            }
            gap = 0;
            var place = account.length();
            if (place == 1 ? letter == 0 : place < 4 && digit < 0) {
                return NONE;
            }
            account.append(digit >= 0 ? (char) ('0' + digit) : letter);
            if (place == 1) {
                var known = LENGTHS.get(key(first, letter));
                if (known == null) {
                    return NONE;
                }
                length = known;
            } else if (account.length() == length) {
                return checked(account, text, at + 1, whole);
            }
        }
        return whole ? NONE : OPEN;
    }

    private static int checked(CharSequence account, CharSequence text, int end, boolean whole) {
        if (end == text.length() && !whole) {
            return OPEN;
        }
        return (end == text.length() || !Characters.isWord(text.charAt(end))) && Checksum.iban(account) ? end : NONE;
    }
}
