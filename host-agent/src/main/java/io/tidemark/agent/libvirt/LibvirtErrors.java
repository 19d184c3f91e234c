package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.DomainFreeze;
import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.DomainOff;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import java.util.Optional;
import org.libvirt.Error.ErrorNumber;

/// Turns libvirt's error numbers, and where the number says too little its words, into the port's exceptions.
final class LibvirtErrors {
    private LibvirtErrors() {}

    static HypervisorException typed(String what, ErrorNumber code, String words) {
        String message = what + ": " + words + " (" + code + ")";
        return switch (code) {
            case VIR_ERR_NO_DOMAIN, VIR_ERR_INVALID_DOMAIN -> new NoSuchDomain(message);
            case VIR_ERR_OPERATION_TIMEOUT -> new DomainBusy(message);
            case VIR_ERR_NO_DOMAIN_CHECKPOINT, VIR_ERR_CHECKPOINT_INCONSISTENT -> new CheckpointBroken(message);
            case VIR_ERR_RPC, VIR_ERR_NO_CONNECT, VIR_ERR_INVALID_CONN -> new HypervisorUnavailable(message);
            default -> byWords(message, words);
        };
    }

    /// What a failed freeze means; empty if the error is not about the freeze. Only some words prove that the guest
    /// was not frozen by us: an agent that disappears, or does not answer in time, may have frozen it all the same.
    static Optional<DomainFreeze> unfrozen(ErrorNumber code, String words) {
        return switch (code) {
            case VIR_ERR_ARGUMENT_UNSUPPORTED, VIR_ERR_CONFIG_UNSUPPORTED, VIR_ERR_OPERATION_INVALID ->
                Optional.of(new DomainFreeze.AgentAbsent(words));
            case VIR_ERR_AGENT_UNRESPONSIVE ->
                Optional.of(
                        words.contains("is not connected") || words.contains("is not configured")
                                ? new DomainFreeze.AgentAbsent(words)
                                : new DomainFreeze.Uncertain(words));
            case VIR_ERR_INTERNAL_ERROR, VIR_ERR_OPERATION_FAILED ->
                Optional.of(
                        words.contains("has been disabled") || words.contains("has not been found")
                                ? new DomainFreeze.Refused(words)
                                : new DomainFreeze.Uncertain(words));
            default -> Optional.empty();
        };
    }

    private static HypervisorException byWords(String message, String words) {
        if (words.contains("is not running") || words.contains("inactive domain")) {
            return new DomainOff(message);
        }
        if (words.contains("has a blockjob assigned")) {
            return new DomainBusy(message);
        }
        if (words.contains("Bitmaps are of different sizes") || words.contains("is inconsistent")) {
            return new CheckpointBroken(message);
        }
        return new RequestRefused(message);
    }
}
