package io.tidemark.agent.libvirt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Makes the scratch images of a backup before libvirt would have QEMU make them (`docs/protocols/libvirt.md`).
final class ScratchImages {
    private static final Logger LOG = Logger.getLogger(ScratchImages.class);
    private static final int CREATE_SECONDS_MAX = 10;

    private ScratchImages() {}

    /// Makes empty qcow2 images, all or none: what cannot be made here is left to libvirt, which says why it
    /// cannot.
    ///
    /// @param sizesBytes how big the guest sees the disk of each
    static void make(Map<Path, Long> sizesBytes) {
        Map<Path, Process> makers = new HashMap<>();
        try {
            for (Map.Entry<Path, Long> image : sizesBytes.entrySet()) {
                makers.put(image.getKey(), maker(image.getKey(), image.getValue()));
            }
            for (Map.Entry<Path, Process> maker : makers.entrySet()) {
                await(maker.getKey(), maker.getValue());
            }
        } catch (IOException left) {
            LOG.warnf("scratch images are left to libvirt: %s", left.getMessage());
            makers.values().forEach(Process::destroyForcibly);
            sizesBytes.keySet().forEach(ScratchImages::delete);
        }
    }

    private static Process maker(Path image, long sizeBytes) throws IOException {
        return new ProcessBuilder(
                        "qemu-img", "create", "-q", "-f", "qcow2", "--", image.toString(), Long.toString(sizeBytes))
                .redirectErrorStream(true)
                .start();
    }

    /// As the folder is QEMU's, so is the image: libvirt may have been told to leave owners alone.
    private static void await(Path image, Process maker) throws IOException {
        try {
            if (!maker.waitFor(CREATE_SECONDS_MAX, TimeUnit.SECONDS) || maker.exitValue() != 0) {
                throw new IOException(image + ": expected qemu-img to exit with 0 within " + CREATE_SECONDS_MAX
                        + " s, found " + (maker.isAlive() ? "none" : said(maker)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(image + ": interrupted", e);
        }
        Files.setOwner(image, Files.getOwner(image.toAbsolutePath().getParent()));
    }

    private static String said(Process process) throws IOException {
        return process.exitValue() + ": "
                + new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    static void delete(Path image) {
        try {
            Files.deleteIfExists(image);
        } catch (IOException kept) {
            LOG.warnf("scratch image %s stays: %s", image, kept.getMessage());
        }
    }
}
