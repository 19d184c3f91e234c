package io.tidemark.agent.inventory;

import java.time.Duration;

/// How often the host is looked at.
///
/// @param every the pause between two looks
/// @param atLeastEvery an inventory that does not differ is sent again after so long
public record InventorySettings(String hostName, Duration every, Duration atLeastEvery) {}
