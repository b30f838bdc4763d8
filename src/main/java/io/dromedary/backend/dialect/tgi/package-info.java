/**
 * Hugging Face Text Generation Inference, whose chat completions look like OpenAI's and differ in most details. Its
 * contract is frozen: 3.3.7 is the last release. Older releases are read where they were recorded.
 */
@NullMarked
package io.dromedary.backend.dialect.tgi;

import org.jspecify.annotations.NullMarked;
