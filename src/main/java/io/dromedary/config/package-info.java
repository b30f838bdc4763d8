/** YAML to records: read, checked against a schema, reloaded as one snapshot. Of the other rooms it knows only the words of service tiers. */
@NullMarked
package io.dromedary.config;

import org.jspecify.annotations.NullMarked;
