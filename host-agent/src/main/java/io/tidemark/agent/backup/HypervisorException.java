package io.tidemark.agent.backup;

/// Why the hypervisor did not do what it was asked.
public sealed class HypervisorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private HypervisorException(String message) {
        super(message);
    }

    /// The hypervisor could not be reached, or did not answer within the time limit.
    public static final class HypervisorUnavailable extends HypervisorException {
        private static final long serialVersionUID = 1L;

        public HypervisorUnavailable(String message) {
            super(message);
        }
    }

    /// No domain of that UUID is on this host.
    public static sealed class NoSuchDomain extends HypervisorException permits DomainMoved {
        private static final long serialVersionUID = 1L;

        public NoSuchDomain(String message) {
            super(message);
        }
    }

    /// The domain is on another host by now, or on its way between two, though its definition may still be here.
    public static final class DomainMoved extends NoSuchDomain {
        private static final long serialVersionUID = 1L;

        public DomainMoved(String message) {
            super(message);
        }
    }

    /// Another job holds the domain; worth another try later.
    public static final class DomainBusy extends HypervisorException {
        private static final long serialVersionUID = 1L;

        public DomainBusy(String message) {
            super(message);
        }
    }

    /// The domain does not run, and the request needs it to.
    public static final class DomainOff extends HypervisorException {
        private static final long serialVersionUID = 1L;

        public DomainOff(String message) {
            super(message);
        }
    }

    /// A checkpoint, or its bitmap on one of the disks, is missing or broken: a full backup is due.
    public static final class CheckpointBroken extends HypervisorException {
        private static final long serialVersionUID = 1L;

        public CheckpointBroken(String message) {
            super(message);
        }
    }

    /// The hypervisor refused for a reason that has no type of its own; the message carries its words.
    public static final class RequestRefused extends HypervisorException {
        private static final long serialVersionUID = 1L;

        public RequestRefused(String message) {
            super(message);
        }
    }
}
