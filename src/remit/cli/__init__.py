"""The corridor as commands: their words, their outputs and their exit statuses are a public interface."""
