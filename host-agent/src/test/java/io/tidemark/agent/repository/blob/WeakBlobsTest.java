package io.tidemark.agent.repository.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The suite asks for no more than a repository needs, and finds each store that keeps less.
class WeakBlobsTest {
    @ParameterizedTest
    @EnumSource
    void aStorePassesTheSuiteIfItKeepsEnough(WeakBlobs kind) throws IllegalAccessException {
        List<String> failed = failures(kind);

        assertThat(failed.isEmpty()).as("%s failed %s", kind, failed).isEqualTo(kind.isEnough);
    }

    private static List<String> failures(WeakBlobs kind) throws IllegalAccessException {
        List<String> failed = new ArrayList<>();
        for (Method test : suite()) {
            BlobStore store = kind.empty();
            BlobContract contract = () -> store;
            try {
                test.invoke(contract);
            } catch (InvocationTargetException e) {
                failed.add(test.getName());
            }
        }
        return failed;
    }

    @Test
    void theWholeSuiteIsAsked() {
        assertThat(suite()).hasSizeGreaterThanOrEqualTo(17);
    }

    private static List<Method> suite() {
        return Stream.of(BlobContract.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .toList();
    }
}
