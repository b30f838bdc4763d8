package io.dromedary.steps.breaker;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.model.CircuitBreakerDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.Resilience4jConfigurationCommon;
import org.apache.camel.model.Resilience4jConfigurationDefinition;
import org.apache.camel.support.CamelContextHelper;
import org.jspecify.annotations.Nullable;

/**
 * The options of a breaker by name: those of the step itself before those that its {@code configuration} names, before
 * {@code camel.resilience4j.*}.
 */
final class BreakerOptions {
    private static final Map<String, Function<Resilience4jConfigurationCommon, @Nullable String>> KNOWN =
            new LinkedHashMap<>();
    private static final Map<String, Function<Resilience4jConfigurationCommon, @Nullable Object>> UNKNOWN =
            new LinkedHashMap<>();

    static {
        KNOWN.put("failureRateThreshold", Resilience4jConfigurationCommon::getFailureRateThreshold);
        KNOWN.put("minimumNumberOfCalls", Resilience4jConfigurationCommon::getMinimumNumberOfCalls);
        KNOWN.put("slidingWindowSize", Resilience4jConfigurationCommon::getSlidingWindowSize);
        KNOWN.put("slidingWindowType", Resilience4jConfigurationCommon::getSlidingWindowType);
        KNOWN.put("waitDurationInOpenState", Resilience4jConfigurationCommon::getWaitDurationInOpenState);
        KNOWN.put(
                "permittedNumberOfCallsInHalfOpenState",
                Resilience4jConfigurationCommon::getPermittedNumberOfCallsInHalfOpenState);
        KNOWN.put("slowCallRateThreshold", Resilience4jConfigurationCommon::getSlowCallRateThreshold);
        KNOWN.put("slowCallDurationThreshold", Resilience4jConfigurationCommon::getSlowCallDurationThreshold);
        KNOWN.put("timeoutEnabled", Resilience4jConfigurationCommon::getTimeoutEnabled);
        KNOWN.put("timeoutDuration", Resilience4jConfigurationCommon::getTimeoutDuration);

        UNKNOWN.put("circuitBreaker", Resilience4jConfigurationCommon::getCircuitBreaker);
        UNKNOWN.put("config", Resilience4jConfigurationCommon::getConfig);
        UNKNOWN.put(
                "throwExceptionWhenHalfOpenOrOpenState",
                Resilience4jConfigurationCommon::getThrowExceptionWhenHalfOpenOrOpenState);
        UNKNOWN.put("writableStackTraceEnabled", Resilience4jConfigurationCommon::getWritableStackTraceEnabled);
        UNKNOWN.put(
                "automaticTransitionFromOpenToHalfOpenEnabled",
                Resilience4jConfigurationCommon::getAutomaticTransitionFromOpenToHalfOpenEnabled);
        UNKNOWN.put("bulkheadEnabled", Resilience4jConfigurationCommon::getBulkheadEnabled);
        UNKNOWN.put("bulkheadMaxConcurrentCalls", Resilience4jConfigurationCommon::getBulkheadMaxConcurrentCalls);
        UNKNOWN.put("bulkheadMaxWaitDuration", Resilience4jConfigurationCommon::getBulkheadMaxWaitDuration);
        UNKNOWN.put("timeoutExecutorService", Resilience4jConfigurationCommon::getTimeoutExecutorService);
        UNKNOWN.put("timeoutCancelRunningFuture", Resilience4jConfigurationCommon::getTimeoutCancelRunningFuture);
        UNKNOWN.put("micrometerEnabled", Resilience4jConfigurationCommon::getMicrometerEnabled);
        UNKNOWN.put("recordException", options -> orNull(options.getRecordExceptions()));
        UNKNOWN.put("ignoreException", options -> orNull(options.getIgnoreExceptions()));
    }

    private final CamelContext camel;
    private final List<Resilience4jConfigurationCommon> sources;

    private BreakerOptions(CamelContext camel, List<Resilience4jConfigurationCommon> sources) {
        this.camel = camel;
        this.sources = sources;
    }

    /** @throws IllegalArgumentException naming the first option that is given and not known */
    static BreakerOptions of(CamelContext camel, CircuitBreakerDefinition definition) {
        refuseElements(camel, definition);
        var sources = sources(camel, definition);
        for (var source : sources) {
            UNKNOWN.forEach((name, getter) -> {
                if (getter.apply(source) != null) {
                    throw unknown(name);
                }
            });
        }
        return new BreakerOptions(camel, sources);
    }

    private static void refuseElements(CamelContext camel, CircuitBreakerDefinition definition) {
        if (definition.getFaultToleranceConfiguration() != null) {
            throw unknown("faultToleranceConfiguration");
        }
        if (definition.getInheritErrorHandler() != null) {
            throw unknown("inheritErrorHandler");
        }
        var fallback = definition.getOnFallback();
        if (fallback != null
                && Boolean.TRUE.equals(CamelContextHelper.parseBoolean(camel, fallback.getFallbackViaNetwork()))) {
            throw unknown("fallbackViaNetwork");
        }
    }

    private static List<Resilience4jConfigurationCommon> sources(
            CamelContext camel, CircuitBreakerDefinition definition) {
        var sources = new ArrayList<Resilience4jConfigurationCommon>();
        if (definition.getResilience4jConfiguration() != null) {
            sources.add(definition.getResilience4jConfiguration());
        }
        var model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        if (definition.getConfiguration() != null) {
            sources.add(named(camel, model, CamelContextHelper.parseText(camel, definition.getConfiguration())));
        }
        var defaults = model.getResilience4jConfiguration(null);
        if (defaults != null) {
            sources.add(defaults);
        }
        return sources;
    }

    private static Resilience4jConfigurationDefinition named(CamelContext camel, Model model, String name) {
        var known = model.getResilience4jConfiguration(name);
        var found = known != null
                ? known
                : CamelContextHelper.lookup(camel, name, Resilience4jConfigurationDefinition.class);
        if (found == null) {
            throw new IllegalArgumentException("there is no configuration " + name + "; make it a bean of type "
                    + Resilience4jConfigurationDefinition.class.getName());
        }
        return found;
    }

    private static IllegalArgumentException unknown(String option) {
        return new IllegalArgumentException("the option " + option + " is not supported; these are: "
                + String.join(", ", KNOWN.keySet()) + ". Take it out");
    }

    private static <T> @Nullable List<T> orNull(@Nullable List<T> list) {
        return list == null || list.isEmpty() ? null : list;
    }

    boolean has(String option) {
        return text(option) != null;
    }

    int count(String option, int otherwise) {
        return whole(option, otherwise, "");
    }

    Duration seconds(String option, int otherwise) {
        return Duration.ofSeconds(whole(option, otherwise, " of seconds"));
    }

    Duration millis(String option, int otherwise) {
        return Duration.ofMillis(whole(option, otherwise, " of milliseconds"));
    }

    private int whole(String option, int otherwise, String unit) {
        var text = text(option);
        if (text == null) {
            return otherwise;
        }
        try {
            var count = Integer.parseInt(text);
            if (count > 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(option + " is a whole number" + unit + " above 0, not " + text);
    }

    float percent(String option, float otherwise) {
        var text = text(option);
        if (text == null) {
            return otherwise;
        }
        try {
            var percent = Float.parseFloat(text);
            if (percent > 0 && percent <= 100) {
                return percent;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(option + " is a percentage above 0 and up to 100, not " + text);
    }

    boolean flag(String option) {
        var text = text(option);
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.equals("true")) {
            return true;
        }
        throw new IllegalArgumentException(option + " is true or false, not " + text);
    }

    SlidingWindowType windowType(SlidingWindowType otherwise) {
        var text = text("slidingWindowType");
        if (text == null) {
            return otherwise;
        }
        return switch (text) {
            case "COUNT_BASED" -> SlidingWindowType.COUNT_BASED;
            case "TIME_BASED" -> SlidingWindowType.TIME_BASED;
            default ->
                throw new IllegalArgumentException("slidingWindowType is COUNT_BASED or TIME_BASED, not " + text);
        };
    }

    private @Nullable String text(String option) {
        var getter = KNOWN.get(option);
        if (getter == null) {
            throw new IllegalStateException(option);
        }
        for (var source : sources) {
            var value = getter.apply(source);
            if (value != null) {
                return CamelContextHelper.parseText(camel, value);
            }
        }
        return null;
    }
}
