package io.dromedary.guard;

import java.util.List;

/** The numbers of people that are known here, with their checks. */
final class NationalIds {
    private static final String SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static final String FINNISH = "0123456789ABCDEFHJKLMNPRSTUVWXY";
    private static final String OMOCODES = "LMNPQRSTUV";
    /** What a character of an Italian code counts at an odd place. */
    private static final int[] ITALIAN_ODD = {
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
    };

    private NationalIds() {}

    static List<Detector> all() {
        return List.of(
                new IdDetector(Entity.US_SSN, "999-99-9999", NationalIds::isSocialSecurity),
                new IdDetector(Entity.US_ITIN, "999-99-9999", NationalIds::isTaxpayer),
                new IdDetector(Entity.UK_NINO, "AA~99~99~99~A", NationalIds::isInsurance),
                new IdDetector(Entity.FR_NIR, "9~99~99~NN~999~999~99", NationalIds::isFrench),
                new IdDetector(Entity.DE_TAX_ID, "99~999~999~999", NationalIds::isGerman),
                new IdDetector(Entity.ES_NIF, "99999999~A", NationalIds::isSpanish),
                new IdDetector(Entity.ES_NIE, "A~9999999~A", NationalIds::isForeignerInSpain),
                new IdDetector(Entity.IT_FISCAL_CODE, "AAAAAANNANNANNNA", NationalIds::isItalian),
                new IdDetector(Entity.PL_PESEL, "99999999999", NationalIds::isPolish),
                new IdDetector(Entity.BE_NATIONAL_NUMBER, "99~99~99~999~99", NationalIds::isBelgian),
                new IdDetector(Entity.CH_AHV, "999~9999~9999~99", NationalIds::isSwiss),
                new IdDetector(Entity.SE_PERSONNUMMER, "999999-9999", NationalIds::isSwedish),
                new IdDetector(Entity.SE_PERSONNUMMER, "99999999-9999", NationalIds::isLongSwedish),
                new IdDetector(Entity.FI_PERSONAL_IDENTITY_CODE, "999999S999N", NationalIds::isFinnish),
                new IdDetector(Entity.BR_CPF, "999-999-999-99", NationalIds::isBrazilian),
                new IdDetector(Entity.CA_SIN, "999-999-999", NationalIds::isCanadian),
                new IdDetector(Entity.IN_AADHAAR, "9999-9999-9999", NationalIds::isIndian));
    }

    private static int number(CharSequence text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    private static boolean isSocialSecurity(CharSequence id) {
        var area = number(id, 0, 3);
        return area > 0 && area != 666 && area < 900 && number(id, 3, 5) > 0 && number(id, 5, 9) > 0;
    }

    private static boolean isTaxpayer(CharSequence id) {
        var group = number(id, 3, 5);
        return number(id, 0, 3) >= 900
                && (group >= 50 && group <= 65 || group >= 70 && group <= 99 && group != 89 && group != 93);
    }

    private static boolean isInsurance(CharSequence id) {
        var prefix = id.subSequence(0, 2).toString();
        return "DFIQUV".indexOf(id.charAt(0)) < 0
                && "DFIOQUV".indexOf(id.charAt(1)) < 0
                && !List.of("BG", "GB", "KN", "NK", "NT", "TN", "ZZ").contains(prefix)
                && id.charAt(8) <= 'D';
    }

    private static boolean isFrench(CharSequence id) {
        var corsica = id.charAt(6) > '9' ? id.charAt(6) - 'A' : -1;
        if ("123478".indexOf(id.charAt(0)) < 0
                || id.charAt(5) > '9'
                || corsica >= 0 && (id.charAt(5) != '2' || corsica > 1)) {
            return false;
        }
        var plain = new StringBuilder(id);
        if (corsica >= 0) {
            plain.replace(5, 7, corsica == 0 ? "19" : "18");
        }
        return 97 - Checksum.mod97(plain.subSequence(0, 13)) == number(id, 13, 15);
    }

    /** One digit of the first ten is there twice or three times, and no other more than once. */
    private static boolean isGerman(CharSequence id) {
        var times = new int[10];
        for (var i = 0; i < 10; i++) {
            times[id.charAt(i) - '0']++;
        }
        var repeated = 0;
        for (var count : times) {
            if (count > 3) {
                return false;
            }
            repeated += count > 1 ? 1 : 0;
        }
        return repeated == 1 && id.charAt(0) != '0' && Checksum.mod11And10(id);
    }

    private static boolean isSpanish(CharSequence id) {
        return SPANISH.charAt(number(id, 0, 8) % 23) == id.charAt(8);
    }

    private static boolean isForeignerInSpain(CharSequence id) {
        var series = "XYZ".indexOf(id.charAt(0));
        return series >= 0 && SPANISH.charAt((series * 10_000_000 + number(id, 1, 8)) % 23) == id.charAt(8);
    }

    private static boolean isItalian(CharSequence id) {
        var sum = 0;
        for (var i = 0; i < 15; i++) {
            var c = id.charAt(i);
            // letters stand for digits where two people would have the same code
            if ((i == 6 || i == 7 || i == 9 || i == 10 || i > 11) && c > '9' && OMOCODES.indexOf(c) < 0) {
                return false;
            }
            var place = c > '9' ? c - 'A' : c - '0';
            sum += i % 2 == 0 ? ITALIAN_ODD[place] : place;
        }
        return sum % 26 == id.charAt(15) - 'A' && "ABCDEHLMPRST".indexOf(id.charAt(8)) >= 0;
    }

    private static boolean isPolish(CharSequence id) {
        var month = number(id, 2, 4) % 20;
        return month >= 1
                && month <= 12
                && isDay(number(id, 4, 6))
                && Checksum.weighted(id, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1) % 10 == 0;
    }

    /** Those born since 2000 are counted as if a 2 stood before. */
    private static boolean isBelgian(CharSequence id) {
        var first = number(id, 0, 9);
        var check = number(id, 9, 11);
        return number(id, 2, 4) <= 12
                && number(id, 4, 6) <= 31
                && (97 - first % 97 == check || 97 - (2_000_000_000L + first) % 97 == check);
    }

    private static boolean isSwiss(CharSequence id) {
        return number(id, 0, 3) == 756 && Checksum.weighted(id, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1) % 10 == 0;
    }

    private static boolean isSwedish(CharSequence id) {
        return number(id, 2, 4) >= 1 && number(id, 2, 4) <= 12 && isDay(number(id, 4, 6) % 60) && Checksum.luhn(id);
    }

    private static boolean isLongSwedish(CharSequence id) {
        return number(id, 0, 2) >= 18 && number(id, 0, 2) <= 20 && isSwedish(id.subSequence(2, 12));
    }

    private static boolean isFinnish(CharSequence id) {
        var nine = number(id, 0, 6) * 1000 + number(id, 7, 10);
        return isDay(number(id, 0, 2))
                && number(id, 2, 4) >= 1
                && number(id, 2, 4) <= 12
                && FINNISH.charAt(nine % 31) == id.charAt(10);
    }

    private static boolean isBrazilian(CharSequence id) {
        return id.chars().distinct().count() > 1
                && Checksum.weighted(id, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10 == id.charAt(9) - '0'
                && Checksum.weighted(id, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10 == id.charAt(10) - '0';
    }

    private static boolean isCanadian(CharSequence id) {
        return id.charAt(0) != '0' && id.charAt(0) != '8' && Checksum.luhn(id);
    }

    private static boolean isIndian(CharSequence id) {
        return id.charAt(0) >= '2' && Checksum.verhoeff(id);
    }

    private static boolean isDay(int day) {
        return day >= 1 && day <= 31;
    }
}
