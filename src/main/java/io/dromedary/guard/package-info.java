/**
 * Guards: what looks at the texts of a request before a model reads them, and at those of an answer before its caller does.
 * Finds personal data itself, whole or as it streams, and asks guards outside for what it cannot judge.
 */
@NullMarked
package io.dromedary.guard;

import org.jspecify.annotations.NullMarked;
