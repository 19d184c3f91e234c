package io.tidemark.agent.cli;

import io.tidemark.agent.cli.view.Amounts;
import io.tidemark.agent.cli.view.Progress;
import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Quarantine;
import io.tidemark.agent.repository.Verification;
import io.tidemark.agent.repository.VerificationReport;
import io.tidemark.agent.repository.VerificationReport.Affected;
import io.tidemark.agent.repository.VerificationReport.Finding;
import io.tidemark.agent.repository.VerificationReport.Signer;
import io.tidemark.agent.repository.VerificationReport.Signers;
import io.tidemark.agent.repository.VerificationReport.Vouchers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Checks what is stored. Its fields are what was typed.
@Command(
        name = "verify",
        description = "Checks each byte that restore points need, with a key also what it opens to, and names the disks"
                + " that damage concerns. Goes on behind damage; ends with 3 if there is any.")
final class VerifyCommand implements Callable<Integer> {
    private static final int PERCENT = 100;

    @Mixin
    private final RepositoryOptions options;

    @Option(names = "--vm", paramLabel = "VM", description = "only this one, by its id or name")
    private String vm = "";

    @Option(names = "--point", paramLabel = "POINT", description = "only this one, by its id or the beginning of it")
    private String point = "";

    @Option(names = "--percent", paramLabel = "N", description = "reads a random share of the packs only")
    private int percent = PERCENT;

    @Option(
            names = "--skip-days",
            paramLabel = "DAYS",
            description = "leaves out packs that were found whole within so many days")
    private @Nullable Integer skipDays;

    @Option(
            names = "--quarantine",
            description = "puts damaged packs in quarantine: the next backups upload again what lies there")
    private boolean isQuarantining;

    VerifyCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    private record Answer(
            boolean clean,
            long packs,
            long packsRead,
            long bytesRead,
            long nodes,
            int vms,
            int points,
            List<SignerView> signers,
            String vouchers,
            List<FindingView> findings) {}

    private record SignerView(String host, int keys, int commits) {}

    private record FindingView(String kind, @Nullable String pack, List<String> what, List<AffectedView> affected) {}

    private record AffectedView(String vm, String point, String disk, List<String> chunks) {}

    @Override
    public Integer call() {
        if (percent < 0 || percent > PERCENT) {
            throw CommandFailure.wrongUsage("--percent: expected 0 to 100, found " + percent);
        }
        Surroundings around = options.surroundings();
        Progress progress = new Progress(around.output(), around.millis());
        VerificationReport report = verification().run(progress::at);
        progress.end();
        VerificationReport.Counts counts = report.counts();
        List<String> lines = new ArrayList<>();
        report.findings().forEach(finding -> addLines(finding, lines));
        if (isQuarantining) {
            lines.addAll(quarantined(report));
        }
        lines.add((report.isClean()
                        ? "no damage"
                        : "damage in " + report.findings().size() + " places") + ": "
                + counts.points() + " points of " + counts.vms() + " VMs, " + counts.packsRead() + " of "
                + counts.packs() + " packs read, " + Amounts.exactly(counts.bytesRead()) + ", " + counts.nodes()
                + " nodes");
        addSigners(report.signers(), lines);
        options.answer(
                new Answer(
                        report.isClean(),
                        counts.packs(),
                        counts.packsRead(),
                        counts.bytesRead(),
                        counts.nodes(),
                        counts.vms(),
                        counts.points(),
                        report.signers().hosts().stream()
                                .map(VerifyCommand::view)
                                .toList(),
                        word(report.signers().vouchers()),
                        report.findings().stream().map(VerifyCommand::view).toList()),
                lines);
        return report.isClean() ? RepoMain.DONE : RepoMain.DAMAGED;
    }

    private Verification verification() {
        Surroundings around = options.surroundings();
        Verification whole = Verification.of(options.repository())
                .sample(percent, around.random().nextLong());
        if (skipDays != null) {
            whole = whole.skippingVerifiedSince(around.clock().instant().minus(Duration.ofDays(skipDays)));
        }
        if (!point.isEmpty()) {
            Lookup lookup = new Lookup(options.repository());
            return whole.ofPoint(lookup.point(point).point().key());
        }
        return vm.isEmpty()
                ? whole
                : whole.ofVm(new Lookup(options.repository()).vm(vm).vm());
    }

    private List<String> quarantined(VerificationReport report) {
        Quarantine quarantine = Quarantine.of(options.repository());
        List<String> lines = new ArrayList<>();
        for (Finding finding : report.findings()) {
            if (finding.pack() != null) {
                quarantine.add(finding.pack(), "./tidemark repo verify", String.join("; ", finding.what()));
                lines.add("in quarantine: pack " + finding.pack());
            }
        }
        return lines;
    }

    private static void addSigners(Signers signers, List<String> lines) {
        for (Signer signer : signers.hosts()) {
            lines.add("signed by host " + signer.host() + ": " + signer.commits() + " commits; keys: " + signer.keys());
        }
        if (signers.vouchers() == Vouchers.NOT_CHECKED) {
            lines.add("not checked without a key: that who enrolled these hosts may write");
        }
    }

    private static SignerView view(Signer signer) {
        return new SignerView(signer.host().toString(), signer.keys(), signer.commits());
    }

    private static String word(Vouchers vouchers) {
        return vouchers.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void addLines(Finding finding, List<String> lines) {
        finding.what().forEach(what -> lines.add("damaged: " + what));
        for (Affected affected : finding.affected()) {
            lines.add("  so disk " + affected.disk() + " of point "
                    + affected.point().point() + " of VM "
                    + affected.point().vm() + " cannot be restored whole"
                    + (affected.chunks().isEmpty() ? "" : ", chunks " + chunks(affected)));
        }
    }

    private static List<String> chunks(Affected affected) {
        return affected.chunks().stream().map(VerifyCommand::text).toList();
    }

    private static String text(ChunkRange range) {
        return range.count() == 1 ? Long.toString(range.first()) : range.first() + " to " + (range.end() - 1);
    }

    private static FindingView view(Finding finding) {
        List<AffectedView> affected = finding.affected().stream()
                .map(each -> new AffectedView(
                        each.point().vm().toString(),
                        each.point().point().toString(),
                        each.disk().toString(),
                        chunks(each)))
                .toList();
        String pack = finding.pack() == null ? null : finding.pack().toString();
        return new FindingView(finding.kind().name().toLowerCase(Locale.ROOT), pack, finding.what(), affected);
    }
}
