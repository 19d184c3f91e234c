package io.tidemark.system;

import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.demo.tour.Tidemark;
import io.tidemark.embedded.launcher.AgentHost;
import io.tidemark.embedded.launcher.Cleanup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Another host of a [Stack]'s orchestrator: a libvirtd and an agent, which see the same files at the same paths as
/// on shared storage.
final class SecondHost {
    private static final Duration PLACED_WITHIN = Duration.ofSeconds(10);

    final PrivateLibvirtd libvirtd;
    final String id;
    private final Stack stack;
    private final Path folder;
    private int migrations;

    private SecondHost(Stack stack, Path folder, PrivateLibvirtd libvirtd, String id) {
        this.stack = stack;
        this.folder = folder;
        this.libvirtd = libvirtd;
        this.id = id;
    }

    static SecondHost start(Stack stack, Path folder, Cleanup cleanup) throws IOException, InterruptedException {
        PrivateLibvirtd libvirtd = cleanup.add(PrivateLibvirtd.start(folder.resolve("l2")));
        AgentHost host = new AgentHost("second", folder.resolve("h2"), libvirtd.uri());
        stack.all.startAgent(host);
        return new SecondHost(stack, folder, libvirtd, host.id());
    }

    /// The domain goes on here, and is not defined here. Returns when that is in the catalog.
    void take(String domain, String vm) throws IOException, InterruptedException {
        migrate(stack.libvirtd, domain, libvirtd);
        awaitHost(vm, id);
    }

    /// The domain goes on where it was before.
    void giveBack(String domain, String vm) throws IOException, InterruptedException {
        migrate(libvirtd, domain, stack.libvirtd);
        awaitHost(vm, stack.all.hostId());
    }

    private void migrate(PrivateLibvirtd from, String domain, PrivateLibvirtd to) throws IOException {
        Path socket = folder.resolve("m" + ++migrations);
        from.virsh("migrate", "--live", "--unsafe", domain, to.uri(), "--migrateuri", "unix://" + socket);
    }

    private void awaitHost(String vm, String host) throws IOException, InterruptedException {
        long beganNanos = System.nanoTime();
        Tidemark.await(
                "VM " + vm + " on host " + host,
                PLACED_WITHIN,
                () -> stack.all.rest().get("/api/v1/vms/" + vm),
                found -> found.path("host").asText().equals(host)
                        && found.path("present").asBoolean());
        System.out.printf(
                "migration: VM %s on host %s after %d ms%n", vm, host, (System.nanoTime() - beganNanos) / 1_000_000);
    }
}
