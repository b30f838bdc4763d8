package io.dromedary.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TableTest {

    @Test
    void columns_line_up_and_figures_stand_to_the_right() {
        var table = new Table("proxy", "µs");
        table.row("nginx", "14.2");
        table.row("gateway", "9");

        assertThat(table.text()).isEqualTo("""
                | proxy   |   µs |
                |:--------|-----:|
                | nginx   | 14.2 |
                | gateway |    9 |
                """);
    }

    @Test
    void a_row_has_a_cell_for_every_column() {
        assertThatThrownBy(() -> new Table("a", "b").row("1")).hasMessage("1 cells for 2 columns");
    }
}
