package io.tidemark.agent.repository.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.TestHosts;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.crypto.HostSigner;
import io.tidemark.agent.repository.crypto.SigningHost;
import io.tidemark.agent.repository.log.LogRecord.Committed;
import io.tidemark.agent.repository.log.LogRecord.Pruned;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Commits whose digests are right, and whose signatures are not.
class SignedRecordsTest {
    private static final UUID REPOSITORY = LogSamples.KEY.repository();
    private static final Optional<Digest> PREVIOUS = Optional.of(LogSamples.digest("the record before"));
    private static final Committed COMMIT = LogSamples.committed(2, 1L);

    private final MemoryBlobs blobs = new MemoryBlobs();
    private final Signatures signatures = TestHosts.enrolled(blobs, REPOSITORY, TestHosts.SELF);
    private final LogCodec codec = new LogCodec(LogSamples.KEY, ContentSeal.NONE, signatures);
    private final byte[] good = codec.encode(12, PREVIOUS, COMMIT);
    private final byte[] lines = RecordFrame.read("it", good).lines();

    private void requireSigned(byte[] record) {
        codec.requireSigned(12, codec.decode(12, PREVIOUS, record), record);
    }

    private static byte[] signed(byte[] lines, Signatures signatures) {
        return RecordFrame.whole(lines, Optional.of(signatures.sign(TestHosts.SELF.id(), lines)));
    }

    private void assertNotSigned(byte[] record, String expected, String found) {
        assertThatThrownBy(() -> requireSigned(record))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("record " + LogSamples.KEY.name(12) + " is damaged: expected " + expected)
                .hasMessageEndingWith("found " + found);
    }

    @Test
    void theFirstTwoLinesAreSignedForTheRepository() {
        String text = new String(good, UTF_8);
        int end = text.indexOf("signature ");
        String[] line = text.substring(end).lines().findFirst().orElseThrow().split(" ", -1);

        byte[] signature = TestHosts.SELF
                .signer()
                .sign(
                        new RepositoryId(REPOSITORY.toString()),
                        text.substring(0, end).getBytes(UTF_8));

        assertThat(line)
                .containsExactly("signature", TestHosts.SELF.signer().id().hex(), hex(signature));
        assertThatCode(() -> requireSigned(good)).doesNotThrowAnyException();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void aCommitWithoutASignatureIsNotEvenRead() {
        assertThatThrownBy(() -> codec.decode(12, PREVIOUS, RecordFrame.whole(lines, Optional.empty())))
                .isInstanceOf(DamagedException.class)
                .hasMessageEndingWith("expected a signature of host " + TestHosts.SELF.id() + ", found none");
    }

    @Test
    void anyOtherRecordHasNoSignature() {
        byte[] pruned = codec.encode(12, PREVIOUS, new Pruned(LogSamples.point(1)));
        byte[] other = RecordFrame.read("it", pruned).lines();

        assertThatThrownBy(() -> codec.decode(12, PREVIOUS, signed(other, signatures)))
                .isInstanceOf(DamagedException.class)
                .hasMessageEndingWith("expected no signature, as it is no commit, found one");
    }

    @Test
    void everyFlippedBitOfWhatIsReadAsACommitShows() {
        Signatures.Signature signature = signatures.sign(TestHosts.SELF.id(), lines);
        IntStream accepted = IntStream.range(0, lines.length * Byte.SIZE)
                .filter(bit -> bit % 11 == 0) // a check takes its time
                .filter(bit -> isAccepted(RecordFrame.whole(flipped(lines, bit), Optional.of(signature))));

        assertThat(accepted).isEmpty();
    }

    private boolean isAccepted(byte[] record) {
        try {
            requireSigned(record);
            return true;
        } catch (RepositoryException refused) {
            return false;
        }
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
        return flipped;
    }

    @Test
    void aSignatureOverOtherLinesIsNone() {
        byte[] other =
                new String(lines, UTF_8).replace("2026-01-02", "2026-01-03").getBytes(UTF_8);

        assertNotSigned(
                RecordFrame.whole(other, Optional.of(signatures.sign(TestHosts.SELF.id(), lines))),
                "the signature of host " + TestHosts.SELF.id() + " by its key "
                        + TestHosts.SELF.signer().id(),
                "another one");
    }

    @Test
    void aSignatureOfAnotherRepositoryIsNone() {
        byte[] elsewhere = signed(lines, TestHosts.enrolled(new MemoryBlobs(), new UUID(7, 7), TestHosts.SELF));

        assertNotSigned(elsewhere, "the signature of host " + TestHosts.SELF.id(), "another one");
    }

    @Test
    void aHostThatIsEnrolledDoesNotSignForAnother() {
        TestHosts.enrolled(blobs, REPOSITORY, TestHosts.OTHER);
        var posing = new SigningHost(TestHosts.SELF.id(), TestHosts.OTHER.signer());
        byte[] posed = signed(lines, TestHosts.enrolled(new MemoryBlobs(), REPOSITORY, posing));

        assertNotSigned(
                posed,
                "a signature by a key of host " + TestHosts.SELF.id() + " that is enrolled, one of ["
                        + TestHosts.SELF.signer().id() + "]",
                "one by " + TestHosts.OTHER.signer().id());
    }

    @Test
    void aKeyOfNobodyIsNone() {
        byte[] record = signed(lines, signatures);
        blobs.objects.clear();
        var later =
                new LogCodec(LogSamples.KEY, ContentSeal.NONE, TestHosts.enrolled(blobs, REPOSITORY, TestHosts.OTHER));

        assertThatThrownBy(() -> later.requireSigned(12, COMMIT, record))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("that is enrolled, one of []");
    }

    @Test
    void aKeyThatIsEnrolledAfterOthersWereRememberedIsFound() {
        requireSigned(good);
        var second = new SigningHost(TestHosts.SELF.id(), HostSigner.create());

        byte[] record = signed(lines, TestHosts.enrolled(blobs, REPOSITORY, second));

        assertThatCode(() -> requireSigned(record)).doesNotThrowAnyException();
        assertThatCode(() -> requireSigned(good)).doesNotThrowAnyException();
    }

    @Test
    void nobodySignsInAnothersName() {
        var other = new HostId(new UUID(7, 7));

        assertThatThrownBy(() -> signatures.sign(other, lines))
                .isInstanceOf(KeyRefused.class)
                .hasMessageContaining("expected the key of host " + other);
    }
}
