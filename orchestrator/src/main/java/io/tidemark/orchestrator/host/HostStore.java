package io.tidemark.orchestrator.host;

import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.VmId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where hosts, VMs and disks are kept. Every call joins the caller's transaction.
public interface HostStore {
    List<Host> hosts();

    Optional<Host> host(HostId host);

    /// The host as it is now, kept from others until the transaction ends. Taken before the lock of any VM.
    Optional<Host> lockHost(HostId host);

    /// Stores the host, new or known.
    void save(Host host);

    /// Remembers a session; false if it was remembered before.
    boolean isNewSession(HostId host, SessionId session, Instant startedAt);

    List<Vm> vms();

    List<Vm> vmsOn(HostId host);

    List<Vm> vmsByName(String name);

    Optional<Vm> vm(VmId vm);

    Optional<Vm> vmByDomain(DomainUuid domain);

    /// The VM as it is now, kept from others until the transaction ends.
    Optional<Vm> lockVm(VmId vm);

    void save(Vm vm);

    /// Deletes the VM and its disks, which nothing may name.
    void delete(VmId vm);

    List<Disk> disks(VmId vm);

    Optional<Disk> disk(DiskId disk);

    void save(Disk disk);
}
