package io.tidemark.system.epochs;

import io.tidemark.agent.backup.PhaseGate.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// One history of one VM with two disks on a real libvirt and QEMU: what happens to it, what the agent sees, backs
/// up and tells, in an order that the seed chooses. Some steps happen in the middle of a backup. Every committed
/// point is read back.
///
/// What the agent cannot see by its documented limits does not happen here:
///
/// - writing past QEMU to an image of a VM that is off, before a look has found it off, or with a start of it or of
///   the agent before the next look;
/// - a start or a death that libvirt tells only after the next look or backup.
final class RealHistory implements AutoCloseable {
    private static final int STEPS = 110;
    private static final int FAULTS_MIN = 3;
    private static final int BESIDE_MAX = 4;

    final Random random;
    final RealDomain domain;
    final RealPromises promises;
    final RealAgent agent;
    final RealOffice office;
    final RealProofs proofs;
    /// Not final: counts.
    long now = 1;

    private final List<String> told = new ArrayList<>();
    private final List<EpochHistory.Step> steps = new ArrayList<>();
    private final RealBackups backups;
    private final RealSights sights;
    private final RealGuest guest;
    private int depth;
    private int done;
    private int faults;

    /// @param folder of the history's own; its path is so short that sockets can lie in it
    RealHistory(long seed, RealFlaw flaw, RealHost host, Path folder) throws IOException {
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        domain = new RealDomain(host, Files.createDirectories(folder), random);
        say(domain.kinds);
        promises = new RealPromises(domain);
        agent = new RealAgent(host, folder, flaw, this::reached, () -> now);
        office = new RealOffice(promises, () -> now);
        proofs = new RealProofs(agent.repositories.of(RealAgent.REPOSITORY));
        backups = new RealBackups(this, proofs);
        guest = new RealGuest(this, host);
        sights = new RealSights(this, guest);
        guest.steps(steps);
        backups.steps(steps);
        sights.steps(steps);
    }

    /// A backup that runs has come so far.
    private void reached(Phase phase) {
        backups.reached(phase);
    }

    int done() {
        return done;
    }

    int faults() {
        return faults;
    }

    /// An [AssertionError] with all steps if a promise is broken.
    void run() {
        try {
            sights.first();
            while (done < STEPS || faults < FAULTS_MIN) {
                step(false);
            }
            say("the end");
            settle();
            backups.last();
            settle();
        } catch (AssertionError fault) {
            throw new AssertionError(fault.getMessage() + "\n" + String.join("\n", told), fault);
        } catch (RuntimeException broken) {
            throw new AssertionError(broken + "\n" + String.join("\n", told), broken);
        }
    }

    /// Nothing more happens for a while, and all that was said gets through.
    private void settle() {
        backups.settle();
        sights.settle();
        office.live().forEach((line, point) -> promises.livesInTheEnd(point, line.serial()));
    }

    /// In the middle of a backup.
    void beside() {
        depth++;
        int most = 1 + random.nextInt(BESIDE_MAX);
        for (int count = 0; count < most; count++) {
            step(true);
        }
        depth--;
    }

    void betweenDecisionAndBegin() {
        while (odds(1, 3)) {
            say("  meanwhile the guest writes");
            guest.write();
        }
        if (odds(1, 12)) {
            say("  meanwhile a bitmap is removed");
            guest.breakBitmap(true);
        }
    }

    /// A fault that is no step.
    void fault() {
        faults++;
    }

    /// Something happened that a backup need not survive.
    void disturbed() {
        backups.disturbed();
    }

    boolean isAlone() {
        return depth == 0;
    }

    private void step(boolean isBeside) {
        now++;
        EpochHistory.Step step = EpochHistory.choose(random, steps, isBeside);
        int before = told.size();
        say(step.name());
        if (!step.move().getAsBoolean()) {
            told.subList(before, told.size()).clear();
            return;
        }
        done++;
        if (step.kind().isFault()) {
            faults++;
            disturbed();
        }
        domain.requireRunning();
        promises.instant();
    }

    /// Writes down what happens, for whoever reads the history.
    void say(String what) {
        told.add("  " + now + " " + "  ".repeat(depth) + what);
    }

    <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    boolean odds(int one, int in) {
        return random.nextInt(in) < one;
    }

    @Override
    public void close() {
        agent.close();
        domain.close();
    }
}
