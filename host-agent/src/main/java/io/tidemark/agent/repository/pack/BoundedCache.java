package io.tidemark.agent.repository.pack;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/// Remembers what was loaded last, up to a total weight. What two threads want at once may be loaded twice. Safe
/// for use by many threads.
public final class BoundedCache<K, V> {
    private final long weightMax;
    private final ToIntFunction<V> weights;
    private final Map<K, V> known = new LinkedHashMap<>(16, 0.75f, true);
    /// Not final: follows what is known.
    private long weight;

    public BoundedCache(long weightMax, ToIntFunction<V> weights) {
        this.weightMax = weightMax;
        this.weights = weights;
    }

    /// What is remembered of the key, or what is loaded now.
    public V get(K key, Function<K, V> load) {
        synchronized (this) {
            V found = known.get(key);
            if (found != null) {
                return found;
            }
        }
        V loaded = load.apply(key);
        remember(key, loaded);
        return loaded;
    }

    private synchronized void remember(K key, V value) {
        V old = known.put(key, value);
        weight += weights.applyAsInt(value) - (old == null ? 0 : weights.applyAsInt(old));
        Iterator<V> oldest = known.values().iterator();
        while (weight > weightMax && known.size() > 1) {
            weight -= weights.applyAsInt(oldest.next());
            oldest.remove();
        }
    }
}
