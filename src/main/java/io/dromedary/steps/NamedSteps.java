package io.dromedary.steps;

import java.util.Map;
import org.apache.camel.Processor;

/** Steps that belong together. */
public interface NamedSteps {
    /** Each by the name that routes use. */
    Map<String, Processor> byName();
}
