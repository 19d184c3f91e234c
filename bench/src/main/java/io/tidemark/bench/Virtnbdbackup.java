package io.tidemark.bench;

import io.tidemark.demo.PrivateLibvirtd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The peer virtnbdbackup as Debian packages it, with its own compression (lz4). It cannot take the path of
/// libvirt's socket, so it runs inside the mount namespace of the private libvirtd.
public final class Virtnbdbackup {
    public static final String NAME = "virtnbdbackup";

    private final PrivateLibvirtd libvirtd;
    private final Path work;

    /// @param work a folder of its own, for its scratch files and sockets
    public Virtnbdbackup(PrivateLibvirtd libvirtd, Path work) throws IOException {
        this.libvirtd = libvirtd;
        this.work = Files.createDirectories(work);
    }

    /// A full backup that leaves no checkpoint, into a new folder.
    long copy(String domain, Path output) throws IOException, InterruptedException {
        return backup(domain, "copy", output);
    }

    /// A full backup that increments follow, into a new folder.
    public void beginChain(String domain, Path output) throws IOException, InterruptedException {
        backup(domain, "full", output);
    }

    /// Into the folder of the chain.
    public long increment(String domain, Path output) throws IOException, InterruptedException {
        return backup(domain, "inc", output);
    }

    /// What the disks of a backup take, without the kernel and the other files that it copies too.
    long storedBytes(Path output) throws IOException {
        return Folders.bytes(output, ".data");
    }

    private long backup(String domain, String level, Path output) throws IOException, InterruptedException {
        List<String> command = List.of(
                NAME,
                "--noprogress",
                "-d",
                domain,
                "-l",
                level,
                "-z",
                "-o",
                output.toString(),
                "-S",
                work.resolve("scratch").toString(),
                "-f",
                work.resolve("nbd").toString());
        return Program.run(work, libvirtd.inside(command));
    }

    /// Restores one disk of the backup in the folder to a qcow2 image of the source's name in another folder. One
    /// disk a run, as in a restore of several the server of one disk can remove the socket of the next when it ends
    /// (observed with 1.9.15).
    long restore(Path input, String disk, Path output) throws IOException, InterruptedException {
        List<String> command = List.of(
                "virtnbdrestore",
                "--noprogress",
                "-i",
                input.toString(),
                "-o",
                output.toString(),
                "-d",
                disk,
                "-L",
                work.resolve("restore.log").toString(),
                "-f",
                work.resolve("nbd").toString());
        return Program.run(work, libvirtd.inside(command));
    }
}
