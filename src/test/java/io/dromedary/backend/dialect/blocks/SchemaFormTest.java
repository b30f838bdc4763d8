package io.dromedary.backend.dialect.blocks;

import static io.dromedary.backend.dialect.blocks.Spoken.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SchemaFormTest {
    /** A schema, and what a model is held to; single quotes for double ones. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            true                                   | true
            {'type':'string'}                      | {'type':'string'}
            {'type':'object'}                      | {'type':'object','additionalProperties':false}
            {'type':['object','null']}             | {'type':['object','null'],'additionalProperties':false}
            {'type':['string','null']}             | {'type':['string','null']}
            {'properties':{'a':{'type':'object'}}} | {'properties':{'a':{'type':'object','additionalProperties':false}},'additionalProperties':false}
            {'properties':7}                       | {'properties':7,'additionalProperties':false}
            {'oneOf':[{'type':'object'},true]}     | {'anyOf':[{'type':'object','additionalProperties':false},true]}
            {'allOf':[{'type':'object'}]}          | {'allOf':[{'type':'object','additionalProperties':false}]}
            {'anyOf':7}                            | {'anyOf':7}
            {'items':{'type':'object'}}            | {'items':{'type':'object','additionalProperties':false}}
            {'$defs':{'a':{'type':'object'}}}      | {'$defs':{'a':{'type':'object','additionalProperties':false}}}
            {'minItems':1}                         | {'minItems':1}
            {'minItems':2}                         | {'description':'{minItems: 2}'}
            {'format':'date'}                      | {'format':'date'}
            {'format':'color'}                     | {'description':'{format: \\'color\\'}'}
            {'type':'object','additionalProperties':{'type':'string'}} | {'type':'object','additionalProperties':false,'description':'{additionalProperties: {\\'type\\':\\'string\\'}}'}
            {'description':'An age','minimum':0,'maximum':9} | {'description':'An age\\n\\n{minimum: 0, maximum: 9}'}
            """)
    void limits_without_a_grammar_go_into_words_and_objects_are_closed(String schema, String held) {
        assertThat(SchemaForm.of(json(schema.replace('\'', '"')))).isEqualTo(json(held.replace('\'', '"')));
    }
}
