package io.tidemark.agent.repository.next.log;

import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.schemas.id.VmId;
import java.util.UUID;
import java.util.regex.Pattern;

/// Whose log it is: the VM's, in the repository that was given this UUID when it was created. Each record repeats
/// it, so that one that was copied from elsewhere is refused.
public record LogKey(UUID repository, VmId vm) {
    private static final Pattern RECORD = Pattern.compile("vms/[^/]+/log/[0-9]{20}");

    /// Where the records lie.
    public String folder() {
        return "vms/" + vm + "/log";
    }

    /// The name of a record: its number in 20 digits.
    public BlobName name(long number) {
        return new BlobName(folder() + "/" + "%020d".formatted(number));
    }

    /// Whether it is the name of a record, of whichever log.
    static boolean isRecord(BlobName name) {
        return RECORD.matcher(name.text()).matches();
    }
}
