package io.tidemark.agent.cli;

import io.tidemark.agent.cli.view.Output;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// What commands take from outside.
///
/// @param environment variables by name
/// @param ids draws ids at random
/// @param millis never goes back
/// @param pause waits that long
/// @param random fills what is written for a trial
/// @param passphrase asks for one
record Surroundings(
        Map<String, String> environment,
        Output output,
        Supplier<UUID> ids,
        InstantSource clock,
        LongSupplier millis,
        Consumer<Duration> pause,
        RandomGenerator random,
        Supplier<char[]> passphrase) {}
