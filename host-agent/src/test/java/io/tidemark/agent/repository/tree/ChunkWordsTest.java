package io.tidemark.agent.repository.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.tree.ChunkWords.Word;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random words beside an array that holds one for each chunk.
class ChunkWordsTest {
    private static final int SAYINGS = 60;
    private static final List<Word> WORDS = List.of(Word.values());

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 4095, 4096, 4097, 12_345})
    void whatWasSaidLastOfAChunkHolds(int count) {
        Random random = new Random(count);
        for (int history = 0; history < 20; history++) {
            ChunkWords words = new ChunkWords(count);
            Word[] model = new Word[count];
            Arrays.fill(model, Word.UNSET);
            for (int said = 0; said < SAYINGS; said++) {
                ChunkRange range = range(random, count);
                Word word = WORDS.get(random.nextInt(WORDS.size()));
                words.set(range, word);
                Arrays.fill(model, (int) range.first(), (int) range.end(), word);
                requireSame(words, model, range(random, count));
            }
        }
    }

    /// Short ones and long ones.
    private static ChunkRange range(Random random, int count) {
        int first = random.nextInt(count);
        int most = random.nextBoolean() ? count - first : Math.min(count - first, 40);
        return new ChunkRange(first, 1 + random.nextInt(most));
    }

    private static void requireSame(ChunkWords words, Word[] model, ChunkRange range) {
        Word[] part = Arrays.copyOfRange(model, (int) range.first(), (int) range.end());
        boolean isCommon = Arrays.stream(part).allMatch(part[0]::equals);
        assertThat(words.common(range)).isEqualTo(isCommon ? part[0] : null);
        for (Word word : WORDS) {
            int equal = 0;
            while (equal < part.length && part[equal] == word) {
                equal++;
            }
            assertThat(words.firstOther(range, word)).isEqualTo(range.first() + equal);
            assertThat(words.has(range, word)).isEqualTo(Arrays.asList(part).contains(word));
        }
        int unset = Arrays.asList(model).indexOf(Word.UNSET);
        assertThat(words.firstUnset()).isEqualTo(unset < 0 ? model.length : unset);
        assertThat(words.get(range.first())).isEqualTo(part[0]);
    }
}
