package io.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessStatTest {
    @TempDir
    Path folder;

    @Test
    void anEndedChildsTimeIsCounted() throws Exception {
        double before = ProcessStat.coreSecondsOfEndedChildren();

        Program.run(folder, List.of("bash", "-c", "for ((i = 0; i < 200000; i++)); do :; done"));

        assertThat(ProcessStat.coreSecondsOfEndedChildren()).isGreaterThan(before);
    }

    @Test
    void thisJvmHasAnonymousMemory() throws Exception {
        assertThat(ProcessStat.anonymousBytes(ProcessHandle.current().pid())).isGreaterThan(1024 * 1024);
    }
}
