package io.tidemark.orchestrator.host.db;

import io.tidemark.orchestrator.host.Vm;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.VmState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `vm`. Fields change as Hibernate fills them and with each report.
@Entity
@Table(name = "vm")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class VmEntity {
    @Id
    UUID id;

    @Column(name = "domain_uuid")
    UUID domain;

    String name;

    @Column(name = "host_id")
    @Nullable
    UUID host;

    @Enumerated(EnumType.STRING)
    VmState state;

    boolean present;

    long revision;

    void fill(Vm vm) {
        domain = vm.domain().value();
        name = vm.name();
        host = vm.host() == null ? null : vm.host().value();
        state = vm.state();
        present = vm.present();
        revision = vm.revision();
    }

    Vm toVm() {
        return new Vm(
                new VmId(id),
                new DomainUuid(domain),
                name,
                host == null ? null : new HostId(host),
                state,
                present,
                revision);
    }
}
