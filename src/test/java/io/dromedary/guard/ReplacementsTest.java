package io.dromedary.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.Guards.Method;
import io.dromedary.api.Guards.Pii;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReplacementsTest {
    private final Replacements replacements = new Replacements(new SplittableRandom(7));

    private static Pii by(Method method) {
        return new Pii(false, method, Set.of());
    }

    @Test
    void stars_stand_where_letters_and_digits_stood() {
        assertThat(replacements.by(by(Method.MASK)).of(Entity.PHONE_NUMBER, "+49 (0)30 9-1"))
                .isEqualTo("+** (*)** *-*");
        assertThat(replacements.by(by(Method.MASK)).of(Entity.EMAIL_ADDRESS, "a.b@c.de"))
                .isEqualTo("*.*@*.**");
    }

    @Test
    void a_category_is_the_name_of_its_kind() {
        assertThat(replacements.by(by(Method.CATEGORY)).of(Entity.IBAN_CODE, "DE89"))
                .isEqualTo("<IBAN_CODE>");
    }

    @Test
    void random_letters_and_digits_keep_the_form() {
        var made = replacements.by(by(Method.RANDOM)).of(Entity.EMAIL_ADDRESS, "John.Doe42@mail.com");
        assertThat(made)
                .matches("[A-Z][a-z]{3}\\.[A-Z][a-z]{2}\\d\\d@[a-z]{4}\\.[a-z]{3}")
                .isNotEqualTo("John.Doe42@mail.com");
    }

    @ParameterizedTest
    @CsvSource({
        "EMAIL_ADDRESS, john@acme.com",
        "CREDIT_CARD, 4111 1111 1111 1111",
        "CREDIT_CARD, 378282246310005",
        "IBAN_CODE, FR14 2004 1010 0505 0001 3M02 606",
        "IP_ADDRESS, 8.8.8.8",
        "IP_ADDRESS, 2001:4860:4860::8888",
        "PHONE_NUMBER, 020 7946 0018",
        "UK_NINO, AB123456C",
        "FR_NIR, 2 69 05 49 588 157 80",
        "DE_TAX_ID, 86095742719",
        "ES_NIE, X1234567L",
        "CH_AHV, 756.9217.0769.85"
    })
    void what_is_made_up_is_of_the_same_kind_and_another(Entity entity, String text) {
        var scanner = new PiiScanner(Set.of());
        for (var i = 0; i < 20; i++) {
            var made = new Replacements(new SplittableRandom(i))
                    .by(by(Method.FAKE))
                    .of(entity, text);
            assertThat(made).isNotEqualTo(text);
            var finding = Objects.requireNonNull(scanner.next(made, 0, true).finding(), made);
            assertThat(finding.entity()).as(made).isEqualTo(entity);
            assertThat(finding.end()).as(made).isEqualTo(made.length());
        }
    }

    @Test
    void the_same_has_the_same_stand_for_it_all_through_a_call() {
        var fake = replacements.by(by(Method.FAKE));
        var first = fake.of(Entity.EMAIL_ADDRESS, "a@b.de");
        assertThat(fake.of(Entity.EMAIL_ADDRESS, "c@d.de")).isNotEqualTo(first);
        assertThat(fake.of(Entity.EMAIL_ADDRESS, "a@b.de")).isEqualTo(first);
    }

    @Test
    void what_was_made_up_here_passes_even_where_anything_else_is_blocked() {
        var made = replacements.by(by(Method.FAKE)).of(Entity.EMAIL_ADDRESS, "a@b.de");
        var blocking = replacements.by(new Pii(true, Method.RANDOM, Set.of()));
        assertThat(blocking.of(Entity.EMAIL_ADDRESS, made)).isEqualTo(made);
        assertThatThrownBy(() -> blocking.of(Entity.EMAIL_ADDRESS, "a@b.de")).isInstanceOf(FoundException.class);
    }
}
