package io.dromedary.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PiiScannerTest {
    private static final PiiScanner SCANNER = new PiiScanner(Set.of());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EMAIL_ADDRESS | john.doe+news@mail.example.co.uk",
                "EMAIL_ADDRESS | jörg@müller.de",
                "EMAIL_ADDRESS | a_b%c-d@x-1.io",
                "CREDIT_CARD | 4111 1111 1111 1111",
                "CREDIT_CARD | 4111-1111-1111-1111",
                "CREDIT_CARD | 4222222222222",
                "CREDIT_CARD | 3782 822463 10005",
                "CREDIT_CARD | 30569309025904",
                "CREDIT_CARD | 3530111333300000",
                "CREDIT_CARD | 5555555555554444",
                "CREDIT_CARD | 2223000048400011",
                "CREDIT_CARD | 6011111111111117",
                "CREDIT_CARD | ４１１１ １１１１ １１１１ １１１１",
                "CREDIT_CARD | 4111\u00a01111\u202f1111\u20111111",
                "IBAN_CODE | DE89 3704 0044 0532 0130 00",
                "IBAN_CODE | DE89370400440532013000",
                "IBAN_CODE | gb29nwbk60161331926819",
                "IBAN_CODE | FR14 2004 1010 0505 0001 3M02 606",
                "IBAN_CODE | NO93 8601 1117 947",
                "IP_ADDRESS | 192.168.10.1",
                "IP_ADDRESS | 2001:db8:85a3::8a2e:370:7334",
                "IP_ADDRESS | 1:2:3:4:5:6:7:8",
                "IP_ADDRESS | ::1",
                "IP_ADDRESS | ::ffff:10.0.0.1",
                "IP_ADDRESS | fe80::1ff:fe23:4567:890a",
                "PHONE_NUMBER | +49 (0)30 901820",
                "PHONE_NUMBER | +1 (212) 555-0123",
                "PHONE_NUMBER | +442079460958",
                "PHONE_NUMBER | 0049 30 901820",
                "PHONE_NUMBER | (212) 555-0123",
                "PHONE_NUMBER | 954-123-4567",
                "PHONE_NUMBER | 1-954-123-4567",
                "PHONE_NUMBER | 555.555.5555",
                "PHONE_NUMBER | 06 12 34 56 78",
                "PHONE_NUMBER | 020 7946 0018",
                "PHONE_NUMBER | 030/90182000",
                "PHONE_NUMBER | 612 34 56 78",
                "US_SSN | 123-45-6789",
                "US_ITIN | 912-70-1234",
                "UK_NINO | AB 12 34 56 C",
                "UK_NINO | ab123456c",
                "FR_NIR | 2 69 05 49 588 157 80",
                "FR_NIR | 269054958815780",
                "DE_TAX_ID | 86 095 742 719",
                "DE_TAX_ID | 47036892816",
                "ES_NIF | 12345678Z",
                "ES_NIF | 12345678-Z",
                "ES_NIE | X-1234567-L",
                "IT_FISCAL_CODE | RSSMRA85T10A562S",
                "PL_PESEL | 44051401359",
                "BE_NATIONAL_NUMBER | 85.07.30-033.28",
                "CH_AHV | 756.9217.0769.85",
                "SE_PERSONNUMMER | 811228-9874",
                "SE_PERSONNUMMER | 19811228-9874",
                "FI_PERSONAL_IDENTITY_CODE | 131052-308T",
                "BR_CPF | 529.982.247-25",
                "CA_SIN | 130-692-544",
                "IN_AADHAAR | 2345 6789 0124"
            })
    void knows_what_it_is_wherever_it_stands(Entity entity, String value) {
        for (var around :
                List.of("%s", "It is %s.", "(%s)", "\"%s\", he said", "at:%s\n", "\\n%s\\n", "<%s>", "x %s")) {
            var text = around.formatted(value);
            assertThat(found(text)).as(text).containsExactly(entity + " " + value);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111 1111 1111 1112",
                "1234567890123",
                "1700000000123",
                "DE88370400440532013000",
                "XX89370400440532013000",
                "a DE89 something",
                "256.1.1.1",
                "1.2.3",
                "1.2.3.4.5",
                "12:30:45",
                "00:1A:2B:3C:4D:5E",
                "std::vector<int>",
                "a::b()",
                ":: is no address, and g::1 neither",
                "user@localhost",
                "@handle and a@ b.de",
                "a@b..de",
                "v@1.2",
                "2025-12-31",
                "31.12.2025 14:30",
                "2025-12-31 10:15:30.123",
                "3.14159265358979 and 2.718281828459045",
                "4.111111111111111",
                "10,000,000.00",
                "pages 12-34",
                "550e8400-e29b-41d4-a716-446655440000",
                "000-12-3456",
                "666-12-3456",
                "123-00-4567",
                "BG 12 34 56 A",
                "AB123456E",
                "12345678A",
                "X1234567M",
                "RSSMRA85T10A562T",
                "44051401358",
                "86095742718",
                "269054958815781",
                "756.9217.0769.84",
                "811228-9873",
                "131052-308U",
                "529.982.247-26",
                "130-692-545",
                "2345 6789 0125",
                "111.111.111-11",
                "x4111111111111111",
                "411111111111111100000000"
            })
    void leaves_alone_what_only_looks_like_it(String text) {
        assertThat(found(text)).isEmpty();
    }

    @Test
    void finds_a_number_between_others() {
        assertThat(found("20 4111 1111 1111 1111 30 and 7 DE89 3704 0044 0532 0130 00 8"))
                .contains("CREDIT_CARD 4111 1111 1111 1111", "IBAN_CODE DE89 3704 0044 0532 0130 00");
    }

    @Test
    void finds_an_address_with_a_port_or_a_network_and_one_before_a_name() {
        assertThat(found("10.0.0.1:8080 10.0.0.0/8 1.2.3.4.example.com code:10.0.0.2"))
                .containsExactly(
                        "IP_ADDRESS 10.0.0.1", "IP_ADDRESS 10.0.0.0", "IP_ADDRESS 1.2.3.4", "IP_ADDRESS 10.0.0.2");
    }

    @Test
    void finds_everything_in_one_text() {
        assertThat(found("Write to a@b.de, b@c.fr;c@d.es or call +49 30 901820, from 10.0.0.1"))
                .containsExactly(
                        "EMAIL_ADDRESS a@b.de",
                        "EMAIL_ADDRESS b@c.fr",
                        "EMAIL_ADDRESS c@d.es",
                        "PHONE_NUMBER +49 30 901820",
                        "IP_ADDRESS 10.0.0.1");
    }

    @Test
    void leaves_alone_what_it_is_told_to() {
        var scanner = new PiiScanner(Set.of("EMAIL_ADDRESS", "PERSON"));
        assertThat(found(scanner, "a@b.de at 10.0.0.1")).containsExactly("IP_ADDRESS 10.0.0.1");
    }

    @Test
    void takes_no_longer_for_what_is_made_to_take_long() {
        for (var piece : List.of("1-", "a.", "+", "(", ":", "DE89", "4111 ", "0 ", "a@", "a@b.", "::", "1.")) {
            var text = piece.repeat(200_000 / piece.length());
            assertThat(new PiiScanner(Set.of()).next(text, 0, false).at())
                    .as(piece)
                    .isNotNegative();
            PassingText.whole(SCANNER, (entity, found) -> found, text);
        }
    }

    private static List<String> found(String text) {
        return found(SCANNER, text);
    }

    private static List<String> found(PiiScanner scanner, String text) {
        var all = new ArrayList<String>();
        PassingText.whole(
                scanner,
                (entity, found) -> {
                    all.add(entity + " " + found);
                    return found;
                },
                text);
        return all;
    }
}
