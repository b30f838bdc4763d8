/** Amazon Bedrock's Converse API as an upstream: its blocks, its binary event stream, and its signatures. */
@NullMarked
package io.dromedary.backend.dialect.bedrock;

import org.jspecify.annotations.NullMarked;
