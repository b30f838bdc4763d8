package io.dromedary.backend;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Replaces components of {@link Capabilities} by name. */
final class CapabilityOverrides {
    private CapabilityOverrides() {}

    static Capabilities apply(Capabilities base, Map<String, Object> overrides) {
        if (overrides.isEmpty()) {
            return base;
        }
        var components = Capabilities.class.getRecordComponents();
        var values = new @Nullable Object[components.length];
        var types = new Class<?>[components.length];
        try {
            for (var i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                var override = overrides.get(components[i].getName());
                values[i] = override == null
                        ? components[i].getAccessor().invoke(base)
                        : converted(components[i], override);
            }
            return Capabilities.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object converted(RecordComponent component, Object value) {
        return switch (value) {
            case Number number when component.getType() == int.class -> number.intValue();
            case Boolean flag when component.getType() == boolean.class -> flag;
            case Collection<?> words
            when component.getType() == Set.class ->
                words.stream().map(String::valueOf).collect(Collectors.toCollection(LinkedHashSet::new));
            default ->
                throw new IllegalArgumentException("capabilities." + component.getName() + " cannot be " + value);
        };
    }
}
