package io.tidemark.agent.repository.crypto;

import static io.tidemark.agent.repository.crypto.Keyrings.PACK;
import static io.tidemark.agent.repository.crypto.Keyrings.REPOSITORY;
import static io.tidemark.agent.repository.crypto.Keyrings.bytes;
import static io.tidemark.agent.repository.crypto.Keyrings.label;
import static io.tidemark.agent.repository.crypto.Keyrings.open;
import static io.tidemark.agent.repository.crypto.Keyrings.passphrase;
import static io.tidemark.agent.repository.crypto.Keyrings.seal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyringTest {
    private static final byte[] PLAIN = bytes("what a guest wrote");
    private static final PackId NEW_PACK = new PackId(PACK.session(), 4);

    private final Keyrings keyrings = new Keyrings();
    private final MemoryBlobs blobs = keyrings.blobs;
    private final Keyring keyring = keyrings.keyring;

    @Nested
    class Creation {
        @Test
        void makesOneObjectThatThePassphraseOpens() {
            RepositoryKeys created = keyrings.created("of the owner");

            RepositoryKeys unlocked = keyring.unlock(passphrase("of the owner"));

            assertThat(blobs.objects).containsOnlyKeys("keys/generation-1");
            assertThat(keyring.isProtecting()).isTrue();
            assertOpens(unlocked, created);
            assertOpens(created, unlocked);
        }

        @Test
        void isDoneOnce() {
            keyrings.created("of the owner");
            Map<String, byte[]> before = Map.copyOf(blobs.objects);

            assertThatThrownBy(() -> keyrings.created("of another"))
                    .isInstanceOf(SessionUnusable.class)
                    .hasMessage(
                            "keys of repository cellar: expected no generation 1, found one that somebody else made");
            assertThatThrownBy(keyring::createUnprotected).isInstanceOf(SessionUnusable.class);
            assertThat(blobs.objects).containsExactlyInAnyOrderEntriesOf(before);
        }

        @Test
        void settlesThatThereIsNoProtection() {
            keyring.createUnprotected();

            assertThat(keyring.isProtecting()).isFalse();
            assertThat(keyring.withoutCredential().isProtecting()).isFalse();
        }

        @Test
        void spellsOutWhatAGuessCosts() {
            keyring.create(Credential.ofPassphrase("of the owner".toCharArray()), keyrings.recovery.publicHalf());

            assertThat(new Forgery(blobs).text("keys/generation-1"))
                    .contains("\"derivation\":\"argon2id\",\"memoryKib\":65536,\"passes\":3,\"lanes\":4,");
            assertThat(keyring.unlock(Credential.ofPassphrase("of the owner".toCharArray()))
                            .canOpen())
                    .isTrue();
        }
    }

    @Nested
    class Unlocking {
        @Test
        void refusesAnotherPassphraseBeforeAnythingIsWritten() {
            keyrings.writeOnly(keyrings.created("of the owner"));
            Map<String, byte[]> before = Map.copyOf(blobs.objects);

            assertThatThrownBy(() -> keyring.unlock(passphrase("of the owned")))
                    .isInstanceOfSatisfying(
                            KeyRefused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(FailureReason.REPOSITORY_UNAVAILABLE))
                    .hasMessage("keys of repository cellar: expected the passphrase or key file of one of its 2 wraps, "
                            + "found one that opens none");
            assertThat(blobs.objects).containsExactlyInAnyOrderEntriesOf(before);
        }

        @Test
        void refusesARepositoryWithoutKeyring() {
            assertThatThrownBy(() -> keyring.unlock(passphrase("of the owner")))
                    .isInstanceOf(RepositoryUnavailable.class)
                    .hasMessage("keys of repository cellar: expected a first generation, found none");
        }

        @Test
        void refusesToGoWithoutProtectionWhenAKeyIsBrought() {
            keyring.createUnprotected();

            assertThatThrownBy(() -> keyring.unlock(passphrase("of the owner")))
                    .isInstanceOf(KeyRefused.class)
                    .hasMessage("keys of repository cellar: expected a protected repository, "
                            + "found one without protection");
            assertThatThrownBy(() -> keyring.unlock(keyrings.recovery)).isInstanceOf(KeyRefused.class);
        }

        @Test
        void refusesToGoWithoutAKeyWhereThereIsProtection() {
            keyrings.created("of the owner");

            assertThatThrownBy(keyring::withoutCredential)
                    .isInstanceOf(KeyRefused.class)
                    .hasMessage("keys of repository cellar: expected a passphrase or key file, found none");
        }

        @Test
        void takesAPassphraseInAnyFormOfUnicode() {
            keyrings.created("f\u00fcr uns");

            assertThat(keyring.unlock(passphrase("fu\u0308r uns")).canOpen()).isTrue();
        }

        @Test
        void refusesAnotherRecoveryKey() {
            keyrings.created("of the owner");

            assertThatThrownBy(() -> keyring.unlock(RecoveryKey.create()))
                    .isInstanceOf(KeyRefused.class)
                    .hasMessage("keys of repository cellar: expected a recovery key of one of its generations, "
                            + "found another");
        }

        @Test
        void refusesAnEmptyPassphrase() {
            assertThatThrownBy(() -> passphrase("")).isInstanceOf(KeyRefused.class);
        }
    }

    @Nested
    class Adding {
        @Test
        void givesAnotherPassphraseTheSameKeys() {
            RepositoryKeys owner = keyrings.created("of the owner");

            keyring.add(owner, passphrase("of the deputy"), Keyring.Role.FULL);

            RepositoryKeys deputy = keyring.unlock(passphrase("of the deputy"));
            assertOpens(deputy, owner);
            assertOpens(keyring.unlock(passphrase("of the owner")), deputy);
            keyring.add(deputy, passphrase("of the third"), Keyring.Role.FULL);
            assertThat(blobs.objects).containsKeys("keys/wrap-1", "keys/wrap-2");
        }

        @Test
        void isForOwnersOnly() {
            RepositoryKeys agent = keyrings.writeOnly(keyrings.created("of the owner"));
            RepositoryKeys recovered = keyring.unlock(keyrings.recovery);
            Credential third = passphrase("of the third");

            assertThatThrownBy(() -> keyring.add(agent, third, Keyring.Role.WRITE_ONLY))
                    .isInstanceOf(KeyRefused.class)
                    .hasMessage("write-only keys of repository cellar, generation 1: "
                            + "expected full ones of the newest generation, found none in them");
            assertThatThrownBy(() -> keyring.add(recovered, third, Keyring.Role.FULL))
                    .isInstanceOf(KeyRefused.class);
            assertThatThrownBy(() -> keyring.rotate(agent, third, keyrings.recovery.publicHalf()))
                    .isInstanceOf(KeyRefused.class);
        }

        @Test
        void isRefusedForKeysOfAnotherKeyring() {
            keyrings.created("of the owner");
            RepositoryKeys other = new Keyrings().created("of the owner");

            assertThatThrownBy(() -> keyring.add(other, passphrase("of the third"), Keyring.Role.FULL))
                    .isInstanceOf(KeyRefused.class);
        }
    }

    @Nested
    class Rotation {
        private final RepositoryKeys first = keyrings.created("old");
        private final RepositoryKeys agent = keyrings.writeOnly(first);
        private final RecoveryKey newRecovery = RecoveryKey.create();

        @Test
        void sealsNewPacksToTheNewGenerationAndReadsOldOnes() {
            PackSealer old = first.sealer(PACK);

            RepositoryKeys second = keyring.rotate(first, passphrase("new"), newRecovery.publicHalf());

            PackSealer recent = second.sealer(NEW_PACK);
            assertThat(second.generation()).isEqualTo(2);
            assertOpened(second, PACK, old);
            assertOpened(second, NEW_PACK, recent);
            assertThatThrownBy(() -> first.opener(NEW_PACK, recent.keySection()))
                    .isInstanceOf(KeyRefused.class);
        }

        @Test
        void leavesTheOldPassphraseWhatWasBefore() {
            PackSealer old = first.sealer(PACK);
            RepositoryKeys second = keyring.rotate(first, passphrase("new"), newRecovery.publicHalf());

            RepositoryKeys late = keyring.unlock(passphrase("old"));

            PackSealer recent = late.sealer(NEW_PACK);
            assertOpened(late, PACK, old);
            assertOpened(second, NEW_PACK, recent);
            assertThatThrownBy(() -> late.opener(NEW_PACK, recent.keySection())).isInstanceOf(KeyRefused.class);
            assertThatThrownBy(() -> keyring.add(late, passphrase("third"), Keyring.Role.FULL))
                    .isInstanceOf(KeyRefused.class);
        }

        @Test
        void letsWritersGoOnWithTheirKeyFileAndTheirIds() {
            RepositoryKeys second = keyring.rotate(first, passphrase("new"), newRecovery.publicHalf());

            RepositoryKeys agentLater = keyring.unlock(passphrase("of the agent"));

            assertThat(agentLater.generation()).isEqualTo(2);
            assertOpens(second, agentLater);
            assertThat(agentLater.ids().of(PLAIN, 0, 5)).isEqualTo(agent.ids().of(PLAIN, 0, 5));
            assertThat(second.ids().of(PLAIN, 0, 5)).isEqualTo(agent.ids().of(PLAIN, 0, 5));
        }

        @Test
        void keepsEveryEarlierGenerationReadable() {
            PackSealer old = first.sealer(PACK);
            RepositoryKeys second = keyring.rotate(first, passphrase("new"), newRecovery.publicHalf());
            PackSealer recent = second.sealer(NEW_PACK);

            keyring.rotate(second, passphrase("newest"), newRecovery.publicHalf());

            RepositoryKeys third = keyring.unlock(passphrase("newest"));
            assertThat(third.generation()).isEqualTo(3);
            assertOpened(third, PACK, old);
            assertOpened(third, NEW_PACK, recent);
        }

        @Test
        void givesEachRecoveryKeyItsOwnTime() {
            PackSealer old = first.sealer(PACK);
            RepositoryKeys second = keyring.rotate(first, passphrase("new"), newRecovery.publicHalf());
            PackSealer recent = second.sealer(NEW_PACK);

            RepositoryKeys before = keyring.unlock(keyrings.recovery);
            RepositoryKeys after = keyring.unlock(newRecovery);

            assertOpened(before, PACK, old);
            assertOpened(after, NEW_PACK, recent);
            assertThatThrownBy(() -> before.opener(NEW_PACK, recent.keySection()))
                    .isInstanceOf(KeyRefused.class);
            assertThatThrownBy(() -> after.opener(PACK, old.keySection())).isInstanceOf(KeyRefused.class);
            assertThat(after.ids().of(PLAIN, 0, 5)).isEqualTo(agent.ids().of(PLAIN, 0, 5));
        }

        @Test
        void isDoneByOneOfTwoWhoTry() {
            RepositoryKeys same = keyring.unlock(passphrase("old"));
            keyring.rotate(first, passphrase("new"), newRecovery.publicHalf());

            assertThatThrownBy(() -> keyring.rotate(same, passphrase("other"), newRecovery.publicHalf()))
                    .isInstanceOf(KeyRefused.class)
                    .hasMessage("keys of repository cellar: expected keys of generation 2, "
                            + "found full keys of repository cellar, generation 1");
        }
    }

    @Nested
    class KeyFiles {
        @TempDir
        Path folder;

        @Test
        void openWhatTheyWereAddedFor() {
            Path file = folder.resolve("agent.key");
            RepositoryKeys owner = keyrings.created("of the owner");
            keyring.add(owner, Credential.createKeyFile(file), Keyring.Role.WRITE_ONLY);

            RepositoryKeys agent = keyring.unlock(Credential.readKeyFile(file));

            assertOpens(owner, agent);
            assertThat(agent.canOpen()).isFalse();
        }

        @Test
        void areForTheirOwnerAloneAndNeverOverwritten() throws Exception {
            Path file = folder.resolve("agent.key");
            Credential.createKeyFile(file);
            byte[] before = Files.readAllBytes(file);

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThatThrownBy(() -> Credential.createKeyFile(file)).isInstanceOf(KeyRefused.class);
            assertThat(Files.readAllBytes(file)).isEqualTo(before).hasSize(32);
        }

        @Test
        void areRefusedWhenTooShortTooLongOrMissing() throws Exception {
            Path shortFile = Files.write(folder.resolve("short.key"), new byte[31]);
            Path longFile = Files.write(folder.resolve("long.key"), new byte[4097]);

            assertThatThrownBy(() -> Credential.readKeyFile(shortFile))
                    .isInstanceOf(KeyRefused.class)
                    .hasMessage("key file " + shortFile + ": expected at least 32 bytes, found 31");
            assertThatThrownBy(() -> Credential.readKeyFile(longFile)).isInstanceOf(KeyRefused.class);
            assertThatThrownBy(() -> Credential.readKeyFile(folder.resolve("none.key")))
                    .isInstanceOf(KeyRefused.class)
                    .hasMessageContaining("none.key: expected to read it");
        }

        @Test
        void keepARecoveryKeyWithoutTheKeyring() {
            Path file = folder.resolve("recovery.key");
            keyrings.recovery.writeTo(file);
            PackSealer sealer = keyrings.created("of the owner").sealer(PACK);
            blobs.objects.clear();

            RepositoryKeys recovered = RepositoryKeys.ofRecovery(REPOSITORY, RecoveryKey.read(file));

            assertOpened(recovered, PACK, sealer);
            assertThatThrownBy(recovered::ids).isInstanceOf(KeyRefused.class);
        }

        @Test
        void namePublicRecoveryKeysInHexadecimalDigits() {
            String hex = keyrings.recovery.publicHalf().hex();

            assertThat(RecoveryKey.PublicHalf.ofHex(hex).hex()).isEqualTo(hex);
            assertThatThrownBy(() -> RecoveryKey.PublicHalf.ofHex(hex.substring(2)))
                    .hasMessage("public recovery key is damaged: expected 64 hexadecimal digits, found something else");
        }
    }

    private static void assertOpens(RepositoryKeys opening, RepositoryKeys sealing) {
        assertOpened(opening, PACK, sealing.sealer(PACK));
    }

    private static void assertOpened(RepositoryKeys opening, PackId pack, PackSealer sealer) {
        byte[] sealed = seal(sealer, label(pack, 0), PLAIN);
        assertThat(open(opening.opener(pack, sealer.keySection()), label(pack, 0), sealed))
                .isEqualTo(PLAIN);
    }
}
