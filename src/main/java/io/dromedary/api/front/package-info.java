/** What an API needs to be a front of chat: its requests become chat requests, and chat's answers its own. */
@NullMarked
package io.dromedary.api.front;

import org.jspecify.annotations.NullMarked;
