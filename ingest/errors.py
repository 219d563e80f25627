"""The errors a person can act on. Each message says what, where and what next."""


class SendAssistantError(Exception):
    """Anything the assistant refuses or cannot do; its text is shown to the user as it is."""


class UnreadableFile(SendAssistantError):
    """A file that no report can be read from."""


class KnowledgeBaseError(SendAssistantError):
    """A knowledge base that is missing, damaged or made with other settings."""


class SettingsError(SendAssistantError):
    """A setting that is unknown or out of range."""
