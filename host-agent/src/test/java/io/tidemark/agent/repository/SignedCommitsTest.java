package io.tidemark.agent.repository;

import static io.tidemark.agent.repository.TestPoints.SIZE_BYTES;
import static io.tidemark.agent.repository.TestPoints.VM;
import static io.tidemark.agent.repository.TestPoints.full;
import static io.tidemark.agent.repository.TestPoints.key;
import static io.tidemark.agent.repository.TestPoints.randomDisk;
import static io.tidemark.agent.repository.TestPoints.readWhole;
import static io.tidemark.agent.repository.TestPoints.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.FolderStorage.Access;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.VerificationReport.Signer;
import io.tidemark.agent.repository.VerificationReport.Vouchers;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.crypto.Credential;
import io.tidemark.agent.repository.crypto.HostSigner;
import io.tidemark.agent.repository.crypto.RecoveryKey;
import io.tidemark.agent.repository.crypto.SigningHost;
import io.tidemark.agent.repository.log.ForgedLog;
import io.tidemark.agent.repository.log.LogKey;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.VmId;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log of two points, one each of two hosts, and what somebody makes of it who can write to the storage. The
/// records are: 0 opened, 1 committed, 2 closed, 3 opened, 4 committed, 5 closed.
class SignedCommitsTest {
    private static final long FIRST = 1;
    private static final long SECOND = 4;

    private final Path folder;
    private final MemoryBlobs blobs = new MemoryBlobs();

    SignedCommitsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void write() {
        signing(TestHosts.SELF).create();
        full(signing(TestHosts.SELF), 1, randomDisk(1));
        full(signing(TestHosts.OTHER), 2, randomDisk(2));
    }

    /// Whose chunks are what it says they are only if it is trusted.
    @Test
    void aFullTakesNothingOverFromAPointOfAHostThatIsNotTrusted() {
        assertThat(full(signing(TestHosts.SELF), 3, randomDisk(2)).newBytes()).isEqualTo(SIZE_BYTES);
        assertThat(full(signing(TestHosts.SELF), 4, randomDisk(2)).newBytes()).isZero();
    }

    /// A process that signs as a host.
    private BlobRepository signing(SigningHost host) {
        return opened(Access.CLEAR.signingAs(host));
    }

    /// A process that only reads.
    private BlobRepository reading() {
        return opened(Access.CLEAR);
    }

    private BlobRepository opened(Access access) {
        return TestRepositories.over(blobs, folder, InstantSource.system(), access);
    }

    private ForgedLog forged() {
        return new ForgedLog(blobs, new LogKey(reading().id().orElseThrow(), VM));
    }

    private static String later(String json) {
        return json.replace("2026-01-02T03:04:05Z", "2026-01-03T03:04:05Z");
    }

    private List<String> keys() {
        return blobs.objects.keySet().stream()
                .filter(name -> name.startsWith("keys/host-"))
                .toList();
    }

    private static VerificationReport verified(BlobRepository repository) {
        return Verification.of(repository).run((_, _) -> {});
    }

    private static List<String> findings(VerificationReport report) {
        return report.findings().stream()
                .map(finding -> finding.what().getFirst())
                .toList();
    }

    @Test
    void itIsToldWhoHasSignedWhat() {
        VerificationReport report = verified(reading());

        assertThat(VmHistory.of(reading(), VM).points())
                .extracting(VmHistory.Entry::host)
                .containsExactly(TestHosts.SELF.id(), TestHosts.OTHER.id());
        assertThat(report.findings()).isEmpty();
        assertThat(report.signers().hosts())
                .containsExactly(new Signer(TestHosts.SELF.id(), 1, 1), new Signer(TestHosts.OTHER.id(), 1, 1));
        assertThat(report.signers().vouchers()).isEqualTo(Vouchers.NONE);
    }

    @Test
    void whoHasNoKeyWritesNothing() {
        Map<String, byte[]> before = new TreeMap<>(blobs.objects);

        assertThatThrownBy(() -> reading().openWrite(requestOfAnotherVm()))
                .isInstanceOf(KeyRefused.class)
                .hasMessageContaining("expected a host with a key to sign commits with, found none");
        assertThat(blobs.objects).containsExactlyEntriesOf(before);
    }

    /// Which is not registered yet.
    private static WriteRequest requestOfAnotherVm() {
        WriteRequest same = request(3, null);
        return new WriteRequest(
                new VmId(new UUID(1, 2)), same.tracker(), null, same.attempt(), same.point(), same.disks());
    }

    @Test
    void aHostThatHasSignedNothingIsToldOf() {
        HostId silent = new HostId(new UUID(0x7001, 3));
        TestHosts.enrolled(blobs, reading().id().orElseThrow(), new SigningHost(silent, HostSigner.create()));

        assertThat(verified(reading()).signers().hosts()).last().isEqualTo(new Signer(silent, 1, 0));
    }

    @Test
    void whoLooksEnrolsNobody() {
        Map<String, byte[]> before = new TreeMap<>(blobs.objects);
        BlobRepository third = signing(new SigningHost(TestHosts.SELF.id(), HostSigner.create()));

        assertThat(third.points(VM)).hasSize(2);
        assertThat(third.parent(key(2))).isPresent();
        assertThat(third.committed(VM, TestPoints.attempt(1))).isPresent();

        assertThat(blobs.objects).containsExactlyEntriesOf(before);
    }

    @Test
    void aHostIsEnrolledOnceAndALostKeyBesideTheOld() {
        full(signing(TestHosts.SELF), 3, randomDisk(3));
        assertThat(keys()).hasSize(2);

        full(signing(new SigningHost(TestHosts.SELF.id(), HostSigner.create())), 4, randomDisk(4));

        assertThat(keys())
                .containsExactly(
                        "keys/host-" + TestHosts.SELF.id() + "-1",
                        "keys/host-" + TestHosts.SELF.id() + "-2",
                        "keys/host-" + TestHosts.OTHER.id() + "-1");
        assertThat(verified(reading()).signers().hosts()).contains(new Signer(TestHosts.SELF.id(), 2, 3));
    }

    @Test
    void aForgedNewestCommitIsRefusedByEverybody() {
        BlobRepository longOpen = signing(TestHosts.SELF);
        assertThat(longOpen.points(VM)).hasSize(2);
        blobs.objects.remove("vms/" + VM + "/log/00000000000000000005");

        forged().change(SECOND, SignedCommitsTest::later);

        String damage = "/00000000000000000004 is damaged: expected the signature of host " + TestHosts.OTHER.id();
        for (BlobRepository each : List.of(reading(), longOpen)) {
            assertThatThrownBy(() -> each.points(VM))
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining(damage);
            assertThatThrownBy(() -> readWhole(each, 1)).isInstanceOf(DamagedException.class);
            assertThatThrownBy(each::collect).isInstanceOf(DamagedException.class);
        }
        assertThatThrownBy(() -> signing(TestHosts.SELF).openWrite(request(3, 1L)))
                .isInstanceOf(DamagedException.class);
        assertThat(findings(verified(reading()))).singleElement().asString().contains(damage);
    }

    /// Who has a host's key can hide a forgery below a commit of his own from those who do not look at it.
    @Test
    void aForgedCommitBelowOneThatAHostVouchesForIsRefusedByWhoGoesByIt() {
        forged().change(FIRST, SignedCommitsTest::later, TestHosts.OTHER);

        assertThat(reading().points(VM)).hasSize(2);
        assertThat(readWhole(signing(TestHosts.SELF), 2)).isEqualTo(randomDisk(2));
        String damage = "/00000000000000000001 is damaged: expected the signature of host " + TestHosts.SELF.id();
        assertThatThrownBy(() -> readWhole(signing(TestHosts.SELF), 1)).hasMessageContaining(damage);
        assertThatThrownBy(() -> reading().parent(key(1))).hasMessageContaining(damage);
        assertThatThrownBy(() -> reading().committed(VM, TestPoints.attempt(1))).hasMessageContaining(damage);
        assertThatThrownBy(() -> VmHistory.requireSigned(reading(), key(1))).hasMessageContaining(damage);
        assertThatThrownBy(() -> signing(TestHosts.SELF).openWrite(request(3, 1L)))
                .hasMessageContaining(damage);
        assertThat(findings(verified(reading()))).singleElement().asString().contains(damage);
    }

    @Test
    void aCommitWithoutASignatureIsDamage() {
        forged().dropSignature(SECOND);

        assertThatThrownBy(() -> reading().points(VM))
                .isInstanceOf(DamagedException.class)
                .hasMessageEndingWith("expected a signature of host " + TestHosts.OTHER.id() + ", found none");
    }

    @Test
    void aKeyThatIsLostIsDamageUntilItsHostWritesAgain() {
        blobs.objects.remove("keys/host-" + TestHosts.OTHER.id() + "-1");

        assertThatThrownBy(() -> reading().points(VM))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("a key of host " + TestHosts.OTHER.id() + " that is enrolled, one of []");
        assertThat(verified(reading()).isClean()).isFalse();

        full(signing(TestHosts.OTHER), 3, randomDisk(3));
        assertThat(verified(reading()).isClean()).isTrue();
    }

    @Test
    void aDamagedKeyIsFound() {
        String name = "keys/host-" + TestHosts.SELF.id() + "-1";
        Objects.requireNonNull(blobs.objects.get(name))[40] ^= 1;

        assertThat(findings(verified(reading())))
                .isNotEmpty()
                .allMatch(each -> each.startsWith("key 1 of host " + TestHosts.SELF.id()));
    }

    /// In a repository with protection.
    private final class Protected {
        private final Credential key = Credential.createKeyFile(folder.resolve("key"));

        private Protected() {
            blobs.objects.clear();
            keyed().createProtected(key, RecoveryKey.create().publicHalf());
            full(keyed(), 1, randomDisk(1));
            full(keyed(), 2, randomDisk(2));
        }

        private BlobRepository keyed() {
            return opened(new Access(Optional.of(keyring -> keyring.unlock(key)), false, Optional.of(TestHosts.SELF)));
        }
    }

    @Test
    void whoHasNoKeyChecksAllButWhoEnrolledTheHosts() {
        Protected repository = new Protected();

        VerificationReport locked = verified(reading());
        VerificationReport keyed = verified(repository.keyed());

        assertThat(locked.findings()).isEmpty();
        assertThat(locked.signers().vouchers()).isEqualTo(Vouchers.NOT_CHECKED);
        assertThat(keyed.findings()).isEmpty();
        assertThat(keyed.signers().vouchers()).isEqualTo(Vouchers.CHECKED);
        assertThat(keyed.signers().hosts())
                .isEqualTo(locked.signers().hosts())
                .containsExactly(new Signer(TestHosts.SELF.id(), 1, 2));
    }

    @Test
    void whoHasNoKeyFindsAForgedCommitWhoseDigestIsRight() {
        Protected repository = new Protected();

        forged().change(SECOND, SignedCommitsTest::later);

        assertThat(findings(verified(reading())))
                .anyMatch(each -> each.contains("expected the signature of host " + TestHosts.SELF.id()));
        assertThat(verified(repository.keyed()).isClean()).isFalse();
    }

    @Test
    void whoOnlyReachesTheStorageIsNoHostForThoseWhoHaveAKey() {
        Protected repository = new Protected();

        forged().change(SECOND - 1, json -> json, TestHosts.OTHER);

        VerificationReport locked = verified(reading());
        assertThat(locked.findings()).isEmpty();
        assertThat(locked.signers().hosts()).contains(new Signer(TestHosts.OTHER.id(), 1, 1));
        assertThat(findings(verified(repository.keyed())))
                .anyMatch(each -> each.startsWith("key 1 of host " + TestHosts.OTHER.id()));
        assertThatThrownBy(() -> repository.keyed().points(VM))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("voucher");
    }
}
