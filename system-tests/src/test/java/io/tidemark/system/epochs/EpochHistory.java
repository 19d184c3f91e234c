package io.tidemark.system.epochs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/// One history of one VM with two disks: what happens to it, what is seen, told and asked, in an order that the
/// seed chooses. Some steps happen in the middle of a look. Everything is on one thread, and time is a count.
///
/// What the agent cannot see by its documented limits does not happen here:
///
/// - writing past QEMU to an image of a VM that is off, before a look has found it off, or with a start before the
///   next look;
/// - an event of the hypervisor that is told after the next look, or after the next decision;
/// - replacing an image whose identity could not be asked as the point was taken, or plugging it elsewhere;
/// - anything but a guest's write, or the removal of a bitmap, between the decision on a disk and its begin.
final class EpochHistory {
    private static final int STEPS = 150;
    private static final int FAULTS_MIN = 3;
    private static final int BESIDE_MAX = 12;

    final Random random;
    final TrueVm vm;
    final Promises promises;
    final Agent agent;
    final Office office;
    /// Whether reports may be lost or overtake each other.
    final boolean isLossy;
    /// Not final: counts.
    long now = 1;

    private final List<String> told = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final Backups backups;
    private final Sights sights;
    private final Guest guest;
    private int depth;
    private int done;
    private int faults;

    /// @param move does it, or says that it cannot happen now
    record Step(String name, Kind kind, int weight, BooleanSupplier move) {}

    enum Kind {
        /// Also in the middle of a look.
        WORK,
        /// Also in the middle of a look.
        FAULT,
        WORK_ALONE,
        FAULT_ALONE;

        boolean isFault() {
            return this == FAULT || this == FAULT_ALONE;
        }

        boolean isAlone() {
            return this == WORK_ALONE || this == FAULT_ALONE;
        }
    }

    EpochHistory(long seed, EpochFlaw flaw, Path folder) {
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        isLossy = random.nextInt(3) == 0;
        vm = new TrueVm(flaw);
        promises = new Promises(vm);
        agent = new Agent(vm, folder.resolve("doubts-" + seed + "-" + flaw), flaw, () -> now);
        office = new Office(promises, flaw, () -> now);
        backups = new Backups(this, flaw);
        sights = new Sights(this, backups);
        guest = new Guest(this, flaw, folder.resolve(seed + "-" + flaw));
        guest.steps(steps);
        backups.steps(steps);
        sights.steps(steps, guest);
        steps.add(new Step("a quiet while", Kind.WORK_ALONE, 5, this::settle));
        vm.beside = this::beside;
    }

    int done() {
        return done;
    }

    int faults() {
        return faults;
    }

    int increments() {
        return backups.increments();
    }

    long given() {
        return promises.given();
    }

    void run() {
        try {
            sights.first();
            while (done < STEPS || faults < FAULTS_MIN) {
                step(false);
            }
            var _ = settle();
        } catch (AssertionError fault) {
            throw new AssertionError(fault.getMessage() + "\n" + String.join("\n", told), fault);
        } catch (RuntimeException broken) {
            throw new AssertionError(broken + "\n" + String.join("\n", told), broken);
        }
    }

    /// Nothing more happens for a while, and all that was said gets through.
    private boolean settle() {
        vm.beside = () -> {};
        backups.settle();
        sights.settle();
        office.live().forEach((serial, point) -> promises.livesInTheEnd(point, serial));
        vm.beside = this::beside;
        return true;
    }

    /// In the middle of a look, as the hypervisor is asked something, which may take long.
    private void beside() {
        if (depth == 1 && odds(1, 8)) {
            depth++;
            int most = odds(1, 4) ? BESIDE_MAX : 1;
            for (int count = 0; count < most; count++) {
                step(true);
            }
            depth--;
        }
    }

    void betweenDecisionAndBegin() {
        while (odds(1, 3)) {
            say("  meanwhile the guest writes");
            guest.write();
        }
        if (odds(1, 12)) {
            say("  meanwhile a bitmap is removed");
            guest.removeBitmap();
        }
    }

    /// A look, in the middle of which other things happen.
    void looking(Runnable look) {
        depth++;
        look.run();
        depth--;
    }

    boolean isAlone() {
        return depth == 0;
    }

    private void step(boolean isBeside) {
        now++;
        Step step = choose(random, steps, isBeside);
        int before = told.size();
        say(step.name());
        if (!step.move().getAsBoolean()) {
            told.subList(before, told.size()).clear();
            return;
        }
        done++;
        faults += step.kind().isFault() ? 1 : 0;
        promises.instant();
    }

    static Step choose(Random random, List<Step> steps, boolean isBeside) {
        List<Step> possible = steps.stream()
                .filter(step -> !isBeside || !step.kind().isAlone())
                .toList();
        int at = random.nextInt(possible.stream().mapToInt(Step::weight).sum());
        for (Step step : possible) {
            at -= step.weight();
            if (at < 0) {
                return step;
            }
        }
        throw new IllegalStateException("expected a step for each weight");
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
}
