package io.tidemark.bench;

/// What one piece of work took.
///
/// @param wallSeconds from the request to the answer
/// @param coreSeconds of the side that worked: its processes with their children, QEMU not among them
/// @param qemuCoreSeconds of the QEMU whose disks were read; the guest's own work is in it
/// @param peakBytes most anonymous memory of the side's main process
/// @param childrenPeakBytes most anonymous memory of that process's children; 0 where it has none
record Cost(double wallSeconds, double coreSeconds, double qemuCoreSeconds, long peakBytes, long childrenPeakBytes) {
    double peakMebibytes() {
        return peakBytes / 1024.0 / 1024.0;
    }
}
