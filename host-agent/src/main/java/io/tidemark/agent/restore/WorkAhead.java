package io.tidemark.agent.restore;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// Work done by many threads and taken by one, in the order in which it was given, a limited number of pieces
/// ahead.
final class WorkAhead<T> {
    private final ExecutorService workers;
    private final int piecesMax;
    private final Taker<T> taker;
    private final ArrayDeque<Future<T>> ahead = new ArrayDeque<>();

    WorkAhead(ExecutorService workers, int piecesMax, Taker<T> taker) {
        this.workers = workers;
        this.piecesMax = piecesMax;
        this.taker = taker;
    }

    /// Takes results on the thread that gives the work.
    interface Taker<T> {
        void take(T piece) throws IOException;
    }

    /// Gives work; takes the oldest result first when enough is under way.
    void give(Callable<T> work) throws IOException {
        if (ahead.size() == piecesMax) {
            takeOldest();
        }
        ahead.add(workers.submit(work));
    }

    /// Takes all that is under way.
    void finish() throws IOException {
        while (!ahead.isEmpty()) {
            takeOldest();
        }
    }

    private void takeOldest() throws IOException {
        try {
            taker.take(ahead.remove().get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for restored bytes", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException known -> throw known;
                case IOException known -> throw known;
                case null, default -> throw new IllegalStateException("restore worker failed", e);
            }
        }
    }
}
