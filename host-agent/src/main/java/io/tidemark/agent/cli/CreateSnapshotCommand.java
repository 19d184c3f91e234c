package io.tidemark.agent.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Has a snapshot taken. Its fields are what was typed.
@Command(
        name = "create",
        description = "Takes a snapshot of a VM, of some of its disks, or of volumes that no VM has: all or none.")
final class CreateSnapshotCommand implements Callable<Integer> {
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    @Mixin
    private final SnapshotEnd end;

    @Parameters(index = "0", arity = "0..1", paramLabel = "VM", description = "its id or its name")
    private @Nullable String vm;

    @Option(names = "--disk", paramLabel = "TARGET", description = "only this one, as vda; may be said again")
    private List<String> disks = new ArrayList<>();

    @Option(names = "--host", paramLabel = "HOST_ID", description = "the host of volumes that no VM has")
    private @Nullable String host;

    @Option(names = "--volume", paramLabel = "PATH", description = "one of those, or POOL/VOLUME; may be said again")
    private List<String> volumes = new ArrayList<>();

    @Option(names = "--name", paramLabel = "NAME", description = "else it is named after its id")
    private @Nullable String name;

    @Option(names = "--description", paramLabel = "TEXT", description = "what it is for")
    private @Nullable String description;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "overlay-receives-writes, base-modified-cow or independent-copy; else what suits the disk")
    private @Nullable String kind;

    @Option(
            names = "--mechanism",
            paramLabel = "NAME[=DISK]",
            description = "by what, of all disks or of one; may be said again for another disk")
    private List<String> mechanisms = new ArrayList<>();

    @Option(names = "--no-quiesce", description = "does not freeze the guest's file systems")
    private boolean isNotQuiesced;

    @Option(names = "--memory", description = "keeps the VM's memory with it, where the mechanism allows")
    private boolean hasMemory;

    CreateSnapshotCommand(Surroundings surroundings) {
        this.end = new SnapshotEnd(surroundings);
    }

    @Override
    public Integer call() {
        if ((vm == null) == (host == null) || (host == null) != volumes.isEmpty() || (vm == null && !disks.isEmpty())) {
            throw CommandFailure.wrongUsage("expected either a VM, with --disk for some disks only, or --host with"
                    + " --volume, found " + (vm == null ? "no VM" : "VM " + vm));
        }
        Map<String, Object> wish = wish();
        return end.of(each -> each.createSnapshot(wish));
    }

    private Map<String, Object> wish() {
        Map<String, Object> wish = new LinkedHashMap<>();
        if (vm != null) {
            wish.put(UUID.matcher(vm).matches() ? "vm" : "vmName", vm);
        } else if (host != null) {
            wish.put("host", host);
            wish.put("volumes", volumes);
        }
        if (!disks.isEmpty()) {
            wish.put("disks", disks);
        }
        put(wish, "name", name);
        put(wish, "description", description);
        put(wish, "kind", kind);
        putMechanisms(wish);
        if (isNotQuiesced) {
            wish.put("quiesce", false);
        }
        if (hasMemory) {
            wish.put("memory", true);
        }
        return wish;
    }

    private void putMechanisms(Map<String, Object> wish) {
        Map<String, String> single = new LinkedHashMap<>();
        for (String mechanism : mechanisms) {
            int equals = mechanism.indexOf('=');
            Object before = equals < 0
                    ? wish.put("mechanism", mechanism)
                    : single.put(mechanism.substring(equals + 1), mechanism.substring(0, equals));
            if (before != null) {
                throw CommandFailure.wrongUsage(
                        "--mechanism: expected one for each disk, found " + before + " and " + mechanism);
            }
        }
        if (!single.isEmpty()) {
            wish.put("mechanisms", single);
        }
    }

    private static void put(Map<String, Object> wish, String field, @Nullable String typed) {
        if (typed != null) {
            wish.put(field, typed);
        }
    }
}
