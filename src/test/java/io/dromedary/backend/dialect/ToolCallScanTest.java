package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ToolCallScanTest {
    private final AtomicInteger made = new AtomicInteger();

    /** Of a backend whose indexes can be relied on. */
    private final ToolCallScan numbered = new ToolCallScan(prefix -> prefix + made.incrementAndGet(), true);

    /** Of one whose indexes say nothing. */
    private final ToolCallScan unnumbered = new ToolCallScan(prefix -> prefix + made.incrementAndGet(), false);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[] | []",
                "[ {'id':'a','type':'function'} ] | [ {'id':'a','type':'function'} ]",
                "[{}] | [{'id':'call_1'}]",
                "[{'type':null},{'type':null}] | [{'id':'call_1','type':'function'},{'id':'call_2','type':'function'}]",
                "[{'id':null} , {'id':''}] | [{'id':'call_1'} , {'id':'call_2'}]",
                "[{'id':'a','function':{'name':'f','arguments':null}}] | [{'id':'a','function':{'name':'f','arguments':'{}'}}]",
                "[{'id':'a','function':{'arguments':[1]}}] | [{'id':'a','function':{'arguments':'[1]'}}]",
                "[{'id':'a','function':{'name':null}}] | [{'id':'a','function':{'name':null}}]",
                "[5,{}] | [5,{}]",
            })
    void what_clients_break_on_is_mended_in_a_whole_answer(String calls, String mended) {
        assertThat(whole(calls)).isEqualTo(mended);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[{'index':0,'id':null,'type':null}] | [{'index':0}]",
                "[{'index':null,'id':'a'}] | [{'index':0,'id':'a'}]",
                "[{},{}] | [{'index':0},{'index':0}]",
                "[{'id':'a'} , {'id':'b'},{}] | [{'index':0,'id':'a'} , {'index':1,'id':'b'},{'index':1}]",
                "[{'index':0,'function':{'name':null,'arguments':null}}] | [{'index':0,'function':{}}]",
            })
    void what_clients_break_on_is_mended_in_a_piece_of_a_stream(String calls, String mended) {
        assertThat(delta(numbered, calls, 0)).isEqualTo(mended);
    }

    @Test
    void calls_that_all_say_index_zero_are_told_apart_by_their_ids() {
        assertThat(delta(unnumbered, "[{'index':0,'id':'a','function':{'name':'f'}} , {'index':0,'id':'b'}]", 0))
                .isEqualTo("[{'index':0,'id':'a','function':{'name':'f'}} , {'index':1,'id':'b'}]");
        assertThat(delta(unnumbered, "[{'index':0,'id':'b','function':{'arguments':'x'}}]", 0))
                .isEqualTo("[{'index':1,'id':'b','function':{'arguments':'x'}}]");
        assertThat(delta(unnumbered, "[{'index':0,'function':{'arguments':'y'}}]", 0))
                .isEqualTo("[{'index':1,'function':{'arguments':'y'}}]");
        assertThat(delta(unnumbered, "[{'index':7,'id':'c'}]", 0)).isEqualTo("[{'index':2,'id':'c'}]");
    }

    @Test
    void where_there_are_no_ids_a_name_begins_the_next_call_and_gets_one() {
        assertThat(delta(unnumbered, "[{'function':{'name':'f','arguments':''}}]", 0))
                .isEqualTo("[{'id':'call_1','index':0,'function':{'name':'f','arguments':''}}]");
        assertThat(delta(unnumbered, "[{'function':{'arguments':'{}'}}]", 0))
                .isEqualTo("[{'index':0,'function':{'arguments':'{}'}}]");
        assertThat(delta(unnumbered, "[{'index':0,'id':'','type':null,'function':{'name':'f','arguments':null}}]", 0))
                .isEqualTo("[{'index':1,'id':'call_2','function':{'name':'f'}}]");
    }

    @Test
    void a_piece_that_says_nothing_belongs_to_the_call_that_is_under_way() {
        assertThat(delta(unnumbered, "[{}]", 0)).isEqualTo("[{'index':0}]");
        assertThat(delta(unnumbered, "[{'id':'a'}]", 0)).isEqualTo("[{'index':1,'id':'a'}]");
        assertThat(delta(unnumbered, "[{}]", 0)).isEqualTo("[{'index':1}]");
    }

    @Test
    void each_choice_counts_its_own_calls() {
        for (var scan : new ToolCallScan[] {numbered, unnumbered}) {
            assertThat(delta(scan, "[{'id':'a'},{'id':'b'}]", 0))
                    .isEqualTo("[{'index':0,'id':'a'},{'index':1,'id':'b'}]");
            assertThat(delta(scan, "[{'id':'b'}]", 2)).isEqualTo("[{'index':0,'id':'b'}]");
            assertThat(delta(scan, "[{'id':'c'}]", 1)).isEqualTo("[{'index':0,'id':'c'}]");
            assertThat(delta(scan, "[{'id':'d'}]", 2)).isEqualTo("[{'index':1,'id':'d'}]");
        }
    }

    private String whole(String calls) {
        var text = bytes(calls);
        var patch = new Patch();
        numbered.whole(text, 1, text.length - 1, patch);
        return patched(text, patch);
    }

    private static String delta(ToolCallScan scan, String calls, int choice) {
        var text = bytes(calls);
        var patch = new Patch();
        scan.delta(text, 1, text.length - 1, choice, patch);
        return patched(text, patch);
    }

    /** A list in the middle of a text. */
    private static byte[] bytes(String calls) {
        return Answers.bytes("(" + calls.replace('\'', '"') + ")");
    }

    private static String patched(byte[] text, Patch patch) {
        return Answers.text(patch.toBytes(text, 1, text.length - 1)).replace('"', '\'');
    }
}
