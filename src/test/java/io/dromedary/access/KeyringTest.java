package io.dromedary.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.error.RefusedException;
import io.dromedary.config.ProjectSettings;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyringTest {
    private static final String KEY = "sk-drm-0123456789abcdef";
    private static final ProjectSettings ACME = project("acme", KEY, "sk-drm-another-key-of-acme");
    private static final ProjectSettings OTHER = project("other", "sk-drm-key-of-other-project");

    private final Keyring keyring = new Keyring(List.of(ACME, OTHER), true);

    private static ProjectSettings project(String name, String... keys) {
        var ids = new AtomicInteger();
        var hashed = Arrays.stream(keys)
                .map(key -> new ProjectSettings.Key("k" + ids.incrementAndGet(), Hash.hex(key)))
                .toList();
        return new ProjectSettings(name, hashed, List.of(), false, false, false, null);
    }

    private static String refusal(Keyring keyring, @Nullable String header) {
        var refused = catchThrowableOfType(RefusedException.class, () -> keyring.identify(header));
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.refusal().status()).isEqualTo(401);
        assertThat(refused.refusal().code()).isEqualTo("invalid_api_key");
        return refused.refusal().message();
    }

    @Test
    void a_key_opens_for_its_project() {
        assertThat(keyring.identify("Bearer " + KEY)).isEqualTo(new Caller(ACME, "k1"));
        assertThat(keyring.identify("Bearer sk-drm-another-key-of-acme")).isEqualTo(new Caller(ACME, "k2"));
        assertThat(keyring.identify("Bearer sk-drm-key-of-other-project")).isEqualTo(new Caller(OTHER, "k1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer %s", "BEARER %s", "Bearer   %s", " Bearer %s ", "bEaReR %s"})
    void the_scheme_is_read_in_any_case_and_spacing(String header) {
        assertThat(keyring.identify(header.formatted(KEY)).key()).isEqualTo("k1");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  ", "Bearer", "bearer ", "Bearer   "})
    void no_key_is_refused_with_how_to_send_one(@Nullable String header) {
        assertThat(refusal(keyring, header))
                .startsWith("You did not provide an API key.")
                .contains("Authorization: Bearer YOUR_KEY")
                .doesNotContain(Keyring.DEMO_KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {KEY, "Basic dXNlcjpwYXNz", "BearerX", "Token " + KEY})
    void another_scheme_is_refused_without_showing_what_was_sent(String header) {
        assertThat(refusal(keyring, header))
                .contains("the word Bearer")
                .doesNotContain(KEY)
                .doesNotContain("dXNlcjpwYXNz");
    }

    @Test
    void a_wrong_key_is_shown_by_its_ends_only() {
        assertThat(refusal(keyring, "Bearer sk-abcdefghijklmnop"))
                .startsWith("Incorrect API key provided: sk-...mnop.")
                .contains("keys new");
    }

    @Test
    void a_short_wrong_key_is_not_shown_at_all() {
        assertThat(refusal(keyring, "Bearer abcdefghijk"))
                .startsWith("Incorrect API key provided. ")
                .doesNotContain("abc")
                .doesNotContain("hijk");
    }

    @Test
    void the_memory_holds_one_spelling_of_good_keys_and_nothing_else() {
        for (var i = 0; i < 1000; i++) {
            refusal(keyring, "Bearer sk-drm-junk-" + i);
            keyring.identify("Bearer" + " ".repeat(i + 2) + KEY);
            keyring.identify("bearer " + KEY);
        }
        assertThat(keyring.remembered()).isZero();

        for (var i = 0; i < 1000; i++) {
            keyring.identify("Bearer " + KEY);
            keyring.identify("Bearer sk-drm-key-of-other-project");
        }
        assertThat(keyring.remembered()).isEqualTo(2);
    }

    @Test
    void what_is_remembered_is_the_same_caller() {
        var first = keyring.identify("Bearer " + KEY);

        assertThat(keyring.identify(String.join(" ", "Bearer", KEY))).isSameAs(first);
    }

    @Test
    void work_is_done_in_the_name_of_its_project_as_long_as_that_is_there_whether_its_key_is_or_not() {
        assertThat(keyring.owner("acme", "k2")).isEqualTo(new Caller(ACME, "k2"));
        assertThat(keyring.owner("acme", "gone")).isEqualTo(new Caller(ACME, "gone"));
        assertThat(new Keyring(List.of(), true).owner("demo", "demo"))
                .isEqualTo(new Keyring(List.of(), true).identify("Bearer " + Keyring.DEMO_KEY));

        var refused = catchThrowableOfType(RefusedException.class, () -> keyring.owner("gone", "k1"));
        assertThat(refused.refusal().status()).isEqualTo(401);
        assertThat(catchThrowableOfType(RefusedException.class, () -> keyring.owner("demo", "demo")))
                .as("only while no key is configured")
                .isNotNull();
    }

    @Test
    void the_beginning_of_a_key_and_a_key_with_more_behind_it_are_wrong() {
        keyring.identify("Bearer " + KEY);

        refusal(keyring, "Bearer " + KEY.substring(0, KEY.length() - 1));
        refusal(keyring, "Bearer " + KEY + "0");
        refusal(keyring, "Bearer " + KEY + " " + KEY);
    }

    @Test
    void the_demo_key_opens_while_no_key_is_configured_on_loopback() {
        var open = new Keyring(List.of(), true);

        var caller = open.identify("Bearer " + Keyring.DEMO_KEY);

        assertThat(caller.project().name()).isEqualTo("demo");
        assertThat(caller.key()).isEqualTo("demo");
        assertThat(refusal(open, null)).contains("`" + Keyring.DEMO_KEY + "` works on this machine");
        assertThat(refusal(open, "Bearer sk-something-else"))
                .contains("sk-...else")
                .contains(Keyring.DEMO_KEY);
    }

    @Test
    void the_demo_key_takes_the_settings_of_a_project_of_that_name() {
        var demo = new ProjectSettings("demo", List.of(), List.of("m"), false, false, false, null);

        assertThat(new Keyring(List.of(demo), true)
                        .identify("Bearer " + Keyring.DEMO_KEY)
                        .project())
                .isSameAs(demo);
    }

    @Test
    void the_demo_key_is_refused_once_a_key_is_configured() {
        assertThat(refusal(keyring, "Bearer " + Keyring.DEMO_KEY)).contains("only as long as no key is configured");
    }

    @Test
    void beyond_loopback_and_without_keys_every_call_is_refused_with_how_to_make_one() {
        var closed = new Keyring(List.of(), false);

        assertThat(refusal(closed, null)).contains("refuses every call").contains("./dromedary keys new PROJECT");
        assertThat(refusal(closed, "Bearer " + Keyring.DEMO_KEY)).contains("refuses every call");
        assertThat(refusal(closed, "Bearer " + KEY))
                .contains("refuses every call")
                .doesNotContain("cdef");
    }

    @Test
    void the_demo_key_never_is_the_key_of_a_project() {
        var careless = project("careless", Keyring.DEMO_KEY);

        refusal(new Keyring(List.of(careless), false), "Bearer " + Keyring.DEMO_KEY);
        refusal(new Keyring(List.of(careless, ACME), true), "Bearer " + Keyring.DEMO_KEY);
    }
}
