package io.dromedary.responses;

import static io.dromedary.responses.Trees.done;
import static io.dromedary.responses.Trees.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.Refusal;
import io.dromedary.store.HotRodNode;
import io.dromedary.store.Store;
import io.dromedary.store.StoreSettings;
import io.dromedary.testing.SettableClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompactionSealTest {
    private static final String ACME = "acme";
    private static final ObjectNode CONTENT = object("{'summary':'The caller wants a camel; it is called Köroğlu.'}");
    private static final String PARAM = "input[2].encrypted_content";

    @TempDir
    Path folder;

    private final ClockedShelf<SealKey> shelf = new ClockedShelf<>(SealKey.CODEC, new SettableClock());
    private final CompactionSeal seal = seal(shelf, 1);

    @Test
    void what_was_sealed_opens() {
        var random = new SplittableRandom(3);
        for (var i = 0; i < 200; i++) {
            var content = object("{}").put("summary", text(random, i));
            assertThat(seal.open(ACME, seal.seal(ACME, content), PARAM)).isEqualTo(content);
        }
    }

    @Test
    void nothing_of_the_content_can_be_read_in_it() {
        var sealed = seal.seal(ACME, CONTENT);
        assertThat(sealed).matches("[A-Za-z0-9_-]+");
        assertThat(new String(bytes(sealed), StandardCharsets.ISO_8859_1))
                .doesNotContain("camel")
                .doesNotContain("summary");
    }

    @Test
    void the_same_is_never_sealed_the_same_way() {
        var sealed = new HashSet<String>();
        for (var i = 0; i < 1000; i++) {
            sealed.add(seal.seal(ACME, CONTENT));
        }
        assertThat(sealed).hasSize(1000);
    }

    @Test
    void every_flipped_bit_is_refused() {
        for (var length : new int[] {0, 1, 2, 3, 100}) {
            var bytes = bytes(seal.seal(ACME, object("{}").put("s", "x".repeat(length))));
            for (var bit = 0; bit < 8 * bytes.length; bit++) {
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
                refused(text(bytes));
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
            }
            assertThat(seal.open(ACME, text(bytes), PARAM)).isNotNull();
        }
    }

    /** Also in the bits of the last letter that stand for nothing. */
    @Test
    void every_other_letter_in_its_text_is_refused() {
        var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n\u00e4";
        for (var length : new int[] {0, 1, 2}) {
            var sealed = new StringBuilder(seal.seal(ACME, object("{}").put("s", "x".repeat(length))));
            for (var at = 0; at < sealed.length(); at++) {
                var there = sealed.charAt(at);
                for (var i = 0; i < letters.length(); i++) {
                    var letter = letters.charAt(i);
                    if (letter != there) {
                        sealed.setCharAt(at, letter);
                        refused(sealed.toString());
                    }
                }
                sealed.setCharAt(at, there);
            }
        }
    }

    @Test
    void what_was_cut_or_made_longer_is_refused() {
        var sealed = seal.seal(ACME, CONTENT);
        var bytes = bytes(sealed);
        for (var end = 0; end < bytes.length; end++) {
            refused(text(Arrays.copyOf(bytes, end)));
            refused(text(Arrays.copyOfRange(bytes, bytes.length - end, bytes.length)));
        }
        for (var end = 0; end < sealed.length(); end++) {
            refused(sealed.substring(0, end));
        }
        for (var more : List.of("A", "AAAA", "=", "==", " ", "\n")) {
            refused(sealed + more);
            refused(more + sealed);
        }
        refused(sealed + sealed);
    }

    @Test
    void what_was_made_up_is_refused() {
        var random = new SplittableRandom(4);
        for (var i = 0; i < 2000; i++) {
            var bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = 1;
            }
            refused(text(bytes));
        }
        for (var other : List.of("", "gAAAAABpM0Yj-abc=", "not sealed", "{}")) {
            refused(other);
        }
    }

    @Test
    void parts_of_two_do_not_make_a_third() {
        var one = bytes(seal.seal(ACME, CONTENT));
        var other = bytes(seal.seal(ACME, object("{'summary':'The caller wants a horse; it is called Köroğlu.'}")));
        assertThat(one).hasSameSizeAs(other);
        for (var at = 1; at < one.length; at++) {
            var mixed = one.clone();
            System.arraycopy(other, at, mixed, at, other.length - at);
            if (!Arrays.equals(mixed, one) && !Arrays.equals(mixed, other)) {
                refused(text(mixed));
            }
        }
    }

    @Test
    void another_project_cannot_open_it() {
        var sealed = seal.seal(ACME, CONTENT);
        for (var project : List.of("globex", "", "acm", "acme ", "ACME")) {
            assertRefused(Refusals.ofCode(() -> seal.open(project, sealed, PARAM)));
        }
    }

    @Test
    void another_key_does_not_open_it() {
        var other = seal(new ClockedShelf<>(SealKey.CODEC, new SettableClock()), 2);
        assertRefused(Refusals.ofCode(() -> other.open(ACME, seal.seal(ACME, CONTENT), PARAM)));
    }

    @Test
    void the_key_is_made_once() {
        assertThat(seal(shelf, 5).open(ACME, seal.seal(ACME, CONTENT), PARAM)).isEqualTo(CONTENT);
        assertThat(shelf.size()).isEqualTo(1);
        assertThat(new SealKey(new byte[SealKey.BYTES]).toString()).isEqualTo("a key");
    }

    @Test
    void it_opens_after_a_restart() {
        String sealed;
        try (var store = Store.open(new StoreSettings.Local(folder, false, null), InstantSource.system())) {
            sealed = done(CompactionSeal.of(store, new SecureRandom())).seal(ACME, CONTENT);
        }
        try (var store = Store.open(new StoreSettings.Local(folder, false, null), InstantSource.system())) {
            assertThat(done(CompactionSeal.of(store, new SecureRandom())).open(ACME, sealed, PARAM))
                    .isEqualTo(CONTENT);
        }
    }

    @Test
    void gateways_that_start_together_have_one_key() throws Exception {
        try (var server = HotRodNode.start(folder);
                var threads = Executors.newFixedThreadPool(3)) {
            var settings = new StoreSettings.Remote(List.of(server.address()), null);
            var stores = List.of(
                    Store.open(settings, InstantSource.system()),
                    Store.open(settings, InstantSource.system()),
                    Store.open(settings, InstantSource.system()));
            var start = new CyclicBarrier(stores.size());
            var making = stores.stream()
                    .map(store -> threads.submit(() -> {
                        start.await();
                        return done(CompactionSeal.of(store, new SecureRandom()));
                    }))
                    .toList();
            var seals = new ArrayList<CompactionSeal>();
            for (var each : making) {
                seals.add(each.get());
            }
            for (var sealing : seals) {
                var sealed = sealing.seal(ACME, CONTENT);
                assertThat(seals)
                        .allSatisfy(opening ->
                                assertThat(opening.open(ACME, sealed, PARAM)).isEqualTo(CONTENT));
            }
            stores.forEach(Store::close);
        }
    }

    private void refused(String sealed) {
        assertRefused(Refusals.ofCode(() -> seal.open(ACME, sealed, PARAM)));
    }

    private static void assertRefused(Refusal refusal) {
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.param()).isEqualTo(PARAM);
        assertThat(refusal.code()).isEqualTo("invalid_encrypted_content");
        assertThat(refusal.message()).contains(PARAM);
    }

    private static CompactionSeal seal(ClockedShelf<SealKey> shelf, long seed) {
        return done(CompactionSeal.of(shelf, new SplittableRandom(seed)));
    }

    private static String text(SplittableRandom random, int length) {
        var text = new StringBuilder();
        for (var i = 0; i < length; i++) {
            text.appendCodePoint(random.nextInt(0x20, 0xd800));
        }
        return text.toString();
    }

    private static byte[] bytes(String sealed) {
        return Base64.getUrlDecoder().decode(sealed);
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
