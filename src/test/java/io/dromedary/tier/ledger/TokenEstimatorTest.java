package io.dromedary.tier.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Media;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequestReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class TokenEstimatorTest {
    private final TokenEstimator estimator = new TokenEstimator(TokenEstimator.Start.DEFAULT);

    @Test
    void begins_with_four_bytes_to_a_token_and_answers_of_256() {
        assertThat(estimate("m", 4000, 0)).isEqualTo(new Estimate(1000, 256));
        assertThat(estimate("m", 0, 0).prompt()).isEqualTo(1);
    }

    @Test
    void an_answer_may_be_as_long_as_the_caller_allows_up_to_a_cap() {
        assertThat(estimate("m", 4000, 50).completion()).isEqualTo(50);
        assertThat(estimate("m", 4000, 128_000).completion()).isEqualTo(8192);
    }

    @Test
    void each_choice_is_an_answer() {
        assertThat(estimator.estimate("m", 4, Media.NONE, 100, 3)).isEqualTo(new Estimate(1, 300));
        assertThat(estimator.estimate("m", 4, Media.NONE, 100, 0)).isEqualTo(new Estimate(1, 0));
    }

    @Test
    void learns_of_each_model_what_its_backends_report() {
        for (var i = 0; i < 500; i++) {
            estimator.learn("dense", 4000, new Usage(2000, 1000), 1);
        }

        assertThat(estimate("dense", 4000, 0).prompt()).isBetween(1950L, 2001L);
        assertThat(estimate("dense", 4000, 0).completion()).isBetween(990L, 1001L);
        assertThat(estimate("other", 4000, 0)).isEqualTo(new Estimate(1000, 256));
    }

    @Test
    void the_json_around_small_prompts_does_not_spoil_large_ones() {
        for (var i = 0; i < 500; i++) {
            estimator.learn("m", 200, new Usage(10, 1), 1);
            estimator.learn("m", 40_000, new Usage(10_000, 1), 1);
        }

        assertThat(estimate("m", 40_000, 0).prompt()).isBetween(9900L, 10_100L);
    }

    @Test
    void answers_of_several_choices_are_shared_among_them() {
        for (var i = 0; i < 500; i++) {
            estimator.learn("m", 0, new Usage(10, 300), 3);
        }

        assertThat(estimate("m", 4000, 0)).isEqualTo(new Estimate(1000, 101));
    }

    @Test
    void a_report_that_makes_no_sense_stays_within_bounds() {
        for (var i = 0; i < 1000; i++) {
            estimator.learn("m", 1_000_000, new Usage(1, 0), 1);
        }
        assertThat(estimate("m", 1600, 0)).isEqualTo(new Estimate(100, 256));

        for (var i = 0; i < 1000; i++) {
            estimator.learn("m", 1, new Usage(1_000_000, 0), 1);
        }
        assertThat(estimate("m", 1600, 0).prompt()).isEqualTo(1600);
    }

    @Test
    void media_have_rules_of_their_own() {
        assertThat(media(new Media(2, 1, 0, 0, 0, 300))).isEqualTo(2 * 765 + 85);
        assertThat(media(new Media(0, 0, 4 * 1600 / 3, 0, 0, 3000))).isEqualTo(1);
        assertThat(media(new Media(0, 0, 0, 2, 0, 40))).isEqualTo(3000);
        assertThat(media(new Media(0, 0, 0, 0, 4, 40))).isEqualTo(256);
        assertThat(media(new Media(0, 0, 0, 0, 4_000_000, 4_000_000))).isEqualTo(75_000);
    }

    @Test
    void a_chat_with_an_image_is_not_charged_for_its_base64() {
        var image = "A".repeat(100_000);
        var chat = chat("[{\"type\":\"text\",\"text\":\"hi\"},{\"type\":\"image_url\",\"image_url\":{\"url\":"
                + "\"data:image/png;base64," + image + "\"}}]");

        assertThat(estimator.estimate(chat).prompt()).isBetween(780L, 820L);
        estimator.learn(chat, new Usage(5, 5));
        assertThat(estimate("m", 4000, 0).prompt()).isEqualTo(1000);
    }

    @Test
    void more_models_than_are_kept_share_their_figures() {
        for (var i = 0; i < TokenEstimator.MOST_MODELS + 500; i++) {
            estimator.learn("m" + i, 4000, new Usage(2000, 2560), 1);
        }

        assertThat(estimate("m0", 4000, 0).completion()).isBetween(257L, 400L);
        assertThat(estimate("never seen", 4000, 0).completion()).isGreaterThan(2000);
    }

    @Test
    void many_may_teach_it_at_once() throws Exception {
        var done = new CountDownLatch(4);
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var thread = 0; thread < 4; thread++) {
                threads.execute(() -> {
                    for (var i = 0; i < 2000; i++) {
                        estimator.learn("m", 4000, new Usage(2000, 1000), 1);
                    }
                    done.countDown();
                });
            }
            done.await();
        }

        assertThat(estimate("m", 4000, 0).prompt()).isBetween(1950L, 2001L);
    }

    private Estimate estimate(String model, long textBytes, int maxTokens) {
        return estimator.estimate(model, textBytes, Media.NONE, maxTokens, 1);
    }

    private long media(Media media) {
        return estimator.estimate("m", 4, media, 1, 1).prompt() - 1;
    }

    private static ChatRequest chat(String content) {
        return ChatRequestReader.read(
                ("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":" + content + "}]}")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
