package io.tidemark.agent.cli.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.PrintStream;
import java.util.List;

/// Where a command's answer and its notes go: the answer to standard output, all else to standard error.
public final class Output {
    private static final ObjectWriter JSON = new ObjectMapper()
            .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
            .writer();

    private final PrintStream answer;
    private final PrintStream notes;
    private final boolean isTerminal;

    /// @param isTerminal whether a person watches the notes
    public Output(PrintStream answer, PrintStream notes, boolean isTerminal) {
        this.answer = answer;
        this.notes = notes;
        this.isTerminal = isTerminal;
    }

    public boolean isTerminal() {
        return isTerminal;
    }

    public void lines(List<String> lines) {
        lines.forEach(answer::println);
        answer.flush();
    }

    /// One document, laid out for people. Beyond what JSON asks for, all that steers a terminal is escaped.
    public void json(Object document) {
        try {
            String text = JSON.withDefaultPrettyPrinter().writeValueAsString(document);
            lines(text.lines().map(PlainText::of).toList());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("answer: cannot be written as JSON", e);
        }
    }

    public void note(String line) {
        notes.println(line);
        notes.flush();
    }

    /// On a terminal: what takes the place of the line that the cursor is in.
    void rewrite(String line) {
        notes.print("\r" + line + "\u001b[K");
        notes.flush();
    }
}
