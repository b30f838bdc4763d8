package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Faults;
import io.dromedary.store.Shelf;
import io.dromedary.store.ShelfName;
import io.dromedary.store.Store;
import io.dromedary.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals what a caller is to keep for us: nobody reads or changes it on the way, and it opens for the project that it was
 * sealed for and no other. AES-256-GCM under a key that the gateways of one store share. A sealed text is base64url of a
 * version (1 byte), a nonce (12), and the content with its tag (16).
 */
public final class CompactionSeal {
    private static final String KEY = "compaction-seal";

    /** As good as for ever; with the key goes all that it sealed. */
    private static final Duration LIFE = Duration.ofDays(36_500);

    private static final byte VERSION = 1;
    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final String PURPOSE = "dromedary/compaction/";

    private final SecretKeySpec key;
    private final RandomGenerator random;

    private CompactionSeal(SealKey key, RandomGenerator random) {
        this.key = new SecretKeySpec(key.bits(), "AES");
        this.random = random;
    }

    /**
     * The seal of the gateways on this store; the first of them makes its key.
     *
     * @param random of the kind that nobody can guess
     * @return fails with {@link StoreException} where the store cannot be used
     */
    public static CompletionStage<CompactionSeal> of(Store store, RandomGenerator random) {
        return of(store.shelf(ShelfName.SECRETS, SealKey.CODEC), random);
    }

    static CompletionStage<CompactionSeal> of(Shelf<SealKey> shelf, RandomGenerator random) {
        return Bare.of(key(shelf, random).thenApply(key -> new CompactionSeal(key, random)));
    }

    private static CompletionStage<SealKey> key(Shelf<SealKey> shelf, RandomGenerator random) {
        return shelf.get(KEY).thenCompose(held -> {
            if (held != null) {
                return CompletableFuture.completedStage(held.value());
            }
            var bits = new byte[SealKey.BYTES];
            random.nextBytes(bits);
            // whoever was first, and even if it was us: what is there now is the key
            return shelf.putIfAbsent(KEY, new SealKey(bits), LIFE)
                    .thenCompose(any -> shelf.get(KEY))
                    .thenApply(there -> {
                        if (there == null) {
                            throw new StoreException(KEY + " was put on its shelf and is not there");
                        }
                        return there.value();
                    });
        });
    }

    public String seal(String project, ObjectNode content) {
        var plain = Json.bytes(content);
        var sealed = new byte[1 + NONCE + plain.length + TAG];
        var nonce = new byte[NONCE];
        random.nextBytes(nonce);
        sealed[0] = VERSION;
        System.arraycopy(nonce, 0, sealed, 1, NONCE);
        try {
            cipher(Cipher.ENCRYPT_MODE, nonce, project).doFinal(plain, 0, plain.length, sealed, 1 + NONCE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /**
     * What was sealed.
     *
     * @param param where it stands in the request
     * @throws RefusedException 400 where it was changed or cut, or sealed for another project or with another key
     */
    public ObjectNode open(String project, String sealed, String param) {
        var bytes = bytes(sealed);
        var content = bytes == null ? null : opened(project, bytes);
        if (content == null) {
            throw Faults.at(
                    param,
                    "invalid_encrypted_content",
                    "Invalid '%s': it cannot be opened. Send the encrypted content of a compaction as this gateway gave"
                            + " it to your project, unchanged.");
        }
        return content;
    }

    /** Null where it is no text that the encoder writes: not even the bits that do not count may differ. */
    private static byte @Nullable [] bytes(String sealed) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(sealed);
        } catch (IllegalArgumentException e) {
            return null;
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(sealed) ? bytes : null;
    }

    private @Nullable ObjectNode opened(String project, byte[] sealed) {
        if (sealed.length < 1 + NONCE + TAG || sealed[0] != VERSION) {
            return null;
        }
        var nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE);
        try {
            var plain =
                    cipher(Cipher.DECRYPT_MODE, nonce, project).doFinal(sealed, 1 + NONCE, sealed.length - 1 - NONCE);
            return Json.object(plain);
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String project) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG, nonce));
        cipher.updateAAD(new byte[] {VERSION});
        cipher.updateAAD((PURPOSE + project).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
