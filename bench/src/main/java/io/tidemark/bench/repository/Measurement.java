package io.tidemark.bench.repository;

import io.tidemark.bench.Figure;
import java.io.IOException;
import java.util.List;

/// One piece of the benchmark, with figures of its own.
interface Measurement {
    List<Figure> figures() throws IOException, InterruptedException;
}
