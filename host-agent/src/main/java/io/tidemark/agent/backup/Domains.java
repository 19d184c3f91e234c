package io.tidemark.agent.backup;

import java.util.List;

/// The domains that a host has.
public interface Domains {
    /// Of no host: where images are all that is wanted.
    Domains NONE = new Domains() {
        @Override
        public List<DomainView> domains() {
            return List.of();
        }

        @Override
        public void defineDomain(String xml) {
            throw new UnsupportedOperationException("no domain is defined here");
        }
    };

    /// All domains of the host, running or not, in the order of their names. One that was migrated to another host
    /// is not among them, and one that is just coming is not yet.
    List<DomainView> domains();

    /// Those that are known here and are not among [#domains]: migrated away, or on their way from or to another
    /// host. Their images are in use elsewhere, or about to be.
    default List<DomainView> departed() {
        return List.of();
    }

    /// Defines a domain that does not run. One of the same name and UUID is replaced; one that shares only one of
    /// them is [HypervisorException.RequestRefused].
    void defineDomain(String xml);
}
