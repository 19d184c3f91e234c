package io.tidemark.agent.libvirt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        try {
            for (Map.Entry<Path, Long> image : sizesBytes.entrySet()) {
                make(image.getKey(), image.getValue());
            }
        } catch (IOException left) {
            LOG.warnf("scratch images are left to libvirt: %s", left.getMessage());
            sizesBytes.keySet().forEach(ScratchImages::delete);
        }
    }

    /// As the folder is QEMU's, so is the image: libvirt may have been told to leave owners alone.
    private static void make(Path image, long sizeBytes) throws IOException {
        List<String> command = List.of(
                "qemu-img", "create", "-q", "-f", "qcow2", "--", image.toString(), Long.toString(sizeBytes));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            if (!process.waitFor(CREATE_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(command + ": expected exit 0 within " + CREATE_SECONDS_MAX + " s, found "
                        + (process.isAlive() ? "none" : said(process)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command + ": interrupted", e);
        } finally {
            process.destroyForcibly();
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
