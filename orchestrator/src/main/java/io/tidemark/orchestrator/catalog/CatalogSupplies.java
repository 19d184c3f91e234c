package io.tidemark.orchestrator.catalog;

import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.host.FreshReports;
import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.Transactions;
import java.time.Clock;

/// Time, the unit of work and the neighbours that the catalog moves with it.
public record CatalogSupplies(
        Clock clock,
        Transactions transactions,
        Incarnation incarnation,
        EpochBook epochs,
        FreshReports reports,
        PointsBeingRead beingRead,
        TrackerLimit trackers,
        Failpoint failpoint) {}
