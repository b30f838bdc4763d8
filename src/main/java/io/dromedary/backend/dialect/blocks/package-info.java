/**
 * What the upstreams have in common whose messages are lists of content blocks, Anthropic's and Bedrock's: chat messages as
 * turns of blocks, blocks as a chat answer, and what is known of Claude.
 */
@NullMarked
package io.dromedary.backend.dialect.blocks;

import org.jspecify.annotations.NullMarked;
