package io.tidemark.bench.guest;

import io.tidemark.bench.write.WriteLog.Logged;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What came of the writes of one injection.
///
/// @param counted those that QEMU carried out while a backup job ran, from its beginning to its end; of an
///     injection without a backup all
/// @param fresh how many of the counted were the first in their granule since the job began
record Injected(List<Write> counted, Jobs jobs, int fresh) {
    /// Backup jobs that ran meanwhile.
    ///
    /// @param copiedBytes what they copied before it was overwritten, by QEMU's account
    record Jobs(int count, long copiedBytes) {}

    /// One write of 4 KiB.
    ///
    /// @param millis by QEMU's clock, from the moment at which it begins with it to its end
    /// @param roundTripMillis from the request to the monitor to its answer
    /// @param isFresh whether it is the first in its granule of 64 KiB since the job began, so that the granule is
    ///     copied before it; never without a job
    record Write(double millis, double roundTripMillis, boolean isFresh) {}

    /// A write that the monitor has answered.
    ///
    /// @param job the number of the backup job that ran from before its request until after its answer; 0 for none
    record Answered(long offset, double roundTripMillis, int job) {}

    /// A granule of a job.
    private record Granule(int job, long number) {}

    Injected {
        counted = List.copyOf(counted);
    }

    /// Writes without a backup, all of them counted.
    ///
    /// @param logged what QEMU said of the same writes, in their order
    static Injected alone(List<Answered> answered, List<Logged> logged, Jobs jobs) {
        List<Write> counted = new ArrayList<>();
        for (int index = 0; index < answered.size(); index++) {
            counted.add(write(answered.get(index), logged.get(index), false));
        }
        return new Injected(counted, jobs, 0);
    }

    /// Writes around backups, of which those count that a job was there for from beginning to end.
    ///
    /// @param logged what QEMU said of the same writes, in their order
    static Injected during(List<Answered> answered, List<Logged> logged, Jobs jobs) {
        List<Write> counted = new ArrayList<>();
        Set<Granule> copied = new HashSet<>();
        for (int index = 0; index < answered.size(); index++) {
            Answered each = answered.get(index);
            if (each.job() > 0) {
                boolean isFresh = copied.add(new Granule(each.job(), each.offset() / Injector.GRANULE_BYTES));
                counted.add(write(each, logged.get(index), isFresh));
            }
        }
        return new Injected(counted, jobs, copied.size());
    }

    private static Write write(Answered answered, Logged logged, boolean isFresh) {
        return new Write(logged.millis(), answered.roundTripMillis(), isFresh);
    }
}
