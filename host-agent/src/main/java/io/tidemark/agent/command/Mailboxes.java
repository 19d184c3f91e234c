package io.tidemark.agent.command;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/// A mailbox for each key: its letters are handled one at a time, in order. Across all mailboxes at most so many
/// are handled at once, and at most so many wait. Safe for many threads. `waiting` and `isClosed` are not final
/// because they move.
final class Mailboxes<K> {
    private final int runningMax;
    private final int waitingMax;
    private final Executor threads;
    private final Map<K, Deque<Runnable>> letters = new HashMap<>();
    private final LinkedHashSet<K> ready = new LinkedHashSet<>();
    private final Set<K> busy = new LinkedHashSet<>();
    private int waiting;
    private boolean isClosed;

    /// @param threads gives each letter a thread that may block
    Mailboxes(int runningMax, int waitingMax, Executor threads) {
        this.runningMax = runningMax;
        this.waitingMax = waitingMax;
        this.threads = threads;
    }

    /// Puts a letter at the end of its mailbox. False if too many wait already.
    synchronized boolean offer(K key, Runnable letter) {
        if (waiting >= waitingMax) {
            return false;
        }
        letters.computeIfAbsent(key, _ -> new ArrayDeque<>()).add(letter);
        waiting++;
        if (!busy.contains(key)) {
            ready.add(key);
        }
        dispatch();
        return true;
    }

    /// Takes a letter back. False if it is being handled, was handled, or never was here.
    synchronized boolean withdraw(K key, Runnable letter) {
        Deque<Runnable> mailbox = letters.get(key);
        if (mailbox == null || !mailbox.remove(letter)) {
            return false;
        }
        waiting--;
        if (mailbox.isEmpty()) {
            letters.remove(key);
            ready.remove(key);
        }
        return true;
    }

    /// How many more could be handled at once.
    synchronized int freeSlots() {
        return runningMax - busy.size();
    }

    /// How many letters are being handled.
    synchronized int runningCount() {
        return busy.size();
    }

    /// Begins no further letter; what is being handled goes on.
    synchronized void close() {
        isClosed = true;
    }

    /// Waits until nothing is handled. False if that takes longer than the limit.
    synchronized boolean awaitIdle(long limitMillis) throws InterruptedException {
        long left = limitMillis;
        while (!busy.isEmpty() && left > 0) {
            long step = Math.min(left, 50);
            wait(step);
            left -= step;
        }
        return busy.isEmpty();
    }

    private void dispatch() {
        while (!isClosed && busy.size() < runningMax && !ready.isEmpty()) {
            K key = ready.removeFirst();
            Deque<Runnable> mailbox = letters.computeIfAbsent(key, _ -> new ArrayDeque<>());
            Runnable letter = mailbox.remove();
            waiting--;
            if (mailbox.isEmpty()) {
                letters.remove(key);
            }
            busy.add(key);
            threads.execute(() -> handle(key, letter));
        }
    }

    private void handle(K key, Runnable letter) {
        try {
            letter.run();
        } finally {
            handled(key);
        }
    }

    private synchronized void handled(K key) {
        busy.remove(key);
        if (letters.containsKey(key)) {
            ready.add(key);
        }
        notifyAll();
        dispatch();
    }
}
