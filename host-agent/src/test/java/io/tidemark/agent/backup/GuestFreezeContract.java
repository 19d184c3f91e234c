package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.schemas.id.DomainUuid;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What every [Hypervisor] does alike with a guest that runs and whose agent answers, the fake included. The guest
/// has one file system that can be frozen, at [#MOUNTPOINT], and it is thawed.
public interface GuestFreezeContract {
    String MOUNTPOINT = "/mnt";
    String ABSENT = "/srv/absent";

    Hypervisor hypervisor();

    DomainUuid guest();

    @Test
    default void allThatIsMountedIsFrozenOnceAndThawedTwice() {
        assertThat(hypervisor().thaw(guest())).isZero();
        assertThat(hypervisor().freeze(guest(), List.of())).isEqualTo(new DomainFreeze.Frozen(1));
        assertThat(hypervisor().freeze(guest(), List.of())).isInstanceOf(DomainFreeze.Refused.class);
        assertThat(hypervisor().thaw(guest())).isEqualTo(1);
        assertThat(hypervisor().thaw(guest())).isZero();
    }

    @Test
    default void aChosenMountpointIsFrozenAndAThawEndsIt() {
        assertThat(hypervisor().freeze(guest(), List.of(MOUNTPOINT))).isEqualTo(new DomainFreeze.Frozen(1));
        assertThat(hypervisor().freeze(guest(), List.of(MOUNTPOINT))).isInstanceOf(DomainFreeze.Refused.class);
        assertThat(hypervisor().thaw(guest())).isEqualTo(1);
    }

    @Test
    default void aMountpointThatTheGuestLacksIsNotCounted() {
        assertThat(hypervisor().freeze(guest(), List.of(ABSENT, MOUNTPOINT))).isEqualTo(new DomainFreeze.Frozen(1));
        assertThat(hypervisor().thaw(guest())).isEqualTo(1);
    }

    /// Nothing is left frozen then, so that the next freeze is not refused.
    @Test
    default void mountpointsThatTheGuestLacksFreezeNothing() {
        assertThat(hypervisor().freeze(guest(), List.of(ABSENT))).isEqualTo(new DomainFreeze.Frozen(0));
        assertThat(hypervisor().thaw(guest())).isZero();
        assertThat(hypervisor().freeze(guest(), List.of(MOUNTPOINT))).isEqualTo(new DomainFreeze.Frozen(1));
        assertThat(hypervisor().thaw(guest())).isEqualTo(1);
    }

    /// A prefix of one is none.
    @Test
    default void aMountpointIsNamedExactly() {
        assertThat(hypervisor().freeze(guest(), List.of(MOUNTPOINT + "/"))).isEqualTo(new DomainFreeze.Frozen(0));
        assertThat(hypervisor().thaw(guest())).isZero();
    }
}
