package io.dromedary.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MachineTest {

    @Test
    void cpu_time_is_user_and_system_even_for_an_odd_name() {
        var stat = "4711 (nginx: (a) worker) S 4710 4711 4711 0 -1 4194368 812 0 0 0 1234 567 8 9 20 0 1 0 99 1 2 3";

        assertThat(ProcFiles.ticks(stat)).isEqualTo(1234 + 567);
        assertThat(ProcFiles.ticksWithEndedChildren(stat)).isEqualTo(1234 + 567 + 8 + 9);
    }

    @Test
    void what_others_took_is_what_was_busy_and_not_ours() {
        var before = Bystanders.Times.of("cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 2 3\n", 50);
        var after = Bystanders.Times.of("cpu  150 0 140 790 100 0 10 10 0 0\ncpu0 1 2 3\n", 110);

        assertThat(before).isEqualTo(new Bystanders.Times(1_000, 200, 50));
        assertThat(Bystanders.share(before, after)).isEqualTo(0.25);
    }

    @Test
    void memory_is_read_by_its_name() {
        var status = "Name:\tjava\nVmHWM:\t  999 kB\nVmRSS:\t  51234 kB\nThreads:\t12\n";

        assertThat(ProcFiles.kilobytes(status, "VmRSS")).isEqualTo(51_234);
        assertThat(ProcFiles.kilobytes(status, "VmSwap")).isZero();
    }

    @Test
    void the_hard_limit_of_open_files_counts() {
        var limits = """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             95928                95928                processes
                Max open files            1024                 20000                files
                """;

        assertThat(ProcFiles.openFiles(limits)).isEqualTo(20_000);
        assertThat(ProcFiles.openFiles(limits.replace("20000", "unlimited"))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void two_files_a_stream_and_some_to_spare() {
        assertThat(new OpenFiles(20_400, List.of()).streams()).isEqualTo(10_000);
        assertThat(OpenFiles.needed(10_000)).isEqualTo(20_400);
    }

    @Test
    void the_last_core_is_the_proxys() {
        assertThat(Cores.split("0-2,8"))
                .returns("8", Cores::proxy)
                .returns("0,1,2", Cores::load)
                .returns(List.of("taskset", "-c", "8"), cores -> cores.prefix(Cores.Place.PROXY))
                .returns(List.of("taskset", "-c", "0-2,8"), cores -> cores.prefix(Cores.Place.ANYWHERE));
        assertThat(Cores.split("3").prefix(Cores.Place.PROXY)).isEmpty();
    }

    @Test
    void a_heap_is_the_sum_of_its_generations() {
        assertThat(Heap.usedBytes("""
                4711:
                DefNew     total 157248K, used 1000K [0x00000000, 0x1, 0x2)
                  eden space 139776K,   7% used [0x0, 0x1, 0x2)
                Tenured    total 349568K, used 24K [0x0, 0x1, 0x2)
                Metaspace       used 3000K, committed 3100K, reserved 1114112K
                """)).isEqualTo(1024 * 1024);
        assertThat(Heap.usedBytes(" garbage-first heap   total reserved 524288K, committed 1K, used 2048K [0x0)"))
                .isEqualTo(2 * 1024 * 1024);
        assertThat(Heap.usedBytes("")).isEqualTo(-1);
    }
}
