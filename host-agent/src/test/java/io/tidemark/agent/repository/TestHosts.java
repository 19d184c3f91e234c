package io.tidemark.agent.repository;

import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.crypto.HostSigner;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import io.tidemark.agent.repository.crypto.SigningHost;
import io.tidemark.schemas.id.HostId;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;

/// Hosts that sign.
public final class TestHosts {
    /// The one that has signed the golden records.
    public static final SigningHost SELF = new SigningHost(new HostId(new UUID(0x7001, 1)), golden());

    public static final SigningHost OTHER = new SigningHost(new HostId(new UUID(0x7001, 2)), HostSigner.create());

    private TestHosts() {}

    private static HostSigner golden() {
        try {
            return HostSigner.read(
                    Path.of(Objects.requireNonNull(TestHosts.class.getResource("/repository/log-1/host.key"))
                            .toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Of a host that is enrolled, in a repository without protection.
    public static HostSignatures enrolled(BlobStore store, UUID repository, SigningHost host) {
        var signatures = new HostSignatures(store, repository, RepositoryKeys.none(), host);
        signatures.enrol();
        return signatures;
    }
}
