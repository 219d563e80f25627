"""A model for natural language inference, as the option `nli`: whether one text follows from another."""

from __future__ import annotations

from collections.abc import Callable

from ingest.errors import SendAssistantError


def load_nli(name: str) -> Callable[[str, str], float]:
    """A model for natural language inference (folder or hub name) as the probability that one text entails another."""
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(name, device="cpu")
    except Exception as error:
        raise SendAssistantError(
            f"nli: {name} is not a cross-encoder that can be opened ({type(error).__name__}). "
            "Name a folder or a hub model, or leave it out."
        ) from error
    labels = {int(n): label.lower() for n, label in model.model.config.id2label.items()}
    at = next((n for n, label in labels.items() if label.startswith("entail")), None)
    if at is None:
        raise SendAssistantError(
            f"nli: {name} has no label 'entailment' (its labels: {', '.join(labels.values())}). "
            "Name a model for natural language inference."
        )

    def entails(premise: str, statement: str) -> float:
        return float(model.predict([(premise, statement)], apply_softmax=True, show_progress_bar=False)[0][at])

    return entails
