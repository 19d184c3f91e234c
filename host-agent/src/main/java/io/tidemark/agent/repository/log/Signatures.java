package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.crypto.KeyId;
import io.tidemark.schemas.id.HostId;

/// Signs commits, and tells whether the host that a commit names has signed it. Safe for use by many threads.
public interface Signatures {
    /// A signature and the key that it was made with.
    ///
    /// @param hex 128 lower-case hexadecimal digits
    record Signature(KeyId key, String hex) {}

    /// Signs lines as a host.
    ///
    /// @throws KeyRefused this process has no key of that host
    Signature sign(HostId host, byte[] lines);

    /// Requires that the host has signed the lines, with a key that is enrolled here.
    ///
    /// @param thing what holds the lines
    /// @throws DamagedException it has not
    void require(String thing, HostId host, byte[] lines, Signature signature);
}
