package io.tidemark.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A guest small enough to start in seconds: a Debian kernel, busybox and the guest agent in memory, and two
/// qcow2 disks on which it writes. QEMU emulates the processor, as a machine that has /dev/kvm cannot always
/// start a guest with it.
///
/// Each disk has [#DISK_BYTES]: the first [#FILLED_BYTES] come from the seed, half of them incompressible; then
/// comes the area of records, with room for [#SLOTS] of 64 KiB each; the rest is zeros on `vdb` and an ext4 on
/// `vda`, as its first partition, which the guest mounts in every mode so that there is something to freeze. Not
/// thread-safe.
public final class TinyGuest implements AutoCloseable {
    /// Bytes at the front of each disk that are filled from the seed; the records' area starts here.
    public static final long FILLED_BYTES = 64L * 1024 * 1024;
    /// Records that each disk holds at most before the oldest is overwritten.
    public static final int SLOTS = 256;
    /// The virtual size of each disk.
    public static final long DISK_BYTES = 128L * 1024 * 1024;
    /// Where the ext4 on `vda` begins, in bytes of the disk; it ends with the disk.
    public static final long FILE_SYSTEM_OFFSET = FILLED_BYTES + (long) SLOTS * RecordChecker.RECORD_BYTES;

    private static final Duration BOOT_LIMIT = Duration.ofSeconds(60);
    private static final Duration STATE_LIMIT = Duration.ofSeconds(20);
    private static final Pattern ANSWER = Pattern.compile("\"return\": *([0-9]+)");
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,40}");

    private final PrivateLibvirtd libvirtd;
    private final Spec spec;
    private final GuestConsole console;

    /// What the guest does once it has booted.
    public enum Mode {
        /// Writes numbered records to both disks, each synced to `vda`, then to `vdb`, as [RecordChecker]
        /// expects. A freeze of its file system holds between two records.
        RAW,
        /// Writes files of 64 KiB and a journal of their numbers to the ext4 on `vda`, each synced.
        FS,
        /// Writes nothing.
        IDLE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What the caller decides. The folder holds this guest's disks and console and must be its own;
    /// `pauseMillis` is the pause between two records; `rawDisk` adds a third disk `vdc` in raw format, filled
    /// and never written; `slots` is how many records each disk holds; `rawFiles` are the disks that are raw files
    /// somewhere else, by number.
    public record Spec(
            String name,
            UUID uuid,
            Path folder,
            long seed,
            Mode mode,
            int pauseMillis,
            boolean rawDisk,
            int slots,
            Map<Integer, Path> rawFiles) {
        public Spec {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("guest name: expected " + NAME + ", found " + name);
            }
            if (pauseMillis < 0) {
                throw new IllegalArgumentException("guest " + name + ": expected a pause >= 0, found " + pauseMillis);
            }
            if (slots < 2 || slots > SLOTS) {
                throw new IllegalArgumentException(
                        "guest " + name + ": expected 2 to " + SLOTS + " slots, found " + slots);
            }
            folder = folder.toAbsolutePath().normalize();
            rawFiles = Map.copyOf(rawFiles);
        }

        /// Writes records with a pause of 20 ms, from seed 1, under an id that follows from the name and the
        /// folder.
        public static Spec of(String name, Path folder) {
            Path own = folder.toAbsolutePath().normalize();
            UUID uuid = UUID.nameUUIDFromBytes((name + " " + own).getBytes(StandardCharsets.UTF_8));
            return new Spec(name, uuid, own, 1, Mode.RAW, 20, false, SLOTS, Map.of());
        }

        public Spec with(Mode other) {
            return new Spec(name, uuid, folder, seed, other, pauseMillis, rawDisk, slots, rawFiles);
        }

        public Spec withSeed(long other) {
            return new Spec(name, uuid, folder, other, mode, pauseMillis, rawDisk, slots, rawFiles);
        }

        public Spec withPauseMillis(int other) {
            return new Spec(name, uuid, folder, seed, mode, other, rawDisk, slots, rawFiles);
        }

        public Spec withRawDisk() {
            return new Spec(name, uuid, folder, seed, mode, pauseMillis, true, slots, rawFiles);
        }

        /// Takes 2 to [#SLOTS]. With few, records soon overwrite each other, which is what fills a backup's
        /// scratch file: a first write to zeros does not.
        public Spec withSlots(int other) {
            return new Spec(name, uuid, folder, seed, mode, pauseMillis, rawDisk, other, rawFiles);
        }

        /// Has a disk be a raw file at that place.
        public Spec withRawFile(int disk, Path file) {
            Map<Integer, Path> files = new HashMap<>(rawFiles);
            files.put(disk, file.toAbsolutePath().normalize());
            return new Spec(name, uuid, folder, seed, mode, pauseMillis, rawDisk, slots, files);
        }

        int diskCount() {
            return rawDisk ? 3 : 2;
        }

        String format(int disk) {
            return disk == 2 || rawFiles.containsKey(disk) ? "raw" : "qcow2";
        }

        Path image(int disk) {
            return rawFiles.getOrDefault(disk, folder.resolve(GuestDomain.target(disk) + "." + format(disk)));
        }
    }

    private TinyGuest(PrivateLibvirtd libvirtd, Spec spec) {
        this.libvirtd = libvirtd;
        this.spec = spec;
        this.console = new GuestConsole(spec.folder().resolve("console.log"));
    }

    /// Makes the disks, defines the domain and starts it. Returns when the guest has booted and, unless idle,
    /// written its first record; gives up after 60 s with what the console said, and leaves no domain behind
    /// then.
    public static TinyGuest start(PrivateLibvirtd libvirtd, GuestFiles files, Spec spec) throws IOException {
        Files.createDirectories(spec.folder());
        TinyGuest guest = new TinyGuest(libvirtd, spec);
        for (int disk = 0; disk < spec.diskCount(); disk++) {
            long partition = disk == 0 ? FILE_SYSTEM_OFFSET : SeededDisk.NO_PARTITION;
            new SeededDisk(spec.seed() + disk, FILLED_BYTES, DISK_BYTES, partition)
                    .create(spec.folder(), spec.image(disk), spec.format(disk));
        }
        String xml = new GuestDomain(spec, files, guest.console()).xml();
        CapabilityCache capabilities = new CapabilityCache(files.kernel().resolveSibling("capabilities"));
        capabilities.give(libvirtd);
        libvirtd.virsh(
                "define",
                Files.writeString(spec.folder().resolve("domain.xml"), xml).toString());
        capabilities.keep(libvirtd);
        try {
            guest.startAgain();
        } catch (IOException e) {
            guest.closeAfter(e);
            throw e;
        }
        return guest;
    }

    public UUID uuid() {
        return spec.uuid();
    }

    public String name() {
        return spec.name();
    }

    /// The image of disk 0 (`vda`), 1 (`vdb`) or, where the spec asks for it, 2 (`vdc`, raw).
    public Path disk(int disk) {
        if (disk < 0 || disk >= spec.diskCount()) {
            throw new IllegalArgumentException(
                    "disk of " + name() + ": expected 0 to " + (spec.diskCount() - 1) + ", found " + disk);
        }
        return spec.image(disk);
    }

    /// Where the guest's console goes. It also is the log of completed records, a line `TM-DONE <n>` for each; a
    /// start after a kill writes the newest record once more, so that its line can be there twice.
    public Path console() {
        return console.file();
    }

    /// A checker that knows where this guest's records are.
    public RecordChecker checker() {
        return new RecordChecker(FILLED_BYTES, spec.slots());
    }

    /// The newest record that the guest reported as completed on both disks; 0 before the first. Read before a
    /// moment is taken, it is the `atLeast` for [RecordChecker#check].
    public long lastRecord() throws IOException {
        return console.newestSince(0);
    }

    /// How often the guest's own agent has frozen file systems, as its hook said on the console.
    public long freezes() throws IOException {
        return console.freezes();
    }

    /// How often it has thawed them.
    public long thaws() throws IOException {
        return console.thaws();
    }

    /// The newest record that can be on a disk by now: one that is being written and one whose line is on its way
    /// are allowed for. Read after a moment was taken, it is the `atMost` for [RecordChecker#check].
    public long newestPossibleRecord() throws IOException {
        return lastRecord() + 2;
    }

    /// Returns when the guest has reported the record, or fails after 60 s.
    public void awaitRecord(long record) throws IOException {
        if (!Waiting.until(BOOT_LIMIT, () -> lastRecord() >= record)) {
            throw new IOException("guest " + name() + ": expected record " + record + " within "
                    + BOOT_LIMIT.toSeconds() + " s, found " + lastRecord() + " and " + console.tail(0));
        }
    }

    /// Returns when the guest agent answers, or fails after 60 s. A guest that has booted can be a second short
    /// of it.
    public void awaitAgent() throws IOException {
        if (!Waiting.until(BOOT_LIMIT, this::agentAnswers)) {
            throw new IOException("guest " + name() + ": expected the guest agent to answer within "
                    + BOOT_LIMIT.toSeconds() + " s, found no answer and " + console.tail(0));
        }
    }

    /// Freezes the file systems of the guest by its agent and returns how many.
    public int freeze() throws IOException {
        return asked("guest-fsfreeze-freeze");
    }

    /// Thaws them and returns how many.
    public int thaw() throws IOException {
        return asked("guest-fsfreeze-thaw");
    }

    /// Stops the processor. All writes that the guest has in flight are on the images when this returns.
    public void pause() throws IOException {
        libvirtd.virsh("suspend", name());
    }

    public void resume() throws IOException {
        libvirtd.virsh("resume", name());
    }

    /// Copies a disk's content to a new raw file. The copy is one moment only of a paused or ended guest.
    public void copyDisk(int disk, Path target) throws IOException {
        String[] command = {
            "qemu-img",
            "convert",
            "-q",
            "-U",
            "-f",
            spec.format(disk),
            "-O",
            "raw",
            disk(disk).toString(),
            target.toAbsolutePath().toString()
        };
        libvirtd.runInside(command);
    }

    /// Kills its QEMU as by `kill -9` and returns when libvirt has noticed.
    public void kill() throws IOException {
        Path pidFile = libvirtd.folder().resolve("run/qemu/" + name() + ".pid");
        long pid = Long.parseLong(Files.readString(pidFile).strip());
        Path commandLine = Path.of("/proc/" + pid + "/cmdline");
        if (!Files.exists(commandLine) || !Files.readString(commandLine).contains(uuid().toString())) {
            throw new IOException("process " + pid + ": expected the QEMU of guest " + name() + ", found another");
        }
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        if (!Waiting.until(STATE_LIMIT, () -> state().equals("shut off"))) {
            throw new IOException("guest " + name() + ": expected state shut off after a kill, found " + state());
        }
    }

    /// Starts the guest on the disks that it has; the numbers of records go on. Returns as [#start] does.
    public void startAgain() throws IOException {
        long mark = console.size();
        libvirtd.virsh("start", name());
        boolean booted = Waiting.until(BOOT_LIMIT, () -> hasBootedSince(mark) || state().equals("shut off"));
        if (!booted || !hasBootedSince(mark)) {
            throw new IOException("guest " + name() + ": expected it to boot and write within " + BOOT_LIMIT.toSeconds()
                    + " s, found state " + state() + " and " + console.tail(mark));
        }
    }

    /// Ends the guest at once and removes its definition with its checkpoints' metadata; the disks stay. A second
    /// call changes nothing.
    @Override
    public void close() throws IOException {
        if (!isDefined()) {
            return;
        }
        if (!state().equals("shut off")) {
            libvirtd.virsh("destroy", name());
        }
        libvirtd.virsh("undefine", name(), "--checkpoints-metadata");
    }

    private void closeAfter(IOException cause) {
        try {
            close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private boolean hasBootedSince(long mark) throws IOException {
        return spec.mode() == Mode.IDLE ? console.isReadySince(mark) : console.newestSince(mark) > 0;
    }

    private boolean agentAnswers() {
        try {
            agent("guest-ping");
            return true;
        } catch (IOException _) {
            return false; // the caller's limit decides when it is too late
        }
    }

    private boolean isDefined() throws IOException {
        try (Stream<String> names = libvirtd.virsh("list", "--all", "--name").lines()) {
            return names.anyMatch(line -> line.strip().equals(name()));
        }
    }

    private String state() throws IOException {
        return libvirtd.virsh("domstate", name()).strip();
    }

    private int asked(String command) throws IOException {
        String answer = agent(command);
        Matcher matcher = ANSWER.matcher(answer);
        if (!matcher.find()) {
            throw new IOException(
                    "guest " + name() + ": expected a number as the answer to " + command + ", found " + answer);
        }
        return Integer.parseInt(matcher.group(1));
    }

    private String agent(String command) throws IOException {
        return libvirtd.virsh("qemu-agent-command", name(), "{\"execute\":\"" + command + "\"}");
    }
}
