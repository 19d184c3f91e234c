package io.tidemark.schemas.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdTest {
    @Test
    void aUuidIdReadsItsOwnText() {
        VmId id = VmId.of("0192f0c4-7d3e-7a11-8a55-6f0b7a9d2c10");

        assertThat(VmId.of(id.toString())).isEqualTo(id);
    }

    /// `UUID.fromString` takes "1-1-1-1-1"; an id does not.
    @ParameterizedTest
    @ValueSource(strings = {"", "e", "1-1-1-1-1", "0192f0c4-7d3e-7a11-8a55-6f0b7a9d2c10 ", "../../etc/passwd"})
    void textThatIsNoUuidIsNamedInTheError(String text) {
        assertThatThrownBy(() -> VmId.of(text)).hasMessage("VmId: expected a UUID, found \"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "A", "a/b", "..", "a b", "a\n"})
    void textThatIsNoSlugIsRefused(String text) {
        assertThatThrownBy(() -> new RepositoryId(text)).hasMessageStartingWith("RepositoryId: expected ");
    }

    @Test
    void aSlugOfSixtyFourCharactersIsRefused() {
        String text = "a".repeat(64);

        assertThatThrownBy(() -> new TrackerId(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLaterIncarnationFencesOffEverySequenceOfAnEarlierOne() {
        assertThat(new Attempt(2, 1)).isGreaterThan(new Attempt(1, Long.MAX_VALUE));
    }

    @Test
    void anAttemptReadsItsOwnText() {
        assertThat(Attempt.of("3.17")).isEqualTo(new Attempt(3, 17));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "3", "3.", ".17", "3.x", "0.1", "1.0", "1.2.3", "-1.5"})
    void textThatIsNoAttemptIsRefused(String text) {
        assertThatThrownBy(() -> Attempt.of(text)).hasMessageStartingWith("Attempt: expected ");
    }
}
