package io.dromedary.backend;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Replaces components of {@link Capabilities}, and of the {@link Quirks} among them, by name. */
final class CapabilityOverrides {
    private CapabilityOverrides() {}

    static Capabilities apply(Capabilities base, Map<String, Object> overrides) {
        return overrides.isEmpty() ? base : replaced(base, overrides);
    }

    private static <R extends Record> R replaced(R base, Map<String, Object> overrides) {
        @SuppressWarnings("unchecked")
        var type = (Class<R>) base.getClass();
        var components = type.getRecordComponents();
        var values = new @Nullable Object[components.length];
        var types = new Class<?>[components.length];
        try {
            for (var i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                var override = overrides.get(components[i].getName());
                var value = components[i].getAccessor().invoke(base);
                values[i] = value instanceof Record inner
                        ? isNamed(inner, overrides) ? replaced(inner, overrides) : inner
                        : override == null ? value : converted(components[i], override);
            }
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isNamed(Record inner, Map<String, Object> overrides) {
        return Arrays.stream(inner.getClass().getRecordComponents())
                .anyMatch(component -> overrides.containsKey(component.getName()));
    }

    private static Object converted(RecordComponent component, Object value) {
        return switch (value) {
            case Number number when component.getType() == int.class -> number.intValue();
            case Boolean flag when component.getType() == boolean.class -> flag;
            case Collection<?> words
            when component.getType() == Set.class ->
                words.stream().map(String::valueOf).collect(Collectors.toCollection(LinkedHashSet::new));
            case Map<?, ?> members when component.getType() == Map.class -> new LinkedHashMap<>(members);
            default ->
                throw new IllegalArgumentException("capabilities." + component.getName() + " cannot be " + value);
        };
    }
}
