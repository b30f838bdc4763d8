package io.dromedary.responses;

import static io.dromedary.responses.Trees.object;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class KeptItemTest {
    @Test
    void text_becomes_a_part_of_its_role() {
        assertKept(
                "{'role':'user','content':'hi'}",
                "{'type':'message','id':'x','status':'completed','role':'user','content':"
                        + "[{'type':'input_text','text':'hi'}]}");
        assertKept(
                "{'type':'message','role':'assistant','content':'hi'}",
                "{'type':'message','id':'x','status':'completed','role':'assistant','content':"
                        + "[{'type':'output_text','text':'hi','annotations':[],'logprobs':[]}]}");
    }

    @Test
    void what_is_there_stays() {
        assertKept(
                "{'type':'message','id':'old','status':'incomplete','role':'assistant','phase':'commentary','content':"
                        + "[{'type':'output_text','text':'hi','annotations':[{'type':'url_citation'}]},"
                        + "{'type':'refusal','refusal':'no'}]}",
                "{'type':'message','id':'x','status':'incomplete','role':'assistant','phase':'commentary','content':"
                        + "[{'type':'output_text','text':'hi','annotations':[{'type':'url_citation'}],'logprobs':[]},"
                        + "{'type':'refusal','refusal':'no'}]}");
        assertKept(
                "{'type':'acme:thing','anything':{'a':[1.5]}}",
                "{'type':'acme:thing','id':'x','anything':{'a':[1.5]}}");
    }

    @Test
    void calls_and_their_outputs_have_a_status_and_reasoning_needs_none() {
        assertKept(
                "{'type':'function_call','call_id':'c','name':'f','arguments':'{}','status':null}",
                "{'type':'function_call','id':'x','status':'completed','call_id':'c','name':'f','arguments':'{}'}");
        assertKept(
                "{'type':'function_call_output','call_id':'c','output':'1'}",
                "{'type':'function_call_output','id':'x','status':'completed','call_id':'c','output':'1'}");
        assertKept(
                "{'type':'reasoning','summary':[],'encrypted_content':null}",
                "{'type':'reasoning','id':'x','summary':[]}");
        assertKept(
                "{'type':'compaction','encrypted_content':'AQ'}",
                "{'type':'compaction','id':'x','encrypted_content':'AQ'}");
    }

    @Test
    void an_image_has_a_detail_wherever_it_stands() {
        assertKept(
                "{'role':'user','content':[{'type':'input_image','image_url':'u'},"
                        + "{'type':'input_image','image_url':'v','detail':'low'}]}",
                "{'type':'message','id':'x','status':'completed','role':'user','content':["
                        + "{'type':'input_image','image_url':'u','detail':'auto'},"
                        + "{'type':'input_image','image_url':'v','detail':'low'}]}");
        assertKept(
                "{'type':'function_call_output','call_id':'c','output':[{'type':'input_image','image_url':'u'}]}",
                "{'type':'function_call_output','id':'x','status':'completed','call_id':'c','output':["
                        + "{'type':'input_image','image_url':'u','detail':'auto'}]}");
    }

    @Test
    void the_item_that_was_given_is_not_touched_and_what_was_made_whole_stays_so() {
        var given = object("{'role':'assistant','content':'hi'}");
        var copy = given.deepCopy();
        var kept = KeptItem.of(given, "x");
        assertThat(given).isEqualTo(copy);
        assertThat(KeptItem.of(kept, "x")).isEqualTo(kept);
    }

    private static void assertKept(String given, String kept) {
        assertThat(KeptItem.of(object(given), "x")).isEqualTo(object(kept));
    }
}
