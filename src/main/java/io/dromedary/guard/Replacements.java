package io.dromedary.guard;

import io.dromedary.api.Guards;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What stands for personal data within one call: the same for the same, so that who reads it can still tell one from the
 * other. What was made up here is known again, and left alone.
 */
final class Replacements {
    private static final int MOST_REMEMBERED = 10_000;
    private static final int TRIES = 20_000;
    private static final List<String> FIRST =
            List.of("alex", "sam", "robin", "kim", "jo", "charlie", "noa", "andrea", "dominique", "sasha");
    private static final List<String> LAST =
            List.of("miller", "martin", "rossi", "novak", "garcia", "weber", "silva", "jensen", "kowalski", "smith");

    private final RandomGenerator random;
    private final Map<String, String> given = new HashMap<>();
    private final Set<String> own = new HashSet<>();

    Replacements(RandomGenerator random) {
        this.random = random;
    }

    /** What the switch asks for. */
    Rewriting by(Guards.Pii pii) {
        return (entity, text) -> {
            if (own.contains(text)) {
                return text;
            }
            if (pii.block()) {
                throw new FoundException(entity);
            }
            return switch (pii.method()) {
                case MASK -> masked(text);
                case CATEGORY -> "<" + entity + ">";
                case RANDOM -> remembered(pii, text, () -> scrambled(text));
                case FAKE -> remembered(pii, text, () -> fake(entity, text));
            };
        };
    }

    private interface Maker {
        String make();
    }

    private String remembered(Guards.Pii pii, String text, Maker maker) {
        var key = pii.method() + text;
        var known = given.get(key);
        if (known != null) {
            return known;
        }
        var made = maker.make();
        if (given.size() < MOST_REMEMBERED) {
            given.put(key, made);
            own.add(made);
        }
        return made;
    }

    private static String masked(String text) {
        var masked = new StringBuilder(text);
        for (var i = 0; i < text.length(); i++) {
            if (isPart(text.charAt(i))) {
                masked.setCharAt(i, '*');
            }
        }
        return masked.toString();
    }

    /** Other letters and digits at the same places. */
    private String scrambled(String text) {
        for (var i = 0; i < TRIES; i++) {
            var made = once(text);
            if (!made.equals(text)) {
                return made;
            }
        }
        return masked(text);
    }

    private String once(String text) {
        var made = new StringBuilder(text);
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (Characters.digit(c) >= 0) {
                made.setCharAt(i, (char) ('0' + random.nextInt(10)));
            } else if (isPart(c)) {
                made.setCharAt(i, (char) ((Character.isUpperCase(c) ? 'A' : 'a') + random.nextInt(26)));
            }
        }
        return made.toString();
    }

    private static boolean isPart(char c) {
        return Characters.isWord(c) || Character.isSurrogate(c);
    }

    /** Of names, numbers and addresses that are set aside for such use, where there are any; else of the same form. */
    private String fake(Entity entity, String text) {
        return switch (entity) {
            case EMAIL_ADDRESS -> one(FIRST) + "." + one(LAST) + random.nextInt(1000) + "@example.com";
            case PHONE_NUMBER -> "+1 202-555-01%02d".formatted(random.nextInt(100));
            case IP_ADDRESS ->
                text.indexOf(':') < 0
                        ? "203.0.113." + random.nextInt(1, 255)
                        : "2001:db8::" + Integer.toHexString(random.nextInt(1, 0x10000));
            case US_SSN -> "987-65-43%02d".formatted(random.nextInt(20, 30));
            case IBAN_CODE -> account(text);
            case CREDIT_CARD -> valid(new CardDetector(), text, 1);
            case CH_AHV -> valid(entity, text, 3);
            default -> valid(entity, text, 0);
        };
    }

    private String one(List<String> names) {
        return names.get(random.nextInt(names.size()));
    }

    private String valid(Entity entity, String text, int kept) {
        for (var detector : NationalIds.all()) {
            if (detector.entity() == entity && detector.end(text, 0, true) == text.length()) {
                return valid(detector, text, kept);
            }
        }
        return scrambled(text);
    }

    /** Of the same form, and right by its own checks. */
    private String valid(Detector detector, String text, int kept) {
        for (var i = 0; i < TRIES; i++) {
            var made = text.substring(0, kept) + once(text.substring(kept));
            if (!made.equals(text) && detector.end(made, 0, true) == made.length()) {
                return made;
            }
        }
        return scrambled(text);
    }

    /** Of the same country, with check digits that are right. */
    private String account(String text) {
        var made = new StringBuilder(text.substring(0, 2)).append("00").append(once(text.substring(4)));
        var plain = new StringBuilder();
        for (var i = 0; i < made.length(); i++) {
            var c = made.charAt(i);
            var letter = Characters.letter(c);
            if (letter != 0 || Characters.digit(c) >= 0) {
                plain.append(letter != 0 ? letter : c);
            }
        }
        var rest = Checksum.mod97(plain.append(plain, 0, 4).delete(0, 4));
        return made.replace(2, 4, "%02d".formatted(98 - rest)).toString();
    }
}
