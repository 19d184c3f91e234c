package io.tidemark.system;

import io.tidemark.demo.TinyGuest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// What e2fsck says of the ext4 on the guest's `vda`, which it only reads.
final class FileSystems {
    private FileSystems() {}

    /// Empty if the file system is whole as it lies there, and its journal need not be replayed.
    static String flaw(Path vda) throws IOException, InterruptedException {
        Process check = new ProcessBuilder("e2fsck", "-fn", vda + "?offset=" + TinyGuest.FILE_SYSTEM_OFFSET)
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return check.waitFor() == 0 && !said.contains("recovery") ? "" : "e2fsck of " + vda + ": " + said;
    }
}
