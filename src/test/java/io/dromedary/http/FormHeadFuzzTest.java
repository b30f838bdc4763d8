package io.dromedary.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Mutations;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mutated beginnings of forms: they have fields or none. {@code -Dfuzz.long} tries twenty times as many. */
@Timeout(600)
final class FormHeadFuzzTest {
    private static final int CASES = System.getProperty("fuzz.long") == null ? 20_000 : 400_000;
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_126L);
    private static final Mutations MUTATIONS =
            new Mutations(List.of("""
                    --b
                    Content-Disposition: form-data; name="purpose"

                    batch
                    --b
                    content-type: text/plain
                    content-disposition: form-data; name=note

                    two
                    lines, \u00fc
                    --b
                    Content-Disposition: form-data; name="file"; filename="in.jsonl"

                    {}
                    --b--
                    """.replace("\n", "\r\n").getBytes(UTF_8)));

    @Test
    void a_mutated_beginning_has_fields_or_none() {
        var random = new Random(SEED);
        var found = 0;
        for (var i = 0; i < CASES; i++) {
            var form = MUTATIONS.next(random);
            var head = new FormHead();
            head.add(form);
            var fields = head.fields();
            found += "batch".equals(fields.get("purpose")) ? 1 : 0;
            assertThat(fields.toString().length()).isLessThanOrEqualTo(2 * form.length + 100);
        }
        assertThat(found).isBetween(CASES / 4, CASES - 1);
    }
}
