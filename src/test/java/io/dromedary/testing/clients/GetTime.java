package io.dromedary.testing.clients;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonTypeName;

/** Another tool. */
@JsonTypeName("get_time")
@JsonClassDescription("How late it is")
public final class GetTime {
    public String wherever = "";
}
