package io.tidemark.system.epochs;

import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.event.AgentEvent.VmObserved;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.system.epochs.EpochHistory.Kind;
import io.tidemark.system.epochs.EpochHistory.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Looks at a real host, reports, questions and answers on their way.
final class RealSights {
    private static final int ROUNDS = 4;

    private final RealHistory history;
    private final RealGuest guest;
    private final List<VmObserved> words = new ArrayList<>();

    RealSights(RealHistory history, RealGuest guest) {
        this.history = history;
        this.guest = guest;
    }

    void steps(List<Step> steps) {
        steps.add(new Step("the agent looks", Kind.WORK, 24, () -> seen(this::look)));
        steps.add(new Step("a report is heard", Kind.WORK, 24, this::report));
        steps.add(new Step("a question is asked", Kind.WORK, 12, this::ask));
        steps.add(new Step("the agent looks as it was asked", Kind.WORK, 24, () -> seen(this::observe)));
        steps.add(new Step("an answer is heard", Kind.WORK, 24, this::hear));
    }

    /// Tells the guest's people of a look that saw the VM at rest.
    private boolean seen(BooleanSupplier look) {
        if (!look.getAsBoolean()) {
            return false;
        }
        if (history.isAlone() && !history.domain.isRunning) {
            guest.seenAtRest();
        }
        return true;
    }

    private boolean look() {
        boolean isWished = history.office.isReportWished && history.odds(2, 3);
        history.office.isReportWished &= !isWished;
        history.agent.look(isWished);
        return true;
    }

    private boolean report() {
        List<RealAgent.Report> reports = history.agent.reports;
        if (reports.isEmpty()) {
            return false;
        }
        RealAgent.Report report = reports.removeFirst();
        history.say("  that of " + report.number());
        history.office.report(report);
        return true;
    }

    private boolean ask() {
        String serial = history.any(RealDomain.SERIALS);
        TrackerId tracker = history.any(RealBackups.TRACKERS);
        history.say("  about " + serial + " for " + tracker);
        history.office.ask(serial, tracker);
        return true;
    }

    private boolean observe() {
        List<ObserveVm> asked = history.office.toObserve;
        if (asked.isEmpty()) {
            return false;
        }
        VmObserved word = history.agent.observe(asked.removeFirst());
        if (word.vm() != null) {
            history.promises.observed(word.vm());
        }
        words.add(word);
        return true;
    }

    private boolean hear() {
        if (words.isEmpty()) {
            return false;
        }
        VmObserved word = history.any(words);
        history.say("  to " + word.query());
        words.remove(word);
        history.office.hear(word);
        return true;
    }

    /// The catalog learns of the VM.
    void first() {
        history.agent.look(false);
        history.office.report(history.agent.reports.removeFirst());
    }

    /// All that is under way arrives, what is there is looked at, and the disks are asked for.
    void settle() {
        for (int round = 0; round < ROUNDS; round++) {
            history.now++;
            boolean isWished = history.office.isReportWished;
            history.office.isReportWished = false;
            history.agent.look(isWished);
            while (report()) {
                history.now++;
            }
            history.office.live().keySet().forEach(line -> history.office.ask(line.serial(), line.tracker()));
            while (observe() || hear()) {
                history.now++;
            }
        }
        guest.seenAtRest();
    }
}
