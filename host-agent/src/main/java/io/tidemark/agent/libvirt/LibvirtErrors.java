package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.DomainOff;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
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
