package io.dromedary.steps.breaker;

import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.model.CircuitBreakerDefinition;
import org.apache.camel.reifier.ProcessorReifier;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.TypedProcessorFactory;

/** Makes the processor of each {@code circuitBreaker} in a route. Camel finds it by its service file. */
public final class BreakerFactory extends TypedProcessorFactory<CircuitBreakerDefinition> {
    public BreakerFactory() {
        super(CircuitBreakerDefinition.class);
    }

    @Override
    public Processor doCreateProcessor(Route route, CircuitBreakerDefinition definition) throws Exception {
        return new Reifier(route, definition).createProcessor();
    }

    private static final class Reifier extends ProcessorReifier<CircuitBreakerDefinition> {
        Reifier(Route route, CircuitBreakerDefinition definition) {
            super(route, definition);
        }

        @Override
        public Processor createProcessor() throws Exception {
            var id = getId(definition);
            var settings = BreakerSettings.of(camelContext, id, definition);
            var steps = AsyncProcessorConverterHelper.convert(createChildProcessor(true));
            var otherwise = definition.getOnFallback();
            var outputs = otherwise == null ? null : createOutputsProcessor(otherwise.getOutputs());
            var fallback = outputs == null ? null : AsyncProcessorConverterHelper.convert(outputs);
            var breakers = mandatoryFindSingleByType(Breakers.class);
            return new BreakerProcessor(
                    new BreakerProcessor.Parts(breakers.of(id, settings), settings.timeout(), steps, fallback));
        }
    }
}
