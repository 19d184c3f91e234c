package io.tidemark.bench.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.bench.write.WriteLog.Logged;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteLogTest {
    private static final String TEXT = """
            2026-11-28 09:14:12.345+0000: starting up libvirt version: 9.0.0
            wrote 4096/4096 bytes at offset 322076672
            4 KiB, 1 ops; 00.00 sec (15.625 MiB/sec and 4000.0000 ops/sec)
            wrote 4096/4096 bytes at offset 0
            4 KiB, 1 ops; 00.50 sec (8 KiB/sec and 2.0000 ops/sec)
            """;

    @Test
    void theTimeOfAWriteIsTheReciprocalOfItsOperationsASecond() {
        assertThat(WriteLog.parse(TEXT)).containsExactly(new Logged(322_076_672, 0.25), new Logged(0, 500));
    }

    @Test
    void theWritesThatWereAskedForAreFound() throws Exception {
        assertThat(WriteLog.parse(TEXT, List.of(322_076_672L, 0L))).hasSize(2);
    }

    @Test
    void aWriteThatIsNotLoggedIsAnError() {
        assertThatThrownBy(() -> WriteLog.parse(TEXT, List.of(322_076_672L, 0L, 4096L)))
                .hasMessage("QEMU's log: expected 3 writes at the offsets that were asked for, found 2, the last at 0");
    }

    @Test
    void writesInAnotherOrderAreAnError() {
        assertThatThrownBy(() -> WriteLog.parse(TEXT, List.of(0L, 322_076_672L)))
                .hasMessageStartingWith("QEMU's log: expected 2 writes at the offsets");
    }
}
