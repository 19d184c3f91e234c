package io.tidemark.embedded.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanupTest {
    private final List<String> stopped = new ArrayList<>();
    private final Cleanup cleanup = new Cleanup();

    @Test
    void theLastPartIsStoppedFirstAndEachOnce() throws IOException {
        cleanup.add(() -> stopped.add("first"));
        cleanup.add(() -> stopped.add("second"));

        cleanup.close();
        cleanup.close();

        assertThat(stopped).containsExactly("second", "first");
    }

    @Test
    void aPartThatCannotBeStoppedIsNamedAndHoldsUpNoOther() throws IOException {
        cleanup.add(() -> stopped.add("first"));
        cleanup.add(() -> {
            throw new IOException("stuck");
        });

        assertThatThrownBy(cleanup::close).isInstanceOf(IOException.class).hasMessageContaining("stuck");

        assertThat(stopped).containsExactly("first");
    }

    @Test
    void aPartThatComesTooLateIsStoppedAtOnce() throws IOException {
        cleanup.close();

        assertThatThrownBy(() -> cleanup.add(() -> stopped.add("late")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("being stopped");

        assertThat(stopped).containsExactly("late");
    }
}
