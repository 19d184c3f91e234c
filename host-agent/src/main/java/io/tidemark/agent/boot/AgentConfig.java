package io.tidemark.agent.boot;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tidemark.agent.repository.Decoding;
import io.tidemark.schemas.id.DomainUuid;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// What differs from host to host. Names begin with `tidemark.`, as in `tidemark.host.id`.
@ConfigMapping(prefix = "tidemark")
public interface AgentConfig {
    Host host();

    Libvirt libvirt();

    Scratch scratch();

    ReadRate readRate();

    GuestLatency guestLatency();

    Scripts scripts();

    /// The agent's own folder: journal, sockets, work files. At most 40 bytes long, as sockets lie below it.
    Path stateFolder();

    /// Folders of repositories by id; only these are used, whatever a message says.
    Map<String, Path> repositories();

    /// Files with the keys of repositories with protection, by the repositories' ids.
    Map<String, Path> repositoryKeys();

    /// Whether all hosts that write into the same repositories trust one another: a new disk then takes over what
    /// other VMs have stored of the same content. A hostile host could have its neighbours store nothing.
    @WithDefault("false")
    boolean trustHosts();

    /// How many of the chunks that a backup packs are unpacked again and compared before the commit: `all`, or one
    /// of 16 with `sample`. The point says which.
    @WithDefault("all")
    Decoding decodeBeforeCommit();

    /// How many commands are carried out at once.
    @WithDefault("4")
    int slots();

    /// How many more commands may wait.
    @WithDefault("1000")
    int waitingMax();

    @WithDefault("PT2S")
    Duration heartbeatEvery();

    @WithDefault("PT2S")
    Duration inventoryEvery();

    @WithDefault("PT5M")
    Duration inventoryAtLeastEvery();

    /// For tests: the phase of a backup, in lower case, at which the process dies once.
    Optional<String> failpoint();

    /// Who this host is.
    interface Host {
        /// Minted at enrolment; names the topics.
        UUID id();

        /// For people; the host's own name by default.
        Optional<String> name();
    }

    /// How libvirt is reached.
    interface Libvirt {
        @WithDefault("qemu:///system")
        String uri();

        /// Where QEMU binds the sockets of its exports, so writable by it; `sockets` in the state folder by
        /// default.
        Optional<Path> socketFolder();

        @WithDefault("8")
        int callsMax();

        /// libvirt itself waits 30 s for a domain that another job holds.
        @WithDefault("PT40S")
        Duration callLimit();
    }

    /// How fast backups read disks, in bytes a second; as fast as they can by default.
    interface ReadRate {
        /// Of one VM.
        Optional<MemorySize> perVm();

        /// Of single VMs, by the UUID of the domain, in the place of that.
        Map<DomainUuid, MemorySize> ofDomain();

        /// Of all VMs of the host.
        Optional<MemorySize> perHost();
    }

    /// When a backup reads slower so that its guest does not suffer.
    interface GuestLatency {
        /// How long the guest's requests may take in the mean; three times what they take without a backup are well
        /// in any case. 0 for however long.
        @WithDefault("PT0.02S")
        Duration most();

        /// Bytes a second that are read of a VM however long its requests take.
        @WithDefault("4M")
        MemorySize leastReadRate();
    }

    /// What may be run around the freeze of a guest.
    interface Scripts {
        /// Holds a folder for each set, with `pre-freeze` and `post-thaw`; no script is run without it.
        Optional<Path> folder();

        /// How long one script may take.
        @WithDefault("PT30S")
        Duration limit();
    }

    /// Where QEMU puts blocks that the guest overwrites while a backup reads.
    interface Scratch {
        /// Writable by QEMU; `scratch` in the state folder by default.
        Optional<Path> folder();

        /// The most that one backup may use.
        @WithDefault("10G")
        MemorySize max();

        /// No backup begins with less free space than this.
        @WithDefault("256M")
        MemorySize least();
    }
}
