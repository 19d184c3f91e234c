package io.tidemark.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.backup.DomainFreeze.AgentAbsent;
import io.tidemark.agent.backup.DomainFreeze.Refused;
import io.tidemark.agent.backup.DomainFreeze.Uncertain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.libvirt.Error.ErrorNumber;

/// The words are those of libvirt 9.0 and of its guest agent.
class LibvirtErrorsTest {
    @ParameterizedTest
    @CsvSource({
        "VIR_ERR_AGENT_UNRESPONSIVE, Guest agent is not responding: QEMU guest agent is not connected",
        "VIR_ERR_ARGUMENT_UNSUPPORTED, QEMU guest agent is not configured",
        "VIR_ERR_OPERATION_INVALID, Requested operation is not valid: domain is not running"
    })
    void agentThatIsNotThereHasFrozenNothing(ErrorNumber code, String words) {
        assertThat(LibvirtErrors.unfrozen(code, words)).containsInstanceOf(AgentAbsent.class);
    }

    @ParameterizedTest
    @CsvSource({
        "Command guest-fsfreeze-freeze has been disabled: the agent is in frozen state",
        "The command guest-fsfreeze-freeze has not been found"
    })
    void commandThatIsNotAllowedHasFrozenNothing(String words) {
        assertThat(LibvirtErrors.unfrozen(ErrorNumber.VIR_ERR_INTERNAL_ERROR, words))
                .containsInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @CsvSource({
        "VIR_ERR_AGENT_UNRESPONSIVE, Guest agent is not responding: Guest agent not available for now",
        "VIR_ERR_AGENT_UNRESPONSIVE, Guest agent disappeared while executing command",
        "VIR_ERR_INTERNAL_ERROR, unable to execute QEMU agent command: failed to freeze /"
    })
    void everyOtherAnswerOfAnAgentLeavesItOpen(ErrorNumber code, String words) {
        assertThat(LibvirtErrors.unfrozen(code, words)).containsInstanceOf(Uncertain.class);
    }

    @Test
    void unknownDomainIsNoAnswerAboutAFreeze() {
        assertThat(LibvirtErrors.unfrozen(ErrorNumber.VIR_ERR_NO_DOMAIN, "Domain not found"))
                .isEmpty();
    }
}
