package io.tidemark.agent.cli;

import io.tidemark.agent.repository.FolderStorage.Access;
import io.tidemark.agent.repository.Storage.Unlocking;
import io.tidemark.agent.repository.crypto.Credential;
import io.tidemark.agent.repository.crypto.RecoveryKey;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What opens the keyring of a repository with protection. Its fields are what was typed.
final class KeyOptions {
    static final String VARIABLE = "TIDEMARK_KEY_FILE";

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "opens a repository with protection; else $" + VARIABLE + " names it")
    private @Nullable Path keyFile;

    @Option(names = "--passphrase", description = "ask for the passphrase that opens a repository with protection")
    private boolean isAsked;

    @Option(
            names = "--recovery-key",
            paramLabel = "FILE",
            description = "opens what it can, to read, if the key is lost")
    private @Nullable Path recoveryKey;

    Access access(Surroundings surroundings) {
        return new Access(unlocking(surroundings), false, Optional.empty());
    }

    private Optional<Unlocking> unlocking(Surroundings surroundings) {
        Path recovery = recoveryKey;
        if (recovery != null && !isAsked && keyFile == null) {
            return Optional.of(keyring -> keyring.unlock(RecoveryKey.read(recovery)));
        }
        return credential(surroundings).map(each -> keyring -> keyring.unlock(each));
    }

    /// Read at once, so that a file that is missing is told before anything is done.
    Optional<Credential> credential(Surroundings surroundings) {
        if (isAsked) {
            return Optional.of(Credential.ofPassphrase(surroundings.passphrase().get()));
        }
        return keyFile(surroundings).map(Credential::readKeyFile);
    }

    /// What the keyring of a new repository opens with: a key file that is made now, or a passphrase.
    Credential created(Surroundings surroundings) {
        if (isAsked) {
            return Credential.ofPassphrase(surroundings.passphrase().get());
        }
        return Credential.createKeyFile(keyFile(surroundings)
                .orElseThrow(() -> CommandFailure.wrongUsage(
                        "--encrypt: expected --key-file FILE or --passphrase, found neither")));
    }

    Path requireRecoveryKey() {
        Path file = recoveryKey;
        if (file == null) {
            throw CommandFailure.wrongUsage("recovery key: expected --recovery-key FILE, found none");
        }
        return file;
    }

    Optional<Path> keyFile(Surroundings surroundings) {
        String named = surroundings.environment().getOrDefault(VARIABLE, "");
        return Optional.ofNullable(keyFile).or(() -> named.isEmpty() ? Optional.empty() : Optional.of(Path.of(named)));
    }
}
