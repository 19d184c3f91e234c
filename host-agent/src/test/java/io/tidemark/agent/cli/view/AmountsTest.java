package io.tidemark.agent.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1536, 1.5 KiB",
        "10486537, 10.0 MiB",
        "1099511627776, 1.0 TiB",
        "9223372036854775807, 8.0 EiB"
    })
    void bytesAreSaidInTheLargestUnitThatFits(long bytes, String said) {
        assertThat(Amounts.bytes(bytes)).isEqualTo(said);
    }

    @Test
    void anExactAmountNamesEachByte() {
        assertThat(Amounts.exactly(777)).isEqualTo("777 bytes");
        assertThat(Amounts.exactly(1536)).isEqualTo("1.5 KiB (1536 bytes)");
    }

    @ParameterizedTest
    @CsvSource({"0, 0:00", "61, 1:01", "3599, 59:59", "3723, 1:02:03"})
    void secondsAreSaidAsAClockDoes(long seconds, String said) {
        assertThat(Amounts.clock(seconds)).isEqualTo(said);
    }
}
