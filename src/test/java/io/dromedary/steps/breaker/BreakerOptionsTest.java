package io.dromedary.steps.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.CircuitBreakerDefinition;
import org.apache.camel.model.FaultToleranceConfigurationDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.Resilience4jConfigurationDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BreakerOptionsTest {
    private final CamelContext camel = new DefaultCamelContext();
    private final CircuitBreakerDefinition definition = new CircuitBreakerDefinition();
    private final Resilience4jConfigurationDefinition own = new Resilience4jConfigurationDefinition();

    BreakerOptionsTest() {
        definition.setResilience4jConfiguration(own);
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private BreakerSettings settings() {
        return BreakerSettings.of(camel, "guard", definition);
    }

    private static Duration wait(CircuitBreakerConfig config) {
        return Duration.ofMillis(config.getWaitIntervalFunctionInOpenState().apply(1));
    }

    @Test
    void nothing_said_is_resilience4js_default() {
        definition.setResilience4jConfiguration(null);
        var config = settings().breaker().build();
        var defaults = CircuitBreakerConfig.ofDefaults();
        assertThat(config.getFailureRateThreshold()).isEqualTo(defaults.getFailureRateThreshold());
        assertThat(config.getMinimumNumberOfCalls()).isEqualTo(defaults.getMinimumNumberOfCalls());
        assertThat(config.getSlidingWindowSize()).isEqualTo(defaults.getSlidingWindowSize());
        assertThat(config.getSlidingWindowType()).isEqualTo(defaults.getSlidingWindowType());
        assertThat(config.getSlowCallDurationThreshold()).isEqualTo(defaults.getSlowCallDurationThreshold());
        assertThat(wait(config)).isEqualTo(wait(defaults));
        assertThat(settings().timeout()).isNull();
    }

    @Test
    void every_known_option_is_honoured() {
        own.setFailureRateThreshold("12.5");
        own.setMinimumNumberOfCalls("7");
        own.setSlidingWindowSize("9");
        own.setSlidingWindowType("TIME_BASED");
        own.setWaitDurationInOpenState("11");
        own.setPermittedNumberOfCallsInHalfOpenState("2");
        own.setSlowCallRateThreshold("80");
        own.setSlowCallDurationThreshold("4");
        own.setTimeoutEnabled("true");
        own.setTimeoutDuration("1500");
        var config = settings().breaker().build();
        assertThat(config.getFailureRateThreshold()).isEqualTo(12.5f);
        assertThat(config.getMinimumNumberOfCalls()).isEqualTo(7);
        assertThat(config.getSlidingWindowSize()).isEqualTo(9);
        assertThat(config.getSlidingWindowType()).isEqualTo(SlidingWindowType.TIME_BASED);
        assertThat(wait(config)).isEqualTo(Duration.ofSeconds(11));
        assertThat(config.getPermittedNumberOfCallsInHalfOpenState()).isEqualTo(2);
        assertThat(config.getSlowCallRateThreshold()).isEqualTo(80);
        assertThat(config.getSlowCallDurationThreshold()).isEqualTo(Duration.ofSeconds(4));
        assertThat(settings().timeout()).isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void the_step_goes_before_the_configuration_that_it_names_and_that_before_the_defaults() {
        var named = new Resilience4jConfigurationDefinition();
        named.setMinimumNumberOfCalls("2");
        named.setSlidingWindowSize("20");
        camel.getRegistry().bind("gentle", named);
        var defaults = new Resilience4jConfigurationDefinition();
        defaults.setSlidingWindowSize("30");
        defaults.setWaitDurationInOpenState("3");
        camel.getCamelContextExtension().getContextPlugin(Model.class).setResilience4jConfiguration(defaults);
        definition.setConfiguration("gentle");
        own.setMinimumNumberOfCalls("1");
        var config = settings().breaker().build();
        assertThat(config.getMinimumNumberOfCalls()).isEqualTo(1);
        assertThat(config.getSlidingWindowSize()).isEqualTo(20);
        assertThat(wait(config)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void a_configuration_that_is_nowhere_is_named() {
        definition.setConfiguration("nowhere");
        assertThatThrownBy(this::settings).hasMessageContaining("guard").hasMessageContaining("nowhere");
    }

    @Test
    void what_is_not_supported_is_refused_by_name() {
        own.setBulkheadEnabled("false");
        assertThatThrownBy(this::settings)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the circuitBreaker guard: the option bulkheadEnabled is not supported")
                .hasMessageContaining("failureRateThreshold");
        own.setBulkheadEnabled(null);
        own.getIgnoreExceptions().add("java.io.IOException");
        assertThatThrownBy(this::settings).hasMessageContaining("ignoreException ");
        own.getIgnoreExceptions().clear();
        own.setTimeoutCancelRunningFuture("true");
        assertThatThrownBy(this::settings).hasMessageContaining("timeoutCancelRunningFuture");
        own.setTimeoutCancelRunningFuture(null);
        definition.setFaultToleranceConfiguration(new FaultToleranceConfigurationDefinition());
        assertThatThrownBy(this::settings).hasMessageContaining("faultToleranceConfiguration");
        definition.setFaultToleranceConfiguration(null);
        definition.setInheritErrorHandler(true);
        assertThatThrownBy(this::settings).hasMessageContaining("inheritErrorHandler");
        definition.setInheritErrorHandler(null);
        definition.onFallbackViaNetwork();
        assertThatThrownBy(this::settings).hasMessageContaining("fallbackViaNetwork");
    }

    @ParameterizedTest
    @CsvSource({
        "failureRateThreshold, 101, percentage",
        "failureRateThreshold, NaN, percentage",
        "slowCallRateThreshold, 0, percentage",
        "minimumNumberOfCalls, many, whole number",
        "slidingWindowSize, 0, whole number",
        "slidingWindowType, ROUND, TIME_BASED",
        "waitDurationInOpenState, 30s, seconds",
        "slowCallDurationThreshold, 1.5, seconds",
        "timeoutEnabled, yes, true or false"
    })
    void a_value_that_makes_no_sense_is_named(String option, String value, String remedy) throws Exception {
        var setter = "set" + Character.toUpperCase(option.charAt(0)) + option.substring(1);
        own.getClass().getMethod(setter, String.class).invoke(own, value);
        assertThatThrownBy(this::settings)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("guard")
                .hasMessageContaining(option)
                .hasMessageContaining(value)
                .hasMessageContaining(remedy);
    }

    @Test
    void a_time_out_that_is_not_switched_on_is_not_ignored_in_silence() {
        own.setTimeoutDuration("2000");
        assertThatThrownBy(this::settings).hasMessageContaining("timeoutEnabled: true");
        own.setTimeoutEnabled("false");
        assertThat(settings().timeout()).isNull();
    }
}
