package io.tidemark.agent.repository;

/// What of a VM a disk of a point is. The repository treats all alike: a tree of chunks.
public enum Part {
    DISK("disk"),
    /// The variables of the firmware, the file's bytes. Nothing writes one yet.
    NVRAM("nvram"),
    /// The state of an emulated TPM, its folder as a tar archive. Nothing writes one yet.
    TPM("tpm");

    private final String code;

    Part(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }
}
