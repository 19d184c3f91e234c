package io.tidemark.agent.backup;

import io.tidemark.demo.PrivateLibvirtd;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/// One private libvirtd for all tests of a JVM that leave no domain behind, as each start of one takes seconds. It
/// ends with the JVM.
final class SharedLibvirtd {
    private static @Nullable PrivateLibvirtd running;

    private SharedLibvirtd() {}

    static synchronized PrivateLibvirtd get() throws IOException {
        PrivateLibvirtd known = running;
        if (known == null) {
            known = PrivateLibvirtd.start(Files.createTempDirectory("tm-lv"));
            Runtime.getRuntime().addShutdownHook(new Thread(known::close, "end-of-libvirtd"));
            running = known;
        }
        return known;
    }
}
