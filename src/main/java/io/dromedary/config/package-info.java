/** YAML to records: read, checked against a schema, reloaded as one snapshot. Depends on no other room. */
@NullMarked
package io.dromedary.config;

import org.jspecify.annotations.NullMarked;
