package io.tidemark.agent.cli;

import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.crypto.Credential;
import io.tidemark.agent.repository.crypto.Keyring;
import io.tidemark.agent.repository.crypto.Keyring.Role;
import io.tidemark.agent.repository.crypto.RecoveryKey;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Looks after the keyring of a repository with protection. Its fields are what was typed.
@Command(
        name = "keys",
        description = {
            "Looks after the keys of a repository with protection. WORK is one of:",
            "show    whether it has protection, and what the key that is given can do",
            "add     makes --new-key-file open it as well; with --write-only it backs up and reads nothing",
            "rotate  begins a new generation that --new-key-file opens; makes a new --recovery-key.",
            "        What is stored stays readable with the old keys."
        })
final class KeysCommand implements Callable<Integer> {
    @Mixin
    private final RepositoryOptions options;

    @Parameters(paramLabel = "WORK", description = "show, add or rotate")
    private String work = "";

    @Option(names = "--new-key-file", paramLabel = "FILE", description = "is made")
    private @Nullable Path newKeyFile;

    @Option(names = "--write-only", description = "for a host that only backs up")
    private boolean isWriteOnly;

    KeysCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    /// @param generation 0 without protection
    /// @param canRead whether the key that was given opens what is stored
    private record Answer(boolean isProtected, int generation, boolean canWrite, boolean canRead) {}

    @Override
    public Integer call() {
        BlobRepository repository = options.repository();
        Optional<Keyring> keyring = repository.keyring();
        switch (work) {
            case "show" -> show(keyring);
            case "add" -> add(protectedOne(keyring));
            case "rotate" -> rotate(protectedOne(keyring));
            default -> throw CommandFailure.wrongUsage("keys: expected show, add or rotate, found " + work);
        }
        return RepoMain.DONE;
    }

    private Keyring protectedOne(Optional<Keyring> keyring) {
        return keyring.orElseThrow(
                () -> CommandFailure.failed("repository " + options.folder() + ": expected protection, found none"));
    }

    private void show(Optional<Keyring> keyring) {
        if (keyring.isEmpty()) {
            options.answer(new Answer(false, 0, true, true), List.of("no protection: anybody reads what is stored"));
            return;
        }
        RepositoryKeys keys = unlocked(keyring.get());
        options.answer(
                new Answer(true, keys.generation(), keys.canSeal(), keys.canOpen()),
                List.of("protection aes-256-gcm, found " + keys));
    }

    private RepositoryKeys unlocked(Keyring keyring) {
        return options.storage()
                .unlocking()
                .orElseThrow(() ->
                        CommandFailure.wrongUsage("keys: expected --key-file FILE or --passphrase, found neither"))
                .unlock(keyring);
    }

    private Credential created() {
        Path file = newKeyFile;
        if (file == null) {
            throw CommandFailure.wrongUsage("keys " + work + ": expected --new-key-file FILE, found none");
        }
        return Credential.createKeyFile(file);
    }

    private void add(Keyring keyring) {
        RepositoryKeys keys = unlocked(keyring);
        keyring.add(keys, created(), isWriteOnly ? Role.WRITE_ONLY : Role.FULL);
        said(keys, newKeyFile + " opens the repository now" + (isWriteOnly ? ", to write only" : ""));
    }

    private void rotate(Keyring keyring) {
        RepositoryKeys old = unlocked(keyring);
        Path recoveryFile = options.keys().requireRecoveryKey();
        RecoveryKey recovery = RecoveryKey.create();
        Credential first = created();
        recovery.writeTo(recoveryFile);
        RepositoryKeys keys = keyring.rotate(old, first, recovery.publicHalf());
        said(keys, "generation " + keys.generation() + " has begun; " + newKeyFile + " opens it");
        options.surroundings()
                .output()
                .note("keep " + recoveryFile + " away from this host and from the storage, and the older recovery keys,"
                        + " which open what is older");
    }

    private void said(RepositoryKeys keys, String line) {
        options.answer(new Answer(true, keys.generation(), keys.canSeal(), keys.canOpen()), List.of(line));
    }
}
