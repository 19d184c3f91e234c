package io.tidemark.system.epochs;

import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.event.AgentEvent.VmObserved;
import io.tidemark.system.epochs.EpochHistory.Kind;
import io.tidemark.system.epochs.EpochHistory.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Looks, reports, questions and answers on their way. Fields that are not final are what became of them.
final class Sights {
    private static final int ROUNDS = 4;

    private final EpochHistory history;
    private final Backups backups;
    private final List<VmObserved> words = new ArrayList<>();
    private boolean isDueNeeded;
    private boolean isLooking;

    Sights(EpochHistory history, Backups backups) {
        this.history = history;
        this.backups = backups;
    }

    void steps(List<Step> steps, Guest guest) {
        steps.add(new Step("the agent looks", Kind.WORK, 40, () -> seen(guest, this::look)));
        steps.add(new Step("a report is heard", Kind.WORK, 50, this::report));
        steps.add(new Step("a question is asked", Kind.WORK, 40, this::ask));
        steps.add(new Step("the agent looks as it was asked", Kind.WORK, 50, () -> seen(guest, this::observe)));
        steps.add(new Step("an answer is heard", Kind.WORK, 50, this::hear));
        steps.add(new Step("questions wait no longer", Kind.WORK, 3, this::expire));
    }

    private boolean expire() {
        history.office.expire();
        return true;
    }

    /// Tells the guest's people of a look that saw the VM at rest from begin to end.
    private boolean seen(Guest guest, BooleanSupplier look) {
        boolean isAlone = history.isAlone();
        boolean wasAtRest = !history.vm.isRunning;
        if (!look.getAsBoolean()) {
            return false;
        }
        if (isAlone && wasAtRest) {
            guest.seenAtRest();
        }
        return true;
    }

    private boolean look() {
        if (isLooking) {
            return false; // the inventory has one thread
        }
        isLooking = true;
        boolean isWished = history.office.isReportWished && history.odds(2, 3);
        history.office.isReportWished &= !isWished;
        history.looking(() -> history.agent.look(isWished));
        isLooking = false;
        return true;
    }

    private boolean report() {
        List<Agent.Report> reports = history.agent.reports;
        if (reports.isEmpty()) {
            return false;
        }
        int at = history.isLossy && history.odds(1, 4) ? history.random.nextInt(reports.size()) : 0;
        isDueNeeded |= at > 0;
        Agent.Report report = reports.get(at);
        history.say("  that of " + report.number());
        if (history.odds(5, 6)) {
            reports.remove(at);
        }
        if (history.isLossy && history.odds(1, 6)) {
            history.say("  it is lost");
            reports.remove(report);
            isDueNeeded = true;
        } else {
            history.office.report(report);
            backups.retireUnneeded();
        }
        return true;
    }

    private boolean ask() {
        String serial = history.any(List.of("disk-a", "disk-b"));
        history.say("  about " + serial);
        history.office.ask(serial);
        return true;
    }

    private boolean observe() {
        List<ObserveVm> asked = history.office.toObserve;
        if (asked.isEmpty()) {
            return false;
        }
        ObserveVm question = asked.remove(0);
        history.looking(() -> words.add(history.agent.observe(question)));
        return true;
    }

    private boolean hear() {
        if (words.isEmpty()) {
            return false;
        }
        VmObserved word = history.any(words);
        history.say("  to " + word.query());
        if (history.odds(4, 5)) {
            words.remove(word);
        }
        if (history.odds(1, 12)) {
            history.say("  it is lost");
            words.remove(word);
        } else {
            history.office.hear(word);
        }
        return true;
    }

    /// The catalog learns of the VM.
    void first() {
        history.agent.look(false);
        history.office.report(history.agent.reports.removeFirst());
    }

    /// All that is under way arrives, and what is there is looked at.
    void settle() {
        for (int round = 0; round < ROUNDS; round++) {
            history.now += isDueNeeded ? Agent.AT_LEAST_EVERY.toSeconds() : 1;
            boolean isWished = history.office.isReportWished;
            history.office.isReportWished = false;
            history.agent.look(isWished);
            while (!history.agent.reports.isEmpty()) {
                history.office.report(history.agent.reports.removeFirst());
            }
            while (observe() || hear()) {
                history.now++;
            }
        }
        isDueNeeded = false;
    }
}
