package io.tidemark.orchestrator.host;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Hosts, VMs and disks, to be read and, for hosts, enrolled. Reads join the caller's transaction or need none.
public interface Hosts {
    /// Makes the host known and its topics; the same id again changes nothing. Null mints an id.
    HostId enrol(String name, @Nullable HostId wanted);

    List<Host> all();

    Optional<Host> byId(HostId host);

    List<Vm> vms();

    Optional<Vm> vm(VmId vm);

    Optional<Vm> vmByDomain(DomainUuid domain);

    /// Waits until nobody else changes what belongs to the VM, and keeps others out until the transaction ends:
    /// choosing a parent, moving an epoch and letting a point go meet here. False if there is no such VM.
    boolean lock(VmId vm);

    /// Names are not unique across hosts.
    List<Vm> vmsByName(String name);

    /// Present and vanished ones, by target.
    List<Disk> disks(VmId vm);
}
