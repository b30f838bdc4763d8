package io.dromedary.testing.clients;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonTypeName;

/** A tool as the Java clients have it: its name and its schema are those of a class. */
@JsonTypeName("get_weather")
@JsonClassDescription("How warm it is")
public final class GetWeather {
    public String wherever = "";
}
